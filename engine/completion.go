package engine

import (
	"context"
	"errors"
	"iter"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/completion"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
)

// DefaultQuestions is how many questions a Completions has open at most unless it is told.
const DefaultQuestions = 1 << 16

// Completion answers one Ask.
type Completion struct {
	ID      uint64 // what the asker calls the message
	Outcome Outcome
}

// Completions tells a source what became of the messages that it asked about. Each question about a
// message that Publish accepted is answered exactly once: when the last of its sinks has released
// it, and so has everybody who holds what was made of it. What a handler publishes while it is called
// carries on the questions about what it was called with (under Each about the one message), without
// its doing; message.Draft.Derive is for what is published later or elsewhere.
//
// A sink is done with a message when its handler has returned, or when it has released what it
// retained. What is not published (refused with an error other than ErrCycle, or aborted) is not
// answered: its source knows.
//
// Its methods may be called from any goroutine. Answers wait for Receive, in memory that Ask bounds,
// and no handler or releaser ever waits for who receives them.
type Completions struct{ inbox *completion.Inbox }

// Completions makes a place for answers, with at most so many questions open (asked, and the answer
// not received) at a time; 0: DefaultQuestions.
func (m *Module) Completions(questions int) *Completions {
	if questions <= 0 {
		questions = DefaultQuestions
	}
	m.engine.asks.Store(true)
	return &Completions{completion.NewInbox(&m.engine.tokens, questions)}
}

// Completions makes a place for answers about what the publisher's module publishes.
func (p *Publisher) Completions(questions int) *Completions { return p.module.Completions(questions) }

// Ask asks what becomes of a draft of one of the module's publishers once it is published; id is how
// the answer names it. Only who writes the draft may ask. The errors are ErrQuestions,
// message.ErrAsked for a draft that was asked about before, and message.ErrSpent.
func (c *Completions) Ask(d message.Draft, id uint64) error {
	token, err := c.inbox.Ask(id)
	if errors.Is(err, completion.ErrFull) {
		return ErrQuestions
	}
	if err := arena.Draft(d).Ask(token); err != nil {
		token.Void()
		token.Done()
		return err
	}
	return nil
}

// Open returns how many questions have been asked whose answers have not been received.
func (c *Completions) Open() int { return c.inbox.Open() }

// Receive moves answers into a slice, in the order in which they came, and returns how many; it waits
// until there is one. The error is that of ctx.
func (c *Completions) Receive(ctx context.Context, into []Completion) (int, error) {
	var answers [64]completion.Answer
	var w *park.Waiter
	for {
		n := c.inbox.Take(answers[:min(len(into), len(answers))])
		for i, a := range answers[:n] {
			into[i] = Completion{a.ID, Outcome(a.Worst)}
		}
		if n > 0 || len(into) == 0 {
			return n, nil
		}
		if w == nil {
			w = park.NewWaiter()
		}
		if !c.inbox.Wait(w, ctx.Done()) {
			return 0, ctx.Err()
		}
	}
}

// All ranges over the answers in batches, waiting for each, until ctx is done. A batch is valid until
// the next.
func (c *Completions) All(ctx context.Context) iter.Seq[[]Completion] {
	return func(yield func([]Completion) bool) {
		batch := make([]Completion, 64)
		for {
			n, err := c.Receive(ctx, batch)
			if err != nil || !yield(batch[:n]) {
				return
			}
		}
	}
}

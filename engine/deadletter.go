package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/message"
)

// DeadLetters is the name of the module that dead letters come from; see Engine.DeadLetter.
const DeadLetters = "dead-letters"

// Properties that a dead letter has beside those of the message that was dropped.
const (
	DeadLetterReason = "deadLetter.reason" // newest, oldest, timeout, …: see Dropped; and goexit
	DeadLetterSource = "deadLetter.source" // the module that published it
	DeadLetterSink   = "deadLetter.sink"   // the module that did not get it
)

// String returns the reason as dead letters have it.
func (r reason) String() string {
	return [...]string{
		"newest", "oldest", "timeout", "cycle", "closed", "cancelled", "panic", "quarantined", "error",
	}[r]
}

// letterWriter makes dead letters.
type letterWriter struct {
	module *Module

	mu  sync.Mutex // dropping is no fast path
	pub *Publisher // guarded by mu; never waits, as a handler's
}

// DeadLetter makes every message that a link drops from now on arrive at the sink as a copy, with
// the three properties above added; where the limits leave no room for them, with them alone. The
// copies come from a module named DeadLetters, along a link that drops the newest when the sink is
// full: writing them never waits, and what that link itself drops is counted only. So is what has the
// property DeadLetterReason already: there are no letters about letters.
//
// As they come from a module, links from Any lead them on, too: who takes everything from the bus gets
// a message that somebody else's link dropped twice, once as a letter. A filter on DeadLetterReason,
// {"deadLetter.reason": [{"exists": false}]}, keeps letters off. An empty sink ends it; an
// unknown one is an error and changes nothing. What Close or Detach left undelivered has none. A
// handler cannot call it (ErrInHandler).
func (e *Engine) DeadLetter(sink string) error {
	if e.inHandler() != nil {
		return ErrInHandler
	}
	if sink != "" {
		if err := e.takes(sink); err != nil {
			return fmt.Errorf("dead letters: %w", err)
		}
	}
	e.lettering.Lock()
	defer e.lettering.Unlock()
	if err := e.endLetters(); err != nil || sink == "" {
		return err
	}
	m, err := e.Attach(DeadLetters, nil, ModuleOptions{})
	if err != nil {
		return err
	}
	delivery := Delivery{WhenFull: DropNewest}
	if err := e.Link(Link{Source: DeadLetters, Sink: sink, Delivery: delivery}); err != nil {
		return fmt.Errorf("dead letters: %w", errors.Join(err, m.Detach(context.Background())))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	d := &letterWriter{module: m, pub: m.newPublisher(ofLetters)}
	e.letters.Store(d)
	return nil
}

// takes returns nil if a module of that name can be a sink.
func (e *Engine) takes(sink string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _, err := e.ends(Any, sink)
	return err
}

func (e *Engine) endLetters() error {
	d := e.letters.Swap(nil)
	if d == nil {
		return nil
	}
	d.mu.Lock()
	d.pub.Close()
	d.mu.Unlock()
	return d.module.Detach(context.Background())
}

// writeLetters makes dead letters of what is being dropped, if anybody wants them: of all but dead
// letters, which may be among them; and it tells whoever asked. The caller still holds the messages.
func (e *Engine) writeLetters(why string, es []entry) {
	for {
		d := e.letters.Load()
		if d == nil || !slices.ContainsFunc(es, wantsLetter) {
			noteAll(why, es)
			return // before the lock: what d itself drops comes here too
		}
		if lost, open := d.writeAll(why, es); open {
			e.lettersLost.Add(lost)
			return
		}
	}
}

// wantsLetter tells whether a message is no dead letter, nor made from one: letters about letters would
// have no end.
func wantsLetter(e entry) bool {
	_, dead := e.m.Property(DeadLetterReason)
	return !dead
}

// writeAll returns how many letters could not be written, or false if another writer has taken over.
func (d *letterWriter) writeAll(why string, es []entry) (lost uint64, open bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.pub.closed.Load() {
		return 0, false
	}
	for _, dropped := range es {
		switch {
		case !wantsLetter(dropped):
			note(why, dropped.m)
		case d.write(why, dropped) != nil:
			note(why, dropped.m)
			lost++
		default:
			dropped.m.Note(OutcomeDeadLettered.severity())
		}
	}
	return lost, true
}

func (d *letterWriter) write(why string, dropped entry) error {
	draft, err := d.pub.shard.ClaimFrom(dropped.m, nil)
	if err != nil {
		return err
	}
	if label(draft, why, dropped.flow) != nil {
		draft.Abort()
		if draft, err = d.pub.shard.Claim(nil); err != nil {
			return err
		}
		if err = label(draft, why, dropped.flow); err != nil {
			draft.Abort()
			return err
		}
	}
	draft.SetContent(dropped.m.Content())
	if err := draft.Derive([]arena.Message{dropped.m}); err != nil {
		return err
	}
	if err := d.pub.Publish(context.Background(), message.Draft(draft)); err != nil {
		return err
	}
	if d.pub.plan.nowhere {
		return ErrUnknown // the sink has been detached
	}
	return nil
}

func label(d arena.Draft, why string, f *flow) error {
	d.Set(DeadLetterReason, why)
	d.Set(DeadLetterSource, f.source.name)
	d.Set(DeadLetterSink, f.sink.name)
	return d.Err()
}

package engine

import (
	"context"
	"errors"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// Publisher publishes a module's messages. It belongs to one goroutine at a time; a module makes as
// many as it wants. Close it when it is no longer needed.
//
// Field ledger: plan is set by the owner under Engine.mu, so that Stats may ask which it is; settled by
// whoever has Engine.mu; closed by the owner; the rest is the owner's alone.
type Publisher struct {
	module     *Module
	engine     *Engine
	shard      *arena.Shard
	role       role
	overflowed bool      // it has used a queue's overflow
	closed     atom.Bool // read by who uses it after its module's end, too
	plan       *plan
	own        outlet // along its source's own links
	any        outlet // along those of Any
	waiter     *park.Waiter
	hits       []*target       // with a filter, that the message goes to
	numbers    []int           // of these
	views      []property.View // of the batch being published
	staged     []*target       // those with a stage
	one        [1]entry

	progress *progress  // of the handler whose own it is
	waiting  atom.Int32 // the caller that waits, or 0; for Engine.Calls

	unsealed   atom.Uint64 // messages that no sink wanted, or that another publisher sealed
	notNumbers atom.Uint64 // of the probes, for Stats

	settled struct{ published, notNumbers uint64 } // in the engine's counts; guarded by Engine.mu
}

// Publisher makes a publisher for one goroutine.
func (m *Module) Publisher() (*Publisher, error) {
	m.engine.mu.Lock()
	defer m.engine.mu.Unlock()
	if m.stopped.Load() || m.engine.state.Load() != running {
		return nil, ErrClosed
	}
	return m.newPublisher(outside), nil
}

// newPublisher makes a publisher. Engine.mu is held, or the module is not attached yet.
func (m *Module) newPublisher(r role) *Publisher {
	p := &Publisher{
		module: m,
		engine: m.engine,
		role:   r,
		waiter: park.NewWaiter(),
	}
	p.shard = m.arena.NewShard(p.gate)
	p.settled.published = p.published() // by who had the shard before
	m.publishers[p] = struct{}{}
	return p
}

// Key interns a property key for Draft.SetKey, which is faster than Set. A module interns the keys it
// writes when it starts, not message by message.
func (p *Publisher) Key(name string) property.Key { return p.engine.Key(name) }

// Claim starts a message. When the module's memory is at its cap it waits until some comes home or
// ctx is done; when ctx was done before, it returns its error. In a handler, and as a relay where Relay
// says so, it does not wait and returns message.ErrExhausted. Who holds a draft should not wait for a
// second: the memory that it waits for may be the first's; where it can only be that, or in other
// drafts that wait, the claim is refused with message.ErrOpenDrafts. What is larger than all the memory
// is refused with message.ErrBeyondMemory, by the draft.
func (p *Publisher) Claim(ctx context.Context) (message.Draft, error) {
	if err := p.refusesNow(ctx); err != nil {
		return message.Draft{}, err
	}
	d, err := p.shard.Claim(ctx.Done())
	return p.claimed(ctx, d, err)
}

// ClaimFrom starts a message that has m's properties and no content, as Claim does.
func (p *Publisher) ClaimFrom(ctx context.Context, m message.Message) (message.Draft, error) {
	if m.IsZero() {
		return p.Claim(ctx)
	}
	if err := p.refusesNow(ctx); err != nil {
		return message.Draft{}, err
	}
	d, err := p.shard.ClaimFrom(arena.Message(m), ctx.Done())
	return p.claimed(ctx, d, err)
}

// Template makes a template of the properties that write sets in the draft it is given, which is good
// for that call alone; a content is not kept. Any publisher of the engine may claim by it. The error is
// the first mistake made in writing.
func (p *Publisher) Template(write func(d message.Draft)) (message.Template, error) {
	e := p.engine
	t, err := arena.NewTemplate((*layout.Keys)(e.keys), arena.Limits(e.options.Limits),
		func(d arena.Draft) { write(message.Draft(d)) })
	return message.Template(t), err
}

// ClaimTemplate starts a message that has a template's properties, as Claim does. A template of another
// engine is refused with message.ErrKey.
func (p *Publisher) ClaimTemplate(ctx context.Context, t message.Template) (message.Draft, error) {
	if err := p.refusesNow(ctx); err != nil {
		return message.Draft{}, err
	}
	d, err := p.shard.ClaimTemplate(arena.Template(t), ctx.Done())
	return p.claimed(ctx, d, err)
}

// Close gives the publisher up; it then refuses, and drafts that it has not published have ended.
// Messages that were published are not affected.
func (p *Publisher) Close() {
	if p.closed.Swap(true) {
		return
	}
	p.engine.mu.Lock()
	defer p.engine.mu.Unlock()
	p.endPlan()
	p.shard.Close()
	delete(p.module.publishers, p)
	delete(p.engine.relays, p)
	if len(p.module.publishers) == 0 {
		delete(p.engine.departed, p.module)
	}
}

// refuses returns ErrClosed if the publisher may not publish.
func (p *Publisher) refuses() error {
	p.goesOn()
	if p.closed.Load() {
		return ErrClosed
	}
	if p.role == ofHandler || p.role == ofLetters {
		return nil // what a handler publishes while its queue drains is welcome
	}
	if p.module.stopped.Load() || p.engine.state.Load() != running {
		return ErrClosed
	}
	return nil
}

// goesOn notes that a claim, or a draft that grows, waits no longer.
func (p *Publisher) goesOn() {
	if p.waiting.Load() != 0 {
		p.waiting.Store(0)
	}
}

// refusesNow returns ErrClosed, or the error of a context that is done already.
func (p *Publisher) refusesNow(ctx context.Context) error {
	if err := p.refuses(); err != nil || ctx.Done() == nil {
		return err
	}
	return ctx.Err()
}

// claimed is what a claim returns.
func (p *Publisher) claimed(ctx context.Context, d arena.Draft, err error) (message.Draft, error) {
	p.goesOn()
	if err != nil {
		err = withCause(ctx, err)
	}
	return message.Draft(d), err
}

func withCause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	return err
}

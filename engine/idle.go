package engine

import (
	"context"

	"github.com/millrace/millrace/internal/park"
)

// AwaitIdle waits until the module's handler is not at work and nothing is on its way to it: until
// all that was published to it before has been handled, or dropped. Where others go on publishing to
// it, that may be never: ctx bounds it, and its error comes back. A handler cannot wait (ErrInHandler).
func (m *Module) AwaitIdle(ctx context.Context) error {
	if m.engine.inHandler() != nil {
		return ErrInHandler
	}
	w := park.NewWaiter()
	for {
		// SYNC POINT: rest. In line before the look.
		m.rest.Join(w)
		if !m.busy() {
			m.rest.Leave(w)
			return nil
		}
		if m.rest.Wait(w, ctx.Done(), 0) == park.Cancelled {
			return ctx.Err()
		}
	}
}

// busy tells whether the handler is at work, or something is on its way to it.
func (m *Module) busy() bool {
	if m.queue == nil {
		return false
	}
	if !m.resting() {
		return true
	}
	m.engine.mu.Lock()
	defer m.engine.mu.Unlock()
	for k := range m.links {
		if k.sink == m && k.busy() {
			return true
		}
	}
	return false
}

// busy tells whether something is on its way along the link. Engine.mu is held.
func (k *link) busy() bool {
	for _, f := range k.flows {
		for _, t := range f.targets {
			t.publisher.settleCount()
		}
		if f.queued() {
			return true
		}
	}
	return false
}

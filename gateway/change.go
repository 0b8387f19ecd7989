package gateway

import (
	"context"
	"time"
)

// change makes a change of the gateway when no other is under way. It has a goroutine of its own,
// because the caller may be in a handler, where the engine does not wait for modules.
func (g *Gateway) change(ctx context.Context, f func(context.Context) error) error {
	if !g.up.Load() {
		return ErrNotRunning
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(g.ctx, func() { cancel(ErrNotRunning) })()
	if !g.changing.take(ctx) {
		return context.Cause(ctx)
	}
	defer g.changing.give()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	g.tasks.hold() // tasks may be added
	defer g.tasks.release()
	changed := make(chan error)
	go func() { changed <- f(ctx) }()
	return <-changed
}

// setInHand notes which modules the change that has the turn brings up or takes down.
func (g *Gateway) setInHand(modules []*instance) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inHand = modules
}

// conclude makes a change known; the lists are made new, not written to. When the gateway has
// stopped without waiting for the change any longer it does nothing.
func (g *Gateway) conclude(lists func()) {
	g.mu.Lock()
	over := g.over
	if !over {
		lists()
		g.inHand = nil
	}
	g.mu.Unlock()
	if !over {
		g.announce(ModulesChanged)
	}
}

// endChanges takes the turn for good. It returns the names of the modules in the hands of a change
// that did not give the turn back in time.
func (g *Gateway) endChanges(ctx context.Context) (stuck []string) {
	g.up.Store(false)
	g.cancel()
	ctx, cancel := context.WithTimeout(ctx, halfOf(ctx))
	defer cancel()
	mine := g.changing.take(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.over = true
	if mine {
		return nil
	}
	for _, in := range g.inHand {
		stuck = append(stuck, in.doc.Name)
	}
	return stuck
}

// stopContext bounds what may be waited for in taking modules down, whatever becomes of ctx: by its
// deadline, and by StopTimeout.
func (g *Gateway) stopContext(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := time.Now().Add(g.options.StopTimeout)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(limit) {
		limit = deadline
	}
	return context.WithDeadline(context.WithoutCancel(ctx), limit)
}

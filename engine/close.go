package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/millrace/millrace/internal/park"
)

// graceMax is how much of Close's time is kept for interrupting handlers when draining failed.
const graceMax = 100 * time.Millisecond

// Report is what Close found.
type Report struct {
	Stats               // nothing is Queued any more: what was not delivered is Left
	Held       []string // modules whose handler had not returned, sorted
	Unreleased int      // messages that somebody still holds
}

// Undelivered adds up what was left on all links.
func (r Report) Undelivered() uint64 {
	left := r.Gone.Left
	for _, l := range r.Links {
		left += l.Left
	}
	return left
}

// closing is the one shutdown of an engine.
type closing struct {
	done   chan struct{}
	report Report
	err    error
}

// Close ends the engine: publishers outside handlers are refused from now on, what is queued is
// delivered, and what handlers publish meanwhile too. When nothing moves any more, or when ctx is
// done (without a deadline: after Options.Drain), the rest is counted as left, contexts of handlers
// are cancelled, and Close returns: before the deadline if it knows one, else within 100 ms of
// ctx's end. A handler that does not return is named in the report. The error is nil if nothing
// moved any more, nothing was left and everything was released, else ErrLeft or ErrUnreleased.
//
// Every caller gets the same report. A handler cannot close its engine: ErrInHandler.
func (e *Engine) Close(ctx context.Context) (Report, error) {
	if e.inHandler() != nil {
		return Report{}, ErrInHandler
	}
	c, first := e.beginClosing()
	if first {
		c.report, c.err = e.shutDown(ctx)
		close(c.done)
		return c.report, c.err
	}
	select {
	case <-c.done:
		return c.report, c.err
	case <-ctx.Done():
		return Report{}, errors.Join(ErrLeft, ctx.Err())
	}
}

func (e *Engine) beginClosing() (c *closing, first bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing != nil {
		return e.closing, false
	}
	e.closing = &closing{done: make(chan struct{})}
	e.state.Store(draining)
	e.stopTidying()
	for _, m := range e.modules {
		m.arena.Nudge()
	}
	return e.closing, true
}

func (e *Engine) shutDown(ctx context.Context) (Report, error) {
	drain, grace, cancel := e.drainTime(ctx)
	defer cancel()
	modules := e.attachedModules()
	drained := e.awaitQuiet(drain, modules)
	e.stopAll(modules)
	held := awaitDone(drain, modules)
	if len(held) > 0 {
		for _, m := range held {
			m.abandon()
		}
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		held = awaitDone(last, held)
	}
	return e.lastReport(drained, held)
}

// drainTime splits the time there is into draining and a grace for handlers to be interrupted in.
func (e *Engine) drainTime(ctx context.Context) (context.Context, time.Duration, context.CancelFunc) {
	left := e.options.Drain
	if deadline, ok := ctx.Deadline(); ok {
		left = time.Until(deadline)
	}
	grace := max(min(graceMax, left/10), time.Millisecond)
	drain, cancel := context.WithTimeout(ctx, left-grace)
	return drain, grace, cancel
}

func (e *Engine) attachedModules() []*Module {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []*Module
	for _, m := range e.modules {
		if m.queue != nil {
			list = append(list, m)
		}
	}
	return list
}

// awaitQuiet waits until no module has work, or returns false when ctx is done.
func (e *Engine) awaitQuiet(ctx context.Context, modules []*Module) bool {
	w := park.NewWaiter()
	for at := 0; ; {
		e.idle.Join(w)
		if at = firstBusy(modules, at); at < 0 && quiet(modules) {
			e.idle.Leave(w)
			return true
		}
		at = max(at, 0)
		if e.idle.Wait(w, ctx.Done(), 0) == park.Cancelled {
			return false
		}
	}
}

// firstBusy returns the place of the first module that has work, looking at all from one on and round;
// -1 if none has. Who waits for all to rest looks at that one again first: so however many modules
// come to rest one after the other, and wake it, it does not look at all of them each time.
func firstBusy(modules []*Module, from int) int {
	for i := range modules {
		if at := (from + i) % len(modules); !modules[at].resting() {
			return at
		}
	}
	return -1
}

// quiet tells whether no module has work. A module that is found idle, and whose rounds are the same
// before and after, was asleep from the one to the other. So after the first look at all of them
// nobody ran any more, and what the second look finds empty had been empty since then (a double
// collect). The rounds must be read outside both looks: read between idle and empty, or after
// them only, they would miss who woke up, took a message and passed it on meanwhile.
func quiet(modules []*Module) bool {
	before := roundsOf(modules)
	for range 2 {
		if !resting(modules) {
			return false
		}
	}
	return slices.Equal(before, roundsOf(modules))
}

func roundsOf(modules []*Module) []uint64 {
	rounds := make([]uint64, len(modules))
	for i, m := range modules {
		rounds[i] = m.queue.rounds.Load()
	}
	return rounds
}

func resting(modules []*Module) bool {
	return !slices.ContainsFunc(modules, func(m *Module) bool { return !m.resting() })
}

// resting tells whether the handler is not at work and nothing is queued for it.
func (m *Module) resting() bool { return m.queue.idle.Load() && m.queue.empty() }

func (e *Engine) stopAll(modules []*Module) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, m := range modules {
		m.stop()
	}
}

// awaitDone returns the modules whose consumer had not ended when ctx was done.
func awaitDone(ctx context.Context, modules []*Module) (held []*Module) {
	for _, m := range modules {
		select {
		case <-m.done:
		case <-ctx.Done():
			select {
			case <-m.done:
			default:
				held = append(held, m)
			}
		}
	}
	return held
}

func (e *Engine) lastReport(drained bool, held []*Module) (Report, error) {
	var r Report
	for _, m := range held {
		r.Held = append(r.Held, m.name)
	}
	slices.Sort(r.Held)
	unreleased, who := e.unreleased(len(held) > 0)
	e.mu.Lock()
	e.state.Store(closed)
	e.keeper.end()
	r.Unreleased, r.Stats = unreleased, e.collect()
	e.mu.Unlock()
	r.Stats = r.complete()
	for i := range r.Links {
		r.Links[i].Left += r.Links[i].Queued
		r.Links[i].Queued = 0
	}
	r.Gone.Left += r.Gone.Queued
	r.Gone.Queued = 0
	return r, r.err(drained, who)
}

func (r Report) err(drained bool, unreleased error) error {
	var errs []error
	if left := r.Undelivered(); !drained || left > 0 || len(r.Held) > 0 {
		text := fmt.Sprintf("%d messages undelivered", left)
		switch {
		case len(r.Held) > 0:
			text += ", still in the handler of " + strings.Join(r.Held, ", ")
		case left == 0:
			text = "modules were still at work; what they sent after that was dropped, counted as closed"
		}
		errs = append(errs, fmt.Errorf("%w: %s", ErrLeft, text))
	}
	if r.Unreleased > 0 && len(r.Held) == 0 {
		errs = append(errs, fmt.Errorf("%w: %w", ErrUnreleased, unreleased))
	}
	return errors.Join(errs...)
}

// unreleased counts the messages that are held. One that a publisher is just refusing is given a
// moment to come home.
func (e *Engine) unreleased(busy bool) (int, error) {
	for attempt := 0; ; attempt++ {
		n, err := e.heldMessages()
		if n == 0 || busy || attempt == 20 {
			return n, err
		}
		time.Sleep(time.Millisecond)
	}
}

func (e *Engine) heldMessages() (total int, all error) {
	var errs []error
	for _, a := range e.arenas() {
		n, err := a.Held()
		total += n
		errs = append(errs, err)
	}
	return total, errors.Join(errs...)
}

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/engine"
)

// rig is an engine beside a record of what it was told and what came of it. Flow scripts drive it,
// written by hand (TestFlows) or drawn by chance (the properties); verify then holds every promise
// against the record.
//
//	senders  publish and note what        taps     receive and note what
//	wirings  the links, in plain maps     attic    messages kept beyond their handler
type rig struct {
	e      *engine.Engine
	strict bool // what the engine refuses is a fault, unless the script says so
	attic  attic

	changing sync.Mutex             // serialises changes of links
	now      atomic.Pointer[wiring] // the links as they stand
	wirings  []*wiring              // after each change, the first before any
	begun    atomic.Int32           // changes that began
	done     atomic.Int32           // changes that ended: the links of wirings[done] stand, or later ones

	mu      sync.Mutex // guards what follows
	taps    []*tap     // of every module there ever was
	senders []*sender  // all there ever were
	desks   map[desk]*sender
	faults  []string

	busy    bool // several things have happened at once
	stuck   bool // nothing can be done any more
	letters letterMode
	grave   string         // the dead letters' sink
	report  *engine.Report // of Close
	kept    int            // messages in the attic when the engine was closed
}

// desk is where a publisher is found again: by the name that the script gives it.
type desk struct {
	source *tap
	name   string
}

// letterMode says what is known about the dead letters of a run.
type letterMode int

const (
	noLetters  letterMode = iota
	allLetters            // from before the first message until the end, to one sink
	sometimes             // switched, or moved, in between
)

func newRig(o engine.Options) *rig {
	r := &rig{e: engine.New(o), desks: make(map[desk]*sender), wirings: []*wiring{newWiring()}}
	r.now.Store(r.wirings[0])
	return r
}

// fault notes that a promise was broken.
func (r *rig) fault(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// change does something to the links, which plan does to the model. Both tell whether it is possible;
// they must agree.
func (r *rig) change(do func() error, plan func(*wiring) (*wiring, error)) error {
	r.changing.Lock()
	defer r.changing.Unlock()
	now := r.now.Load()
	next, want := plan(now)
	r.begun.Add(1)
	got := do()
	if got != nil {
		next = now
	}
	r.stand(next)
	closed := errors.Is(got, engine.ErrClosed) && (r.report != nil || now.quarantined())
	if !errors.Is(got, want) && !closed {
		r.fault("live change: the engine says %v, the model %v", got, want)
	}
	return got
}

// stand notes that the links stand as they do now.
func (r *rig) stand(w *wiring) {
	r.wirings = append(r.wirings, w)
	r.now.Store(w)
	r.done.Add(1)
}

func (r *rig) attach(name string, b behaviour) error {
	t := newTap(r, name, b)
	do := func() (err error) {
		t.module, err = r.e.Attach(name, t.handler(), t.options())
		return err
	}
	return r.change(do, func(w *wiring) (*wiring, error) {
		if w.modules[name] != nil {
			return w, engine.ErrDuplicate
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		t.number = len(r.taps)
		r.taps = append(r.taps, t)
		return w.attached(t), nil
	})
}

func (r *rig) detach(ctx context.Context, name string) error {
	r.changing.Lock()
	defer r.changing.Unlock()
	now := r.now.Load()
	t := now.modules[name]
	if t == nil {
		return engine.ErrUnknown
	}
	r.begun.Add(2)
	err := t.module.Detach(ctx)
	half := now.leaving(name)
	r.stand(half)
	r.stand(half.left())
	return err
}

// tardiness is how much later than its deadline Close may return on a machine that is busy.
const tardiness = 5 * time.Second

// close ends the engine, once. That messages were not released is no news if they are in the attic.
func (r *rig) close(ctx context.Context) (err error) {
	if r.report != nil {
		return engine.ErrClosed
	}
	r.report = new(engine.Report)
	done := make(chan struct{})
	go func() {
		*r.report, err = r.e.Close(ctx)
		close(done)
	}()
	select {
	case <-done:
	case <-r.overdue(ctx):
		r.fault("drain: Close goes on after its deadline")
		r.open()
		<-done
	}
	r.kept = r.attic.messages()
	if r.report.Unreleased == r.kept && !errors.Is(err, engine.ErrLeft) {
		return nil
	}
	return err
}

func (r *rig) overdue(ctx context.Context) <-chan time.Time {
	deadline, _ := ctx.Deadline()
	return time.After(time.Until(deadline) + tardiness)
}

// finish closes the engine if the script did not, and returns which promises were broken.
func (r *rig) finish(ctx context.Context) []string {
	if r.stuck {
		return r.faults
	}
	r.open()
	r.leave(ctx)
	if r.report == nil {
		if err := r.close(ctx); err != nil {
			r.fault("drain: Close returned %v", err)
		}
	}
	r.rest(ctx)
	r.attic.clear(r)
	if ctx.Err() != nil { // what can be said of the rest?
		r.fault("no deadlock: the history did not end in time")
		return r.faults
	}
	r.verify(ctx)
	return r.faults
}

// open lets every handler go.
func (r *rig) open() {
	for _, t := range r.taps {
		t.gate.open()
	}
}

// leave waits until no publisher outside handlers publishes, and closes them.
func (r *rig) leave(ctx context.Context) {
	for _, s := range r.everySender() {
		if s.handler {
			continue
		}
		if _, returned := s.wait(ctx); !returned {
			r.fault("no deadlock: a publisher of %s hangs", s.source.name)
			continue
		}
		s.pub.Close()
	}
}

// rest waits until no handler runs: one that was given up may.
func (r *rig) rest(ctx context.Context) {
	for _, t := range r.taps {
		for t.inside.Load() > 0 {
			if ctx.Err() != nil {
				r.fault("no deadlock: the handler of %s does not return", t.name)
				return
			}
			time.Sleep(50 * time.Microsecond)
		}
	}
}

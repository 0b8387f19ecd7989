package explore

import (
	"fmt"
	"iter"
	"runtime/debug"
)

// thread is a coroutine of a run. Coroutines are kept from run to run.
type thread struct {
	run      *Run
	id       int
	name     string
	body     func()
	finished bool
	leaving  bool // unwinding from a run that was given up
	next     op   // what it is about to do, while it is suspended

	after   clock // what its last event depends on: the reduction's order
	knows   clock // what happened before by synchronisation: the memory model's order
	watched []watch
	still   bool // nothing that it watched had changed at its last pause

	resume  func() (struct{}, bool)
	stop    func()
	suspend func(struct{}) bool
}

// watch is a place that a thread read since its last pause, and the newest change it saw there.
type watch struct {
	place *Place
	last  clock
}

// abandoned unwinds a thread whose run was given up.
type abandoned struct{}

func newThread() *thread {
	t := &thread{}
	t.resume, t.stop = iter.Pull(func(suspend func(struct{}) bool) {
		t.suspend = suspend
		for {
			t.work()
			if !suspend(struct{}{}) {
				return
			}
		}
	})
	return t
}

// begin makes t a thread of x that has not run.
func (t *thread) begin(x *Run, id int, name string, body func()) {
	t.run, t.id, t.name, t.body = x, id, name, body
	t.finished, t.leaving, t.still = false, false, false
	t.after, t.knows = clock{}, clock{}
	t.knows[id] = 1
	t.watched = t.watched[:0]
}

// work runs the body to its end.
func (t *thread) work() {
	defer func() {
		t.finished = true
		switch what := recover().(type) {
		case nil, abandoned:
		default:
			t.run.fail(fmt.Sprintf("panic in %s: %v\n%s", t.name, what, debug.Stack()))
		}
	}()
	t.body()
}

// caller returns the thread that runs, or nil outside of an exploration or in a run given up.
func caller() *thread {
	if x := current; x != nil && x.running != nil && !x.running.leaving {
		return x.running
	}
	return nil
}

// reach returns when the schedule has come to the caller's next operation: the caller, or nil if it
// is to do nothing.
func reach(k kind, p *Place) *thread {
	t := caller()
	if t == nil {
		return nil
	}
	if p != nil {
		p.attach(t.run)
	}
	t.next = op{k, p}
	t.run.pass(t)
	return t
}

// perform reaches an operation and notes it as done.
func perform(k kind, p *Place) *thread {
	t := reach(k, p)
	if t != nil {
		t.commit(k, p)
	}
	return t
}

// commit notes an operation as done.
func (t *thread) commit(k kind, p *Place) {
	e := t.newEvent(k, p)
	if k.changes() {
		p.written = e.after
	} else {
		p.read.join(&e.after)
		t.watch(p)
	}
	t.synchronise(k, p)
	t.done(e)
}

// commitPause notes a pause as done: a look at all that its thread has read since the last one.
func (t *thread) commitPause() {
	t.still = !t.sawChange()
	e := t.newEvent(pause, nil)
	for _, w := range t.watched {
		w.place.read.join(&e.after)
	}
	t.done(e)
	t.watched = t.watched[:0]
}

// newEvent makes the event of the thread's next operation.
func (t *thread) newEvent(k kind, p *Place) event {
	x := t.run
	e := event{thread: t.id, kind: k, after: t.after, prior: t.after}
	from := len(x.visits)
	switch {
	case p != nil:
		x.visits = append(x.visits, visit{p, p.last, p.held})
	case k == pause:
		for _, w := range t.watched {
			x.visits = append(x.visits, visit{w.place, w.place.last, w.place.held})
		}
	}
	e.visits = x.visits[from:len(x.visits):len(x.visits)]
	for _, v := range e.visits {
		e.after.join(&v.place.written)
		if k.changes() {
			e.after.join(&v.place.read)
		}
	}
	e.after[t.id]++
	e.local = e.after[t.id]
	return e
}

// done adds an event to the trace.
func (t *thread) done(e event) {
	for _, v := range e.visits {
		v.place.last = len(t.run.trace)
	}
	t.after = e.after
	t.run.note(e)
}

// synchronise orders what is not atomic, as the Go memory model does: an operation happens after
// the one whose effect it observes.
func (t *thread) synchronise(k kind, p *Place) {
	if k.acquires() {
		t.knows.join(&p.published)
	}
	if k.releases() {
		p.published = t.knows
		t.knows[t.id]++
	}
}

// watch notes what a place was like when it was first read since the last pause.
func (t *thread) watch(p *Place) {
	if !t.watches(p) {
		t.watched = append(t.watched, watch{p, p.written})
	}
}

// sawChange tells whether something changed that the thread has read since its last pause.
func (t *thread) sawChange() bool {
	for _, w := range t.watched {
		if w.place.written != w.last {
			return true
		}
	}
	return false
}

func (t *thread) watches(p *Place) bool {
	for _, w := range t.watched {
		if w.place == p {
			return true
		}
	}
	return false
}

// enabled tells whether the thread could do its next operation now.
func (t *thread) enabled() bool {
	switch t.next.kind {
	case lock, give:
		return !t.next.place.held
	case take:
		return t.next.place.held
	case pause:
		return !t.still || t.sawChange()
	default:
		return true
	}
}

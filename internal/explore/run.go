package explore

import (
	"fmt"
	"strings"
)

// Run is one run of a program, by one schedule. The program gets it to start its threads and to say
// what must hold.
type Run struct {
	chooser chooser
	limit   int // operations
	threads []*thread
	idle    []*thread // coroutines of earlier runs
	finally []func()

	running  *thread // nil in the program itself and in finally
	upcoming *thread // who is to run next
	starting bool    // threads run up to their first operation
	ended    bool    // every thread came to its end
	failure  string

	taken  []choice // the schedule so far
	trace  []event
	visits []visit // of the events
	places int
	cells  map[any]*cell // of the accesses that are not atomic
	told   *[]string     // what happened, in words; nil but when a failure is told
}

// choice is one decision of a schedule: which thread was next, or which value Choose returned.
type choice struct {
	value   int
	isValue bool
}

// chooser decides a run's schedule.
type chooser interface {
	// thread returns which of the enabled threads is next, or nobody to give the run up. Nobody is
	// enabled in a deadlock.
	thread(x *Run, enabled set) int
	// value returns a number below n.
	value(n int) int
	// observe is told of each event.
	observe(x *Run, e *event)
}

const nobody = -1

// current is the run under way. It is the one global here: an atomic operation has no other way to
// learn who performs it, and one run at a time is what exploring means.
var current *Run

// Go starts a thread. Only the program itself may, before its threads run.
func (x *Run) Go(name string, body func()) {
	if x.running != nil || len(x.threads) == MaxThreads {
		panic(fmt.Sprintf("explore: more than %d threads, or one started by another", MaxThreads))
	}
	if len(x.idle) == 0 {
		x.idle = append(x.idle, newThread())
	}
	t := x.idle[len(x.idle)-1]
	x.idle = x.idle[:len(x.idle)-1]
	t.begin(x, len(x.threads), name, body)
	x.threads = append(x.threads, t)
}

// Finally says what is to be done, and checked, when all threads have ended.
func (x *Run) Finally(f func()) { x.finally = append(x.finally, f) }

// Check fails the run unless ok. What is said should tell which promise was broken.
func (x *Run) Check(ok bool, format string, args ...any) {
	if ok {
		return
	}
	x.fail(fmt.Sprintf(format, args...))
	panic(abandoned{})
}

// fail keeps the first failure; a thread must not go on after it.
func (x *Run) fail(text string) {
	if x.failure == "" {
		x.failure = text
	}
	if x.running != nil {
		x.running.leaving = true
	}
}

// perform runs the program by the chooser's schedule.
func (x *Run) perform(program func(*Run)) {
	current = x
	defer func() { current = nil }()
	program(x)
	x.starting = true
	for _, t := range x.threads {
		x.running = t
		t.resume()
	}
	x.starting = false
	for x.upcoming = x.pick(); x.upcoming != nil; {
		x.running = x.upcoming
		x.running.resume()
		if x.running.finished {
			x.upcoming = x.pick()
		}
	}
	x.abandon()
	x.finish()
}

// pass lets whoever is next run, and returns when that is the caller.
func (x *Run) pass(t *thread) {
	if !x.starting {
		x.upcoming = x.pick()
	}
	if x.starting || x.upcoming != t {
		t.suspend(struct{}{})
	}
	if t.leaving {
		panic(abandoned{})
	}
}

// pick decides who is next: nil when the run is over.
func (x *Run) pick() *thread {
	enabled, waiting := x.ready()
	switch {
	case x.failure != "":
		return nil
	case len(x.taken) >= x.limit:
		x.fail(fmt.Sprintf("livelock: %d operations and no end", x.limit))
		return nil
	case waiting == 0:
		x.ended = true
		return nil
	case enabled == 0:
		x.chooser.thread(x, 0)
		x.fail("deadlock: " + x.waits())
		return nil
	}
	next := x.chooser.thread(x, enabled)
	if next == nobody {
		return nil
	}
	x.taken = append(x.taken, choice{value: next})
	return x.threads[next]
}

// value decides what the scheduler does not.
func (x *Run) value(n int) int {
	v := x.chooser.value(n)
	x.taken = append(x.taken, choice{v, true})
	return v
}

// note keeps what a thread did.
func (x *Run) note(e event) {
	x.trace = append(x.trace, e)
	x.chooser.observe(x, &x.trace[len(x.trace)-1])
	if x.told != nil {
		*x.told = append(*x.told, x.tell(e))
	}
}

// ready returns who could do its next operation, and who is not at its end.
func (x *Run) ready() (enabled, waiting set) {
	var pausing set
	for i, t := range x.threads {
		if t.finished {
			continue
		}
		waiting |= only(i)
		if t.enabled() {
			enabled |= only(i)
		}
		if t.next.kind == pause {
			pausing |= only(i)
		}
	}
	if enabled == 0 {
		enabled = pausing // nothing will change any more: let them see it
	}
	return enabled, waiting
}

// waits says what each thread waits for.
func (x *Run) waits() string {
	var list []string
	for _, t := range x.threads {
		if !t.finished {
			list = append(list, fmt.Sprintf("%s waits to %v", t.name, t.next.kind))
		}
	}
	return strings.Join(list, ", ")
}

// abandon unwinds the threads that have not ended.
func (x *Run) abandon() {
	for _, t := range x.threads {
		for !t.finished {
			t.leaving = true
			x.running = t
			t.resume()
		}
	}
	x.running = nil
}

// finish runs what the program said is to be checked at the end, if there was one.
func (x *Run) finish() {
	if !x.ended {
		return
	}
	defer func() {
		switch what := recover().(type) {
		case nil, abandoned:
		default:
			x.fail(fmt.Sprintf("panic at the end: %v", what))
		}
	}()
	for _, f := range x.finally {
		f()
	}
}

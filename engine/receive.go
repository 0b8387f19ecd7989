package engine

import (
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
)

// batchMax is how many messages a handler is given at once; a bitset has as many bits.
const batchMax = 64

// run delivers the module's messages until its queue is closed and drained. A handler that ends its
// goroutine (runtime.Goexit) ends its call only: another goroutine goes on, with what is pending.
func (r *receiver) run() {
	id, m := park.Goroutine(), r.module
	m.engine.runners.Store(id, m)
	drained := false
	defer func() {
		m.engine.runners.Delete(id)
		if drained {
			m.end()
		} else {
			go r.run()
		}
	}()
	for r.step() {
	}
	drained = true
}

// end tells the world that no handler call will follow.
func (m *Module) end() {
	m.out.Close()
	m.cancel()
	m.handler, m.onPanic = nil, nil // a queue's old slots may lead here for long,
	m.queue.main.Free()             // and from here to the modules before it
	m.queue.idle.Store(true)
	close(m.done)
	m.rest.WakeAll()
	m.engine.idle.WakeAll()
}

// receiver is the consumer of a module's queue.
type receiver struct {
	module   *Module
	queue    *queue
	*buffers         // nil before the first message
	pending  []entry // of entries: out of the queue, and neither handled nor given up
	progress *progress
	home     arena.Returns
}

// buffers hold a batch. A module that has not received anything has none.
type buffers struct {
	entries  [batchMax]entry
	messages [batchMax]message.Message
}

func newReceiver(m *Module) *receiver {
	return &receiver{module: m, queue: m.queue, progress: m.out.progress}
}

// step delivers what is pending, takes the next batch, or sleeps. It returns false when there will be
// no more.
func (r *receiver) step() bool {
	r.deliver()
	if n := r.next(); n > 0 {
		r.pending = r.entries[:n]
		return true
	}
	if r.queue.finished() {
		return false
	}
	r.sleep()
	return true
}

// next takes the next batch out of the queue.
func (r *receiver) next() int {
	if r.buffers == nil {
		if r.queue.empty() {
			return 0
		}
		r.buffers = new(buffers)
	}
	return r.queue.next(r.entries[:])
}

func (r *receiver) sleep() {
	q := r.queue
	q.giveBack()
	q.bell.Arm()
	if q.ready() {
		q.bell.Disarm()
		return
	}
	// SYNC POINT: rest. What was delivered is counted and the module idle before this wakes anybody.
	q.idle.Store(true)
	r.module.rest.WakeAll()
	if e := r.module.engine; e.state.Load() == draining {
		e.idle.WakeAll()
	}
	q.bell.Sleep()
	q.rounds.Add(1)
	q.idle.Store(false)
}

// deliver hands what is pending to the handler, gives it up and counts it.
func (r *receiver) deliver() {
	for len(r.pending) > 0 {
		if r.queue.abandoned.Load() { // also in OnPanic, just now
			r.discard()
			return
		}
		r.call()
	}
}

// call calls the handler with what is pending, and gives up what that call was about: all, unless Each
// knows better.
func (r *receiver) call() {
	m := r.module
	for i, e := range r.pending {
		r.messages[i] = message.Message(e.m)
	}
	r.progress.begin(r.pending)
	m.calls.Store(nextCall(m.calls.Load(), len(r.pending)))
	returned := false
	if m.onPanic == nil {
		defer func() { r.ended(returned, nil) }()
	} else {
		defer func() { r.ended(returned, recover()) }()
	}
	m.handler.Receive(m.ctx, m.out, r.messages[:len(r.pending)])
	returned = true
}

// discard gives up messages that nobody will handle any more.
func (r *receiver) discard() {
	batch := r.take(len(r.pending))
	if r.queue.quarantined.Load() {
		r.fail(batch, byQuarantine, byQuarantine.String())
		return
	}
	noteLeft(batch)
	r.release(batch, (*flow).countLeft)
}

// take returns the first n of what is pending, which is then the caller's to give up.
func (r *receiver) take(n int) []entry {
	batch := r.pending[:n]
	r.pending = r.pending[n:]
	return batch
}

// release counts a batch by runs of one flow and gives it up.
func (r *receiver) release(batch []entry, count func(*flow, int)) {
	from := 0
	for i, e := range batch {
		r.home.Release(e.m)
		if e.flow != batch[from].flow {
			count(batch[from].flow, i-from)
			from = i
		}
	}
	count(batch[from].flow, len(batch)-from)
	r.home.Flush()
	clear(batch)
}

func (f *flow) countDelivered(n int) { bump(&f.delivered, n) }

func (f *flow) countLeft(n int) { bump(&f.left, n) }

// countFailed returns what counts failures for a reason.
func countFailed(r reason) func(*flow, int) {
	return func(f *flow, n int) { bump(&f.failed[r-firstFailure], n) }
}

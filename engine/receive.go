package engine

import (
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
)

// batchMost is how many messages a handler is given at once.
const batchMost = 64

// run delivers a module's messages until its queue is closed and drained. A handler that ends its
// goroutine (runtime.Goexit) ends its call only: another goroutine goes on.
func (m *Module) run() {
	id := park.Goroutine()
	m.engine.runners.Store(id, m)
	drained := false
	defer func() {
		m.engine.runners.Delete(id)
		if drained {
			m.end()
		} else {
			go m.run()
		}
	}()
	r := receiver{module: m, queue: m.queue}
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
	m.engine.idle.WakeAll()
}

// receiver is the consumer of a module's queue.
type receiver struct {
	module   *Module
	queue    *queue
	entries  [batchMost]entry
	messages [batchMost]message.Message
	home     message.Returns
}

// step delivers one batch, or sleeps. It returns false when there will be no more.
func (r *receiver) step() bool {
	n := r.queue.next(r.entries[:])
	if n > 0 {
		r.deliver(r.entries[:n])
		return true
	}
	if r.queue.finished() {
		return false
	}
	r.sleep()
	return true
}

func (r *receiver) sleep() {
	q := r.queue
	q.bell.Arm()
	if q.ready() {
		q.bell.Disarm()
		return
	}
	q.idle.Store(true)
	if e := r.module.engine; e.state.Load() == draining {
		e.idle.WakeAll()
	}
	q.bell.Sleep()
	q.rounds.Add(1)
	q.idle.Store(false)
}

// deliver hands a batch to the handler, releases it and counts it.
func (r *receiver) deliver(batch []entry) {
	for len(batch) > 0 {
		if r.queue.abandoned.Load() { // also in OnPanic, just now
			r.discard(batch)
			return
		}
		batch = batch[r.call(batch):]
	}
}

// call calls the handler and gives up what it handled; it returns how many messages that are: all,
// unless the handler panicked.
func (r *receiver) call(batch []entry) (handled int) {
	m := r.module
	for i, e := range batch {
		r.messages[i] = e.m
	}
	m.out.handling = unknownIndex
	m.calls.Store(nextCall(m.calls.Load(), len(batch)))
	handled = len(batch)
	if m.onPanic == nil {
		defer r.release(batch, (*flow).countDelivered) // however the handler ends
	} else {
		defer func() { handled = r.ended(batch, recover()) }()
	}
	m.handler.Receive(m.ctx, m.out, r.messages[:len(batch)])
	return handled
}

// discard gives up messages that nobody will handle any more.
func (r *receiver) discard(batch []entry) {
	if r.queue.quarantined.Load() {
		r.fail(batch, "quarantined")
		return
	}
	r.release(batch, (*flow).countLeft)
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

func (f *flow) countFailed(n int) { bump(&f.failed, n) }

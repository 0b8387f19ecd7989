package park

import (
	"slices"
	"time"

	"github.com/millrace/millrace/internal/atom"
)

// WaitQueue is a queue of goroutines that wait for the same thing, woken first come first served. Each
// brings its own Waiter:
//
//	queue.Join(w)
//	if thingIsThere() {
//		queue.Leave(w)
//	} else {
//		outcome = queue.Wait(w, done, timeout)
//	}
//
// and tries again whatever the outcome was. A Wake after the thing was made visible is never lost.
// The zero value is ready.
type WaitQueue struct {
	waiting atom.Int32 // length of queue, written under mu
	mu      Mutex
	queue   []*Waiter // guarded by mu, by their places
	last    uint64    // the last place that was given; guarded by mu
}

// Waiter is one goroutine's place in a WaitQueue. It is reused from wait to wait, by one goroutine.
type Waiter struct {
	token token
	timer *time.Timer
	place uint64 // in the queue that it joined last; guarded by the queue's mu
}

// NewWaiter makes a waiter.
func NewWaiter() *Waiter { return &Waiter{token: newToken()} }

// Outcome says why a Wait ended.
type Outcome int

// The ways in which a Wait can end.
const (
	Woken Outcome = iota
	Cancelled
	TimedOut
)

// Join takes the last place.
func (q *WaitQueue) Join(w *Waiter) { q.join(w, false) }

// Rejoin takes the place again that w had before it was woken: before all that have joined since.
func (q *WaitQueue) Rejoin(w *Waiter) { q.join(w, true) }

func (q *WaitQueue) join(w *Waiter, again bool) {
	q.mu.Lock()
	if !again {
		q.last++
		w.place = q.last
	}
	at := len(q.queue)
	for at > 0 && q.queue[at-1].place > w.place {
		at--
	}
	q.queue = slices.Insert(q.queue, at, w)
	// SYNC POINT: wait queue. The caller looks once more after this store.
	q.waiting.Store(int32(len(q.queue)))
	q.mu.Unlock()
}

// Leave gives the place up. If w was woken meanwhile the wake goes on to the next in queue.
func (q *WaitQueue) Leave(w *Waiter) {
	if q.remove(w) {
		return
	}
	w.token.take()
	q.Wake(1)
}

// Wait blocks until w is woken, done is closed or, if timeout is above zero, it has passed. It
// follows a Join and leaves the queue in every case.
func (q *WaitQueue) Wait(w *Waiter, done <-chan struct{}, timeout time.Duration) Outcome {
	outcome := w.sleep(done, timeout)
	if outcome != Woken {
		q.Leave(w)
	}
	return outcome
}

func (w *Waiter) wait(done <-chan struct{}, timeout time.Duration) Outcome {
	var late <-chan time.Time
	if timeout > 0 {
		late = w.arm(timeout)
		defer w.timer.Stop()
	}
	select {
	case <-w.token.arrival():
		return Woken
	case <-done:
		return Cancelled
	case <-late:
		return TimedOut
	}
}

func (w *Waiter) arm(timeout time.Duration) <-chan time.Time {
	if w.timer == nil {
		w.timer = time.NewTimer(timeout)
	} else {
		w.timer.Reset(timeout)
	}
	return w.timer.C
}

// Wake wakes up to n waiters.
func (q *WaitQueue) Wake(n int) {
	// SYNC POINT: wait queue. The caller made the thing visible before this load.
	if q.waiting.Load() == 0 {
		return
	}
	q.mu.Lock()
	n = min(n, len(q.queue))
	for _, w := range q.queue[:n] {
		w.token.give()
	}
	rest := copy(q.queue, q.queue[n:])
	clear(q.queue[rest:])
	q.queue = q.queue[:rest]
	q.waiting.Store(int32(rest))
	q.mu.Unlock()
}

// WakeAll wakes every waiter.
func (q *WaitQueue) WakeAll() { q.Wake(int(^uint(0) >> 1)) }

func (q *WaitQueue) remove(w *Waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, other := range q.queue {
		if other == w {
			q.queue = append(q.queue[:i], q.queue[i+1:]...)
			q.waiting.Store(int32(len(q.queue)))
			return true
		}
	}
	return false
}

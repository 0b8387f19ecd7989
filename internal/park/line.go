package park

import (
	"time"

	"github.com/millrace/millrace/internal/atom"
)

// Line is a queue of goroutines that wait for the same thing, woken first come first served. Each
// brings its own Waiter:
//
//	line.Join(w)
//	if thingIsThere() {
//		line.Leave(w)
//	} else {
//		outcome = line.Wait(w, done, timeout)
//	}
//
// and tries again whatever the outcome was. A Wake after the thing was made visible is never lost.
// The zero value is ready.
type Line struct {
	waiting atom.Int32 // length of queue, written under mu
	mu      Mutex
	queue   []*Waiter // guarded by mu
}

// Waiter is one goroutine's place in a Line. It is reused from wait to wait, by one goroutine.
type Waiter struct {
	token token
	timer *time.Timer
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
func (l *Line) Join(w *Waiter) {
	l.mu.Lock()
	l.queue = append(l.queue, w)
	// SYNC POINT: line. The caller looks once more after this store.
	l.waiting.Store(int32(len(l.queue)))
	l.mu.Unlock()
}

// Leave gives the place up. If w was woken meanwhile the wake goes on to the next in line.
func (l *Line) Leave(w *Waiter) {
	if l.remove(w) {
		return
	}
	w.token.take()
	l.Wake(1)
}

// Wait blocks until w is woken, done is closed or, if timeout is above zero, it has passed. It
// follows a Join and leaves the line in every case.
func (l *Line) Wait(w *Waiter, done <-chan struct{}, timeout time.Duration) Outcome {
	outcome := w.sleep(done, timeout)
	if outcome != Woken {
		l.Leave(w)
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
func (l *Line) Wake(n int) {
	// SYNC POINT: line. The caller made the thing visible before this load.
	if l.waiting.Load() == 0 {
		return
	}
	l.mu.Lock()
	n = min(n, len(l.queue))
	for _, w := range l.queue[:n] {
		w.token.give()
	}
	rest := copy(l.queue, l.queue[n:])
	clear(l.queue[rest:])
	l.queue = l.queue[:rest]
	l.waiting.Store(int32(rest))
	l.mu.Unlock()
}

// WakeAll wakes every waiter.
func (l *Line) WakeAll() { l.Wake(int(^uint(0) >> 1)) }

func (l *Line) remove(w *Waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, other := range l.queue {
		if other == w {
			l.queue = append(l.queue[:i], l.queue[i+1:]...)
			l.waiting.Store(int32(len(l.queue)))
			return true
		}
	}
	return false
}

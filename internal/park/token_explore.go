//go:build explore

package park

import (
	"runtime"
	"sync"
	"time"

	"github.com/millrace/millrace/internal/explore"
)

// Mutex is sync.Mutex, and a yield point while the explorer runs.
type Mutex struct {
	at   explore.Place
	real sync.Mutex
}

// Lock takes the mutex.
func (m *Mutex) Lock() {
	if !m.at.Lock() {
		m.real.Lock()
	}
}

// Unlock gives the mutex back.
func (m *Mutex) Unlock() {
	if !m.at.Unlock() {
		m.real.Unlock()
	}
}

// token is a wake-up that is owed to a sleeper; there is room for one.
type token struct {
	at   *explore.Place
	real chan struct{}
}

func newToken() token { return token{new(explore.Place), make(chan struct{}, 1)} }

func (t token) give() {
	if !t.at.Give() {
		t.real <- struct{}{}
	}
}

func (t token) take() {
	if !t.at.Take() {
		<-t.real
	}
}

func (t token) arrival() <-chan struct{} { return t.real }

// sleep waits as wait does. Time does not pass in an exploration: a timeout may end the wait at any
// moment, and a context only if it was done before.
func (w *Waiter) sleep(done <-chan struct{}, timeout time.Duration) Outcome {
	otherwise := Woken
	select {
	case <-done:
		otherwise = Cancelled
	default:
		if timeout > 0 {
			otherwise = TimedOut
		}
	}
	if otherwise == Woken {
		if !w.token.at.Take() {
			return w.wait(done, timeout)
		}
		return Woken
	}
	switch took, explored := w.token.at.TakeOrNot(); {
	case !explored:
		return w.wait(done, timeout)
	case took:
		return Woken
	}
	return otherwise
}

// Spins returns how often a caller that would Yield n times in vain is to do so: once.
func Spins(int) int { return 1 }

// Yield lets other goroutines run, for waits that are known to be very short.
func Yield() {
	if !explore.Pause() {
		runtime.Gosched()
	}
}

// After is for ordinary builds: time does not pass in an exploration.
func After(time.Duration, func()) (stop func()) { return func() {} }

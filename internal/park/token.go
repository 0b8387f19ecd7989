//go:build !explore

package park

import (
	"runtime"
	"sync"
	"time"
)

// Mutex is a lock of code that is explored: sync.Mutex, but in builds with the tag explore a yield
// point.
type Mutex = sync.Mutex

// token is a wake-up that is owed to a sleeper; there is room for one.
type token chan struct{}

func newToken() token { return make(token, 1) }

func (t token) give() { t <- struct{}{} }

func (t token) take() { <-t }

func (t token) arrival() <-chan struct{} { return t }

func (w *Waiter) sleep(done <-chan struct{}, timeout time.Duration) Outcome {
	return w.wait(done, timeout)
}

// Spins returns how often a caller that would Yield n times in vain is to do so: n. In exploring
// builds once, for the explorer does not run a thread again that waits for others in this way.
func Spins(n int) int { return n }

// Yield lets other goroutines run, for waits that are known to be very short.
func Yield() { runtime.Gosched() }

// After calls f on a goroutine of its own when the time has passed; stop keeps it from that, if it has
// not begun. In exploring builds, where time does not pass, it never does.
func After(d time.Duration, f func()) (stop func()) {
	t := time.AfterFunc(d, f)
	return func() { t.Stop() }
}

package bench

import (
	"time"

	"golang.org/x/sys/unix"
)

// napCost is what a nap takes of the processor: two calls of the system and two switches.
const napCost = 2 * time.Microsecond

// nap sleeps to the microsecond, which the runtime's sleep does not: it rounds up to milliseconds where
// nothing else happens, and the system adds 50 µs of slack unless asked not to. It returns what that
// cost.
func nap(d time.Duration) time.Duration {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // of this thread; without it naps are longer
	t := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&t, nil) // woken early, the pace looks again
	return napCost
}

package iothub

import "time"

// The policies of v1, by name. What each waits before the nth retry in a row, from the second one
// on (the first comes at once), is v1's too, but for the bounds.
const (
	none        = "NONE"                            // is not retried
	immediate   = "IMMEDIATE"                       // shortest
	interval    = "INTERVAL"                        // 5 s
	linear      = "LINEAR_BACKOFF"                  // 5 s, 10 s, 15 s …
	exponential = "EXPONENTIAL_BACKOFF"             // 1 s, 2 s, 4 s …
	jittered    = "EXPONENTIAL_BACKOFF_WITH_JITTER" // the same and up to 5 % more
	random      = "RANDOM"                          // from shortest to 5 s
)

var policies = []string{none, immediate, interval, linear, exponential, jittered, random}

// Bounds of every wait: v1 asks a dead hub without any pause, or after days.
const (
	shortest = 100 * time.Millisecond
	longest  = time.Minute
)

// retry says when to try again to connect. It belongs to one goroutine.
type retry struct {
	policy  string
	timeout time.Duration  // from the first failure until it is given up; 0: never
	chance  func() float64 // from 0 to below 1

	failures int // in a row
	since    time.Time
}

// next takes note of a failure at the time now and returns how long to wait, or false to give up.
func (r *retry) next(now time.Time) (time.Duration, bool) {
	if r.failures == 0 {
		r.since = now
	}
	left := longest
	if r.timeout > 0 {
		left = r.since.Add(r.timeout).Sub(now)
	}
	if r.policy == none || left <= 0 {
		return 0, false
	}
	r.failures++
	if r.failures == 1 {
		return 0, true
	}
	return min(max(r.delay(r.failures-1), shortest), longest, left), true
}

// delay returns the policy's wait before retry n+1, without bounds.
func (r *retry) delay(n int) time.Duration {
	const slow, fast = 5 * time.Second, time.Second
	doubled := fast << min(n-1, 10)
	switch r.policy {
	case interval:
		return slow
	case linear:
		return slow * time.Duration(min(n, 100))
	case exponential:
		return doubled
	case jittered:
		return doubled + time.Duration(r.chance()*0.05*float64(doubled))
	case random:
		return time.Duration(r.chance() * float64(slow))
	default:
		return 0
	}
}

// reset begins a new row of failures.
func (r *retry) reset() { r.failures = 0 }

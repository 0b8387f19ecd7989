package iothub

import (
	"testing"
	"time"
)

// TestPolicies: what each of v1's policies waits, failure by failure, with the chance of a half.
func TestPolicies(t *testing.T) {
	const s = time.Second
	for policy, want := range map[string][]time.Duration{
		none:        nil,
		immediate:   {0, shortest, shortest, shortest},
		interval:    {0, 5 * s, 5 * s, 5 * s},
		linear:      {0, 5 * s, 10 * s, 15 * s, 20 * s, 25 * s, 30 * s, 35 * s, 40 * s, 45 * s, 50 * s, 55 * s, longest, longest},
		exponential: {0, s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, longest, longest},
		jittered:    {0, s * 41 / 40, 2 * s * 41 / 40, 4 * s * 41 / 40},
		random:      {0, 5 * s / 2, 5 * s / 2},
	} {
		r := retry{policy: policy, chance: func() float64 { return 0.5 }}
		now := time.Now()
		for i, wait := range want {
			got, again := r.next(now)
			if !again || got != wait {
				t.Errorf("%s, failure %d: %v %v, want %v", policy, i+1, got, again, wait)
			}
			now = now.Add(got)
		}
		if want == nil {
			if got, again := r.next(now); again {
				t.Errorf("%s: retried after %v", policy, got)
			}
		}
	}
}

// TestLongOutage: no number of failures makes a wait leave its bounds.
func TestLongOutage(t *testing.T) {
	for _, policy := range policies[1:] {
		r := retry{policy: policy, chance: func() float64 { return 0 }}
		r.next(time.Now())
		for range 100_000 {
			if got, again := r.next(time.Now()); !again || got < shortest || got > longest {
				t.Fatalf("%s: %v %v after %d failures", policy, got, again, r.failures)
			}
		}
	}
}

// TestRetryEnds: the timeout counts from the first failure, and a success begins anew.
func TestRetryEnds(t *testing.T) {
	r := retry{policy: interval, timeout: 12 * time.Second}
	begun := time.Now()
	for _, c := range []struct {
		after, want time.Duration
		again       bool
	}{
		{0, 0, true}, {0, 5 * time.Second, true}, {5 * time.Second, 5 * time.Second, true},
		{10 * time.Second, 2 * time.Second, true}, {12 * time.Second, 0, false},
	} {
		if got, again := r.next(begun.Add(c.after)); got != c.want || again != c.again {
			t.Errorf("after %v: %v %v, want %v %v", c.after, got, again, c.want, c.again)
		}
	}
	r.reset()
	if got, again := r.next(begun.Add(time.Hour)); got != 0 || !again {
		t.Errorf("after a success: %v %v", got, again)
	}
}

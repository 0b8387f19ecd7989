package park

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/millrace/millrace/internal/atom"
)

func TestSleeperIsParkedUntilTheBellRings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, awake := NewBell(), false
		go func() { b.Arm(); b.Sleep(); awake = true }()
		synctest.Wait() // returns only when the sleeper is durably blocked
		if awake {
			t.Fatal("did not sleep")
		}
		b.Ring()
		synctest.Wait()
		if !awake {
			t.Fatal("the ring was lost")
		}
	})
}

// A ring between Arm and Sleep is kept; one before Arm is not, for its work is found by the check.
func TestRingBetweenArmAndSleepIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBell()
		b.Ring()
		b.Ring()
		b.Arm()
		b.Ring()
		b.Ring() // nobody is armed any more: must not block
		b.Sleep()

		slept := false
		go func() { b.Arm(); b.Sleep(); slept = true }()
		synctest.Wait()
		if slept {
			t.Fatal("a token was left over")
		}
		b.Ring()
	})
}

func TestDisarmTakesTheTokenOfARingInBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, woken := NewBell(), false
		b.Arm()
		b.Ring()
		b.Disarm()
		b.Arm()
		b.Disarm()
		go func() { b.Arm(); b.Sleep(); woken = true }()
		synctest.Wait()
		if woken {
			t.Fatal("woken by the ring of an earlier sleep")
		}
		b.Ring()
		synctest.Wait()
		if !woken {
			t.Fatal("not woken")
		}
	})
}

// Every unit of work is seen although each is announced exactly once: a lost wake-up hangs.
func TestNoRingIsLostBetweenManyRingers(t *testing.T) {
	const ringers, each = 3, 200000
	var work atom.Int64
	b := NewBell()
	var ringing sync.WaitGroup
	for range ringers {
		ringing.Go(func() {
			for range each {
				work.Add(1)
				b.Ring()
			}
		})
	}
	for done := int64(0); done < ringers*each; {
		b.Arm()
		if work.Load() > 0 {
			b.Disarm()
		} else {
			b.Sleep()
		}
		done += work.Swap(0)
	}
	ringing.Wait()
}

package park

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/millrace/millrace/internal/atom"
)

func wait(l *WaitQueue, done <-chan struct{}, timeout time.Duration) (*Waiter, chan Outcome) {
	w, ended := NewWaiter(), make(chan Outcome, 1)
	go func() { l.Join(w); ended <- l.Wait(w, done, timeout) }()
	synctest.Wait()
	return w, ended
}

func expect(t *testing.T, ended chan Outcome, want Outcome) {
	t.Helper()
	synctest.Wait()
	select {
	case got := <-ended:
		if got != want {
			t.Fatalf("outcome %v, want %v", got, want)
		}
	default:
		t.Fatalf("still waits, want %v", want)
	}
}

func expectWaiting(t *testing.T, ended ...chan Outcome) {
	t.Helper()
	synctest.Wait()
	for i, e := range ended {
		if len(e) != 0 {
			t.Fatalf("waiter %d ended", i)
		}
	}
}

func TestWakeIsFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l WaitQueue
		l.Wake(3) // nobody there: nothing is kept
		_, a := wait(&l, nil, 0)
		_, b := wait(&l, nil, 0)
		_, c := wait(&l, nil, 0)
		_, d := wait(&l, nil, 0)
		expectWaiting(t, a, b, c, d)
		l.Wake(1)
		expect(t, a, Woken)
		expectWaiting(t, b, c, d)
		l.Wake(2)
		expect(t, b, Woken)
		expect(t, c, Woken)
		expectWaiting(t, d)
		l.WakeAll()
		expect(t, d, Woken)
		l.WakeAll()
	})
}

func TestWakeBetweenJoinAndWaitIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l WaitQueue
		w := NewWaiter()
		l.Join(w)
		l.Wake(1)
		if got := l.Wait(w, nil, 0); got != Woken {
			t.Fatal(got)
		}
		// The waiter is good for another round, with nothing left over.
		again := make(chan Outcome, 1)
		go func() { l.Join(w); again <- l.Wait(w, nil, 0) }()
		expectWaiting(t, again)
		l.Wake(1)
		expect(t, again, Woken)
	})
}

func TestLeaveGivesUpThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l WaitQueue
		w := NewWaiter()
		l.Join(w)
		_, next := wait(&l, nil, 0)
		l.Leave(w)
		expectWaiting(t, next)
		l.Wake(1)
		expect(t, next, Woken)
	})
}

// Who was woken and leaves all the same did not use what it was woken for: the next one may.
func TestLeavePassesAWakeOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l WaitQueue
		w := NewWaiter()
		l.Join(w)
		_, next := wait(&l, nil, 0)
		l.Wake(1)
		expectWaiting(t, next)
		l.Leave(w)
		expect(t, next, Woken)
		again := make(chan Outcome, 1)
		go func() { l.Join(w); again <- l.Wait(w, nil, 0) }()
		expectWaiting(t, again) // the wake that was passed on is not kept as well
		l.Wake(1)
		expect(t, again, Woken)
	})
}

func TestWaitEndsByCancellationAndTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l WaitQueue
		done := make(chan struct{})
		_, cancelled := wait(&l, done, time.Hour)
		_, late := wait(&l, nil, time.Minute)
		_, patient := wait(&l, nil, 0)
		time.Sleep(time.Minute - 1)
		expectWaiting(t, cancelled, late, patient)
		time.Sleep(time.Nanosecond)
		expect(t, late, TimedOut)
		expectWaiting(t, cancelled, patient)
		close(done)
		expect(t, cancelled, Cancelled)
		l.Wake(1) // both have left the line: this is the patient one's
		expect(t, patient, Woken)
	})
}

// The timer of one wait does not end the next.
func TestTimerIsReusedAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l WaitQueue
		w := NewWaiter()
		for range 3 {
			began := time.Now()
			l.Join(w)
			if got := l.Wait(w, nil, time.Minute); got != TimedOut || time.Since(began) != time.Minute {
				t.Fatal(got, time.Since(began))
			}
			l.Join(w)
			time.AfterFunc(time.Second, func() { l.Wake(1) })
			if got := l.Wait(w, nil, time.Minute); got != Woken {
				t.Fatal(got)
			}
			time.Sleep(2 * time.Minute)
		}
	})
}

// A wake that meets a waiter on its way out is never lost, whichever is first.
func TestWakeRacingWithTimeouts(t *testing.T) {
	var l WaitQueue
	var places atom.Int64 // free
	take := func() error {
		if places.Add(-1) >= 0 {
			return nil
		}
		places.Add(1)
		return errors.New("none")
	}
	const waiters, rounds = 4, 30000
	var all sync.WaitGroup
	for i := range waiters {
		all.Go(func() {
			w := NewWaiter()
			for range rounds {
				for take() != nil {
					l.Join(w)
					if places.Load() > 0 {
						l.Leave(w)
					} else {
						l.Wait(w, nil, time.Duration(i%2)*time.Microsecond) // half of them for ever
					}
				}
			}
		})
	}
	for range waiters * rounds {
		places.Add(1)
		l.Wake(1)
	}
	all.Wait()
}

func TestGoroutineNumbers(t *testing.T) {
	mine := Goroutine()
	if mine == 0 || Goroutine() != mine || deep(50) != mine {
		t.Fatal("the number is 0 or changes within one goroutine")
	}
	seen := map[uint64]bool{mine: true}
	for range 20 {
		other := make(chan uint64)
		go func() { other <- deep(3) }()
		if n := <-other; n == 0 || seen[n] {
			t.Fatalf("goroutine %d was met before", n)
		} else {
			seen[n] = true
		}
	}
}

func deep(n int) uint64 {
	if n == 0 {
		return Goroutine()
	}
	return deep(n - 1)
}

func TestNothingIsPaidWhenNobodySleeps(t *testing.T) {
	b, w := NewBell(), NewWaiter()
	var l WaitQueue
	l.Join(w)
	l.Leave(w)
	if n := testing.AllocsPerRun(100, func() { b.Ring(); l.Wake(1); l.Join(w); l.Leave(w) }); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}

// Who was woken in vain comes before those who have joined since.
func TestRejoinKeepsThePlace(t *testing.T) {
	var q WaitQueue
	first, second, third := NewWaiter(), NewWaiter(), NewWaiter()
	q.Join(first)
	q.Join(second)
	q.Wake(2)
	for _, w := range []*Waiter{first, second} {
		if q.Wait(w, nil, 0) != Woken {
			t.Fatal("not woken")
		}
	}
	q.Join(third)
	q.Rejoin(second)
	q.Join(first)
	q.Wake(1)
	if q.Wait(second, nil, time.Minute) != Woken || q.Wait(third, nil, time.Nanosecond) != TimedOut {
		t.Fatal("the place is lost")
	}
}

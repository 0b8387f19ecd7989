package ring

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/millrace/millrace/internal/park"
)

// Within a synctest bubble, synctest.Wait returns only when every goroutine is durably blocked: a
// waiter that polled or spun would hang the test.

func TestSleepingConsumerCostsNothingAndWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New[int](2, park.NewBell())
		got := make(chan int, 8)
		go func() {
			defer close(got)
			into := make([]int, 2)
			for !r.Drained() {
				for _, v := range into[:r.Drain(into)] {
					got <- v
				}
				r.Sleep()
			}
		}()
		for i := range 5 {
			synctest.Wait()
			if err := r.PushOne(i); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if len(got) != 1 || <-got != i {
				t.Fatalf("push %d did not wake the consumer", i)
			}
		}
		r.Close()
		if v, open := <-got; open {
			t.Fatal("something after close:", v)
		}
	})
}

func TestSleepReturnsAtOnceWhenThereIsSomething(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New[int](2, park.NewBell())
		_ = r.PushOne(1)
		r.Sleep()
		r.Drain(make([]int, 1))
		r.Close()
		r.Sleep()
	})
}

func TestWaitEnds(t *testing.T) {
	free := func(r *Ring[int]) { r.Drain(make([]int, 1)) }
	for _, c := range []struct {
		name    string
		timeout time.Duration
		event   func(r *Ring[int], cancel func())
		want    park.Outcome
	}{
		{"when there is room", 0, func(r *Ring[int], _ func()) { free(r) }, park.Woken},
		{"in time", time.Hour, func(r *Ring[int], _ func()) { free(r) }, park.Woken},
		{"when the ring closes", 0, func(r *Ring[int], _ func()) { r.Close() }, park.Woken},
		{"when it is cancelled", time.Hour, func(_ *Ring[int], cancel func()) { cancel() }, park.Cancelled},
		{"when time is up", time.Minute, func(*Ring[int], func()) { time.Sleep(time.Hour) }, park.TimedOut},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := New[int](2, park.NewBell())
				_, _ = r.Push([]int{0, 1})
				done := make(chan struct{})
				ended := make(chan park.Outcome, 1)
				go func() { ended <- r.Wait(park.NewWaiter(), done, c.timeout) }()
				synctest.Wait()
				if len(ended) != 0 {
					t.Fatal("did not wait")
				}
				c.event(r, func() { close(done) })
				synctest.Wait()
				if len(ended) != 1 {
					t.Fatal("still waits")
				}
				if got := <-ended; got != c.want {
					t.Fatalf("outcome %v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestWaitReturnsAtOnceWithRoomOrClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New[int](2, park.NewBell())
		w := park.NewWaiter()
		if got := r.Wait(w, nil, 0); got != park.Woken {
			t.Fatal("empty ring:", got)
		}
		_, _ = r.Push([]int{0, 1})
		r.Close()
		if got := r.Wait(w, nil, 0); got != park.Woken {
			t.Fatal("closed ring:", got)
		}
	})
}

// A drain of n frees n places and wakes as many producers, each of which finds one.
func TestDrainWakesAsManyAsThereIsRoomFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New[int](4, park.NewBell())
		_, _ = r.Push(numbers(0, 4))
		pushed := make(chan int, 3)
		for i := range 3 {
			go func() {
				w := park.NewWaiter()
				for errors.Is(r.PushOne(10+i), ErrFull) {
					r.Wait(w, nil, 0)
				}
				pushed <- i
			}()
			synctest.Wait()
		}
		r.Drain(make([]int, 2))
		synctest.Wait()
		if len(pushed) != 2 {
			t.Fatalf("%d producers got in, 2 places were free", len(pushed))
		}
		r.Room().WakeAll() // other news: the third looks, finds nothing and waits again
		synctest.Wait()
		if len(pushed) != 2 {
			t.Fatal("a full ring let a producer in")
		}
		r.Drain(make([]int, 1))
		synctest.Wait()
		if len(pushed) != 3 {
			t.Fatal("the last producer still waits")
		}
	})
}

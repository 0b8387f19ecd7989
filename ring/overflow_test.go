package ring

import (
	"errors"
	"sync"
	"testing"
)

func TestOverflowTakesOldestFirst(t *testing.T) {
	var s Overflow[int]
	if !s.Empty() || s.TakeAll(nil) != nil {
		t.Fatal("the zero value holds something")
	}
	for i := range 3 {
		if err := s.Push(i); err != nil {
			t.Fatal(err)
		}
	}
	if s.Empty() {
		t.Fatal("empty with three elements")
	}
	same(t, "appended", s.TakeAll([]int{7, 8}), []int{7, 8, 0, 1, 2})
	same(t, "taken twice", s.TakeAll(nil), nil)
	_ = s.Push(3)
	same(t, "again", s.TakeAll(nil), []int{3})
}

func TestOverflowCloseTakesTheRestAndRefuses(t *testing.T) {
	var s Overflow[int]
	_, _ = s.Push(0), s.Push(1)
	same(t, "left", s.Close([]int{9}), []int{9, 0, 1})
	if err := s.Push(2); !errors.Is(err, ErrClosed) {
		t.Fatal("push after close:", err)
	}
	if !s.Empty() {
		t.Fatal("closed and not empty")
	}
	same(t, "close twice", s.Close(nil), nil)
	same(t, "take after close", s.TakeAll(nil), nil)
	if err := s.Push(2); !errors.Is(err, ErrClosed) {
		t.Fatal("a second close or a take opened it again:", err)
	}
}

// What was accepted is taken, in each producer's order, up to a close at any moment.
func TestOverflowUnderContention(t *testing.T) {
	const producers = 3
	for range 100 {
		var s Overflow[ticket]
		var accepted [producers]int
		var pushing sync.WaitGroup
		for p := range producers {
			pushing.Go(func() {
				for accepted[p] < 5000 && s.Push(ticket{p, accepted[p]}) == nil {
					accepted[p]++
				}
			})
		}
		var got []ticket
		for len(got) < 5000 {
			got = s.TakeAll(got)
		}
		got = s.Close(got)
		pushing.Wait()
		l := &ledger{make([]int, producers)}
		for _, v := range got {
			if !l.take(t, v) {
				return
			}
		}
		for p, n := range l.next {
			if n != accepted[p] {
				t.Fatalf("producer %d: %d accepted, %d taken", p, accepted[p], n)
			}
		}
	}
}

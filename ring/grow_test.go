package ring

import (
	"testing"

	"github.com/millrace/millrace/internal/park"
)

// A ring has memory for what is queued at once, not for what goes through it, and none before.
func TestRingGrowsWithWhatIsQueued(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		r := newAt[int](4096, park.NewBell(), start)
		if r.Slots() != 0 {
			t.Fatalf("memory for %d in a ring that nobody uses", r.Slots())
		}
		for n := range 10_000 {
			push(t, r, []int{n}, 1, nil)
			same(t, "drained", drain(r, 2), []int{n})
		}
		if r.Slots() != firstSlots {
			t.Fatalf("memory for %d, one at a time", r.Slots())
		}
		for from := 0; from < 4096; from += 100 {
			n := min(100, 4096-from)
			push(t, r, numbers(from, n), n, nil)
			if r.Slots() < from+n || r.Slots() > 4*max(from+n, firstSlots) {
				t.Fatalf("memory for %d with %d queued", r.Slots(), from+n)
			}
		}
		push(t, r, numbers(0, 1), 0, ErrFull)
		same(t, "all that was queued", drain(r, 5000), numbers(0, 4096))
	})
}

// An empty ring gives its memory up, and begins anew; one with something in it does not.
func TestRingTrim(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		r := newAt[int](128, park.NewBell(), start)
		r.Trim()
		for range 5 {
			push(t, r, numbers(0, 130), 128, ErrFull)
			r.Trim()
			if r.Slots() != 128 || r.Len() != 128 || !r.Full() {
				t.Fatalf("memory for %d, %d queued", r.Slots(), r.Len())
			}
			same(t, "drained", drain(r, 200), numbers(0, 128))
			tail := r.Tail()
			r.Trim()
			if r.Slots() != 0 || r.Len() != 0 || r.Ready() || r.Full() || !r.Reached(tail) {
				t.Fatalf("memory for %d, %d queued", r.Slots(), r.Len())
			}
		}
		push(t, r, numbers(0, 3), 3, nil)
		r.Close()
		r.Trim()
		same(t, "after a close", drain(r, 9), numbers(0, 3))
		r.Trim()
		if !r.Drained() {
			t.Fatal("not drained")
		}
	})
}

func TestDrainBefore(t *testing.T) {
	r := New[int](8, park.NewBell())
	push(t, r, numbers(0, 3), 3, nil)
	noted := r.Tail()
	push(t, r, numbers(3, 3), 3, nil)
	into := make([]int, 8)
	same(t, "a part", into[:r.DrainBefore(noted, into[:2])], numbers(0, 2))
	same(t, "the rest", into[:r.DrainBefore(noted, into)], numbers(2, 1))
	same(t, "no more", into[:r.DrainBefore(noted, into)], nil)
	same(t, "what came later", drain(r, 8), numbers(3, 3))
	same(t, "long past", into[:r.DrainBefore(noted, into)], nil)
}

func TestSharedGrowsWithWhatIsQueued(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		s := newSharedAt[int](4096, start)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for n := range 10_000 {
			must(s.Push(n))
			if v, ok := s.Pop(); !ok || v != n {
				t.Fatal(v, ok)
			}
		}
		if s.Slots() != firstSlots {
			t.Fatalf("memory for %d, one at a time", s.Slots())
		}
		for n := range 4096 {
			must(s.Push(n))
			if s.Slots() > 4*max(n+1, firstSlots) {
				t.Fatalf("memory for %d with %d queued", s.Slots(), n+1)
			}
		}
		if err := s.Push(0); err != ErrFull || !s.Full() {
			t.Fatalf("one more: %v, full %v", err, s.Full())
		}
		if v, ok := s.PopSurplus(); !ok || v != 0 {
			t.Fatal(v, ok)
		}
		same(t, "all that was queued", popAll(s), numbers(1, 4095))
		s.Trim()
		if s.Slots() != 0 || s.Len() != 0 || s.Ready() {
			t.Fatalf("memory for %d, %d queued", s.Slots(), s.Len())
		}
		must(s.Push(7))
		s.Trim()
		same(t, "once more", popAll(s), []int{7})
	})
}

// What still stands in smaller cells counts: a queue takes no more than its capacity.
func TestSharedTakesNoMoreThanItsCapacity(t *testing.T) {
	s := NewShared[int](128)
	taken := 0
	for s.Push(taken) == nil {
		taken++
	}
	same(t, "held", []int{taken, s.Len()}, []int{128, 128})
	for range 200 {
		if _, ok := s.PopSurplus(); !ok {
			t.Fatal("no surplus in a full queue")
		}
		if err := s.Push(taken); err != nil {
			t.Fatal(err)
		}
		taken++
	}
	same(t, "the newest", popAll(s), numbers(taken-128, 128))
}

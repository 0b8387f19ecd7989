package ring

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
)

func popAll(s *Shared[int]) []int {
	var list []int
	for {
		v, ok := s.Pop()
		if !ok {
			return list
		}
		list = append(list, v)
	}
}

func TestSharedFollowsASlice(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		random := rand.New(rand.NewPCG(2, start))
		for _, size := range []int{2, 4, 16} {
			for back := range uint64(3 * size) {
				followSliceShared(t, newSharedAt[int](size, start-back*step), random)
			}
		}
	})
}

func followSliceShared(t *testing.T, s *Shared[int], random *rand.Rand) {
	var model []int
	next, begin := 0, s.Tail()
	for range 200 {
		if random.IntN(2) == 0 {
			var want error
			if len(model) == s.Cap() {
				want = ErrFull
			} else {
				model = append(model, next)
			}
			if err := s.Push(next); !errors.Is(err, want) {
				t.Fatalf("Push with %d of %d held: %v", len(model), s.Cap(), err)
			}
			if want == nil {
				next++
			}
		} else if v, ok := s.Pop(); ok != (len(model) > 0) || (ok && v != model[0]) {
			t.Fatalf("Pop = %d, %v; want the first of %v", v, ok, model)
		} else if ok {
			model = model[1:]
		}
		checkSharedGauges(t, s, len(model), begin+uint64(next)*step)
	}
}

func checkSharedGauges(t *testing.T, s *Shared[int], held int, tail uint64) {
	t.Helper()
	if s.Len() != held || s.Full() != (held == s.Cap()) || s.Ready() != (held > 0) {
		t.Fatalf("%d held of %d: Len %d, Full %v, Ready %v",
			held, s.Cap(), s.Len(), s.Full(), s.Ready())
	}
	head := tail - uint64(held)*step
	if s.Tail() != tail || !s.Reached(head) || s.Reached(head+step) {
		t.Fatalf("Tail %#x, want %#x, of which %d held", s.Tail(), tail, held)
	}
}

func TestSharedCloseRefusesAndStillPops(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		s := newSharedAt[int](2, start)
		for i := range 2 {
			if err := s.Push(i); err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
		s.Close()
		if err := s.Push(9); !errors.Is(err, ErrClosed) {
			t.Fatal("push after close:", err)
		}
		if s.Drained() || s.Full() || s.Len() != 2 {
			t.Fatal("a closed queue with elements looks otherwise")
		}
		same(t, "popped", popAll(s), numbers(0, 2))
		if !s.Drained() || s.Len() != 0 || s.Ready() {
			t.Fatal("a closed and emptied queue looks otherwise")
		}
	})
}

// evict pushes tickets, taking the oldest element out whenever there is no room, as a link with
// drop_oldest does.
func evict(s *Shared[ticket], producer, count int) (evicted []ticket) {
	for i := range count {
		for errors.Is(s.Push(ticket{producer, i}), ErrFull) {
			if v, ok := s.Pop(); ok {
				evicted = append(evicted, v)
			}
		}
	}
	return evicted
}

// Whoever pops, each sees every producer's stream in order, and all streams together are whole.
func TestSharedUnderEviction(t *testing.T) {
	for _, size := range []int{2, 16} {
		const producers, count = 3, 50000
		s := newSharedAt[ticket](size, ^uint64(0)-10000*step+1)
		taken := make([][]ticket, producers+1)
		var pushing sync.WaitGroup
		for p := range producers {
			pushing.Go(func() { taken[p] = evict(s, p, count) })
		}
		go func() { pushing.Wait(); s.Close() }()
		for !s.Drained() {
			if v, ok := s.Pop(); ok {
				taken[producers] = append(taken[producers], v)
			}
		}
		checkWhole(t, taken, producers, count)
	}
}

func checkWhole(t *testing.T, taken [][]ticket, producers, count int) {
	t.Helper()
	seen := make(map[ticket]bool)
	for _, list := range taken {
		last := make([]int, producers)
		for _, v := range list {
			if seen[v] || v.place < last[v.producer] {
				t.Fatalf("%v came twice or out of order", v)
			}
			seen[v], last[v.producer] = true, v.place
		}
	}
	if len(seen) != producers*count {
		t.Fatalf("%d of %d came out", len(seen), producers*count)
	}
}

func TestSharedAllocatesNothing(t *testing.T) {
	s := NewShared[*int](4)
	popped := 0
	if allocs := testing.AllocsPerRun(100, func() {
		_ = s.Push(nil)
		if _, ok := s.Pop(); ok {
			popped++
		}
	}); allocs != 0 || popped != 101 {
		t.Fatalf("%v allocations a round, %d popped", allocs, popped)
	}
}

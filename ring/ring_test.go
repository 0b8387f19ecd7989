package ring

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/millrace/millrace/internal/park"
)

// starts put the counters at zero, just before they wrap to zero, and just before their sign turns.
var starts = []uint64{0, ^uint64(0) - step + 1, ^uint64(0) - 5*step + 1, 1<<63 - step, 1<<63 - 5*step}

func atEachStart(t *testing.T, test func(t *testing.T, start uint64)) {
	for _, start := range starts {
		t.Run(fmt.Sprintf("start=%#x", start), func(t *testing.T) { test(t, start) })
	}
}

func numbers(from, n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = from + i
	}
	return list
}

func drain[T any](r *Ring[T], most int) []T {
	into := make([]T, most)
	return into[:r.Drain(into)]
}

func push(t *testing.T, r *Ring[int], vs []int, wantN int, wantErr error) {
	t.Helper()
	if n, err := r.Push(vs); n != wantN || !errors.Is(err, wantErr) {
		t.Fatalf("Push(%v) = %d, %v; want %d, %v", vs, n, err, wantN, wantErr)
	}
}

func same(t *testing.T, what string, got, want []int) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func TestCapacityIsAPowerOfTwo(t *testing.T) {
	for asked, want := range map[int]int{-1: 2, 0: 2, 1: 2, 2: 2, 3: 4, 5: 8, 1024: 1024, 1025: 2048} {
		if got := New[int](asked, park.NewBell()).Cap(); got != want {
			t.Errorf("New(%d).Cap() = %d, want %d", asked, got, want)
		}
		if got := NewShared[int](asked).Cap(); got != want {
			t.Errorf("NewShared(%d).Cap() = %d, want %d", asked, got, want)
		}
	}
}

func TestOrderAndPartialBatches(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		r := newAt[int](4, park.NewBell(), start)
		push(t, r, nil, 0, nil)
		push(t, r, numbers(0, 3), 3, nil)
		push(t, r, numbers(3, 3), 1, ErrFull) // one fits, and only the first
		push(t, r, numbers(9, 1), 0, ErrFull)
		if err := r.PushOne(9); !errors.Is(err, ErrFull) {
			t.Fatalf("PushOne on a full ring: %v", err)
		}
		push(t, r, nil, 0, nil)
		same(t, "first drain", drain(r, 2), numbers(0, 2))
		push(t, r, numbers(4, 2), 2, nil)
		same(t, "second drain", drain(r, 9), numbers(2, 4))
		same(t, "empty", drain(r, 9), nil)
	})
}

func TestCloseRefusesClaimsAndStillDrains(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		r := newAt[int](4, park.NewBell(), start)
		push(t, r, numbers(0, 4), 4, nil)
		if r.Closed() || r.Drained() || !r.Full() {
			t.Fatal("an open full ring is closed, drained or not full")
		}
		r.Close()
		r.Close()
		push(t, r, numbers(4, 1), 0, ErrClosed)
		push(t, r, nil, 0, ErrClosed)
		if err := r.PushOne(4); !errors.Is(err, ErrClosed) {
			t.Fatalf("PushOne on a closed ring: %v", err)
		}
		if !r.Closed() || r.Drained() || r.Full() || r.Len() != 4 {
			t.Fatal("a closed ring with elements looks otherwise")
		}
		same(t, "drain", drain(r, 9), numbers(0, 4))
		if !r.Drained() || r.Len() != 0 {
			t.Fatal("a closed and drained ring looks otherwise")
		}
		push(t, r, numbers(4, 1), 0, ErrClosed) // room does not open it again
	})
}

// A random single-threaded history against a slice, crossing the wrap of the counters many laps on
// either side.
func TestRingFollowsASlice(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		random := rand.New(rand.NewPCG(1, start))
		for _, size := range []int{2, 4, 16} {
			for back := range uint64(3 * size) { // so that the wrap comes at every fill level
				followSlice(t, newAt[int](size, park.NewBell(), start-back*step), random)
			}
		}
	})
}

func followSlice(t *testing.T, r *Ring[int], random *rand.Rand) {
	var model []int
	next, taken := 0, 0
	begin := r.Tail()
	for range 200 {
		if random.IntN(2) == 0 {
			batch := numbers(next, random.IntN(r.Cap()+3))
			fits := min(len(batch), r.Cap()-len(model))
			var want error
			if fits < len(batch) {
				want = ErrFull
			}
			push(t, r, batch, fits, want)
			model = append(model, batch[:fits]...)
			next += fits
		} else {
			got := drain(r, random.IntN(r.Cap()+3))
			same(t, "drained", got, model[:len(got)])
			model = model[len(got):]
			taken += len(got)
		}
		checkGauges(t, r, len(model), begin+uint64(next)*step, begin+uint64(taken)*step)
	}
}

func checkGauges(t *testing.T, r *Ring[int], held int, tail, next uint64) {
	t.Helper()
	if r.Len() != held || r.Full() != (held == r.Cap()) || r.Ready() != (held > 0) {
		t.Fatalf("%d held of %d: Len %d, Full %v, Ready %v",
			held, r.Cap(), r.Len(), r.Full(), r.Ready())
	}
	if r.Tail() != tail || !r.Reached(next) || r.Reached(next+step) || r.Reached(tail) != (held == 0) {
		t.Fatalf("%d held: Tail %#x, want %#x; consumer at %#x", held, r.Tail(), tail, next)
	}
}

// Two producers that look at the head at the same time may store what they saw in either order, so
// seen can lie any distance behind the head. It must cost a look, never an overwrite.
func TestSeenFarBehindNeverOverwrites(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		for _, behind := range []uint64{1, 3, 4, 5, 8, 9, 1000} {
			r := newAt[int](4, park.NewBell(), start)
			push(t, r, numbers(0, 4), 4, nil)
			same(t, "first lap", drain(r, 4), numbers(0, 4))
			push(t, r, numbers(4, 3), 3, nil)
			r.seen.Store(r.head.Load() - behind*step)
			push(t, r, numbers(7, 3), 1, ErrFull)
			r.seen.Store(r.head.Load() - behind*step)
			push(t, r, numbers(8, 1), 0, ErrFull)
			r.seen.Store(r.head.Load() - behind*step)
			push(t, r, nil, 0, nil)
			same(t, "second lap", drain(r, 9), numbers(4, 4))
		}
	})
}

// A producer whose copy of the tail is old may see the head beyond it. That must look like room, so
// that the claim fails and is tried again, and never like a full ring, which would be an error.
func TestAStaleTailDoesNotLookFull(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		for ahead := range uint64(20) {
			if free := makeCells[int](4, start).free(start, start+ahead*step); free != 4+int64(ahead) {
				t.Fatalf("head %d ahead of the tail: %d free", ahead, free)
			}
		}
	})
}

// A claim that was made but not published holds the consumer back; it never reads an old slot.
func TestUnpublishedClaimHoldsBack(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		r := newAt[int](4, park.NewBell(), start)
		push(t, r, numbers(0, 4), 4, nil)
		same(t, "first lap", drain(r, 4), numbers(0, 4))
		c, from, n, err := r.claim(2, flags)
		if n != 2 || err != nil {
			t.Fatal(n, err)
		}
		push(t, r, numbers(6, 1), 1, nil)
		if r.Ready() || r.Drain(make([]int, 4)) != 0 || r.Len() != 3 {
			t.Fatal("the consumer went past a claim that was not published")
		}
		r.Close()
		if r.Drained() {
			t.Fatal("drained with a claim outstanding")
		}
		c.slots[c.index(from)], c.slots[c.index(from+step)] = 4, 5
		c.stamps[c.index(from)].Store(from + 2*step)
		same(t, "after publication", drain(r, 9), numbers(4, 3))
	})
}

func TestPushAndDrainAllocateNothing(t *testing.T) {
	r := New[*int](64, park.NewBell())
	batch, into := make([]*int, 64), make([]*int, 64)
	moved := 0
	allocs := testing.AllocsPerRun(100, func() {
		_ = r.PushOne(batch[0])
		n, _ := r.Push(batch[:40])
		moved += r.Drain(into) - n
	})
	if allocs != 0 || moved != 101 {
		t.Fatalf("%v allocations a round, %d moved", allocs, moved)
	}
}

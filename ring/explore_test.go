//go:build explore

package ring

import (
	"errors"
	"fmt"
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/park"
)

// tally checks what one consumer gets: each producer's elements in order, none twice and none left
// out. An element is its producer times 100, and its number from 1.
type tally struct {
	x    *explore.Run
	last [4]int
	n    int
}

func (l *tally) add(v int) {
	producer, number := v/100, v%100
	l.x.Check(number == l.last[producer]+1,
		"after %d of producer %d came %d", l.last[producer], producer, number)
	l.last[producer] = number
	l.n++
}

// drain moves out what is there, up to most.
func (l *tally) drain(r *Ring[int], most int) int {
	into := make([]int, most)
	n := r.Drain(into)
	for _, v := range into[:n] {
		l.add(v)
	}
	return n
}

// consume drains until so many have come, asleep in between.
func (l *tally) consume(r *Ring[int], total, most int) {
	for l.n < total {
		if l.drain(r, most) == 0 {
			r.Sleep()
		}
	}
}

// consumeAll drains until the ring is closed and empty.
func (l *tally) consumeAll(r *Ring[int]) {
	for l.drain(r, 2) > 0 || !r.Drained() {
		r.Sleep()
	}
}

// pushAll pushes until all is queued or the ring is closed, and returns how many were.
func pushAll(r *Ring[int], vs ...int) (pushed int) {
	w := park.NewWaiter()
	for {
		n, err := r.Push(vs[pushed:])
		pushed += n
		if !errors.Is(err, ErrFull) {
			return pushed
		}
		r.Wait(w, nil, 0)
	}
}

// pushEach is pushAll one by one.
func pushEach(r *Ring[int], vs ...int) (pushed int) {
	w := park.NewWaiter()
	for _, v := range vs {
		err := r.PushOne(v)
		for ; errors.Is(err, ErrFull); err = r.PushOne(v) {
			r.Wait(w, nil, 0)
		}
		if err != nil {
			return pushed
		}
		pushed++
	}
	return pushed
}

// atWraps runs an exploration from position 0 and from one where the positions wrap on the way.
func atWraps(t *testing.T, name string, test func(t *testing.T, start uint64)) {
	for _, start := range []uint64{0, ^uint64(0) - (2 * step) + 1} {
		t.Run(fmt.Sprintf("%s,start=%#x", name, start), func(t *testing.T) { test(t, start) })
	}
}

// madeAt returns a ring that has all its memory from the beginning; how it grows is explored apart.
func madeAt(size int, bell *park.Bell, start uint64) *Ring[int] {
	r := newAt[int](size, bell, start)
	c := makeCells[int](r.size, start)
	r.cells.Store(c)
	r.reading = c
	return r
}

// Two producers that wait for room and a consumer that sleeps, with batches and one by one: all
// arrives, once and in order, and nobody sleeps for ever.
func TestExploreRing(t *testing.T) {
	for name, push := range map[string]func(r *Ring[int], vs ...int) int{
		"batches": pushAll, "each": pushEach,
	} {
		for _, size := range []int{2, 4} {
			atWraps(t, fmt.Sprintf("%s,size=%d", name, size), func(t *testing.T, start uint64) {
				exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
					r := madeAt(size, park.NewBell(), start)
					got := &tally{x: x}
					x.Go("producer 1", func() { push(r, 101, 102) })
					x.Go("producer 2", func() { push(r, 201) })
					x.Go("consumer", func() { got.consume(r, 3, 2) })
					x.Finally(func() { x.Check(r.Len() == 0 && !r.Ready(), "something is left") })
				})
			})
		}
	}
}

// Lap after lap through a ring of two: slots and stamps are used again.
func TestExploreRingLaps(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
			r := madeAt(2, park.NewBell(), start)
			got := &tally{x: x}
			x.Go("producer", func() { pushAll(r, 101, 102, 103, 104, 105) })
			x.Go("consumer", func() { got.consume(r, 5, 1) })
		})
	})
}

// Producers that do not wait: what the ring took is what comes out, and it refuses only when full.
func TestExploreRingRefusals(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Exhaust(t, func(x *explore.Run) {
			r := madeAt(2, park.NewBell(), start)
			got, taken := &tally{x: x}, 0
			push := func(vs ...int) {
				n, err := r.Push(vs)
				x.Check((err == nil) == (n == len(vs)), "%d of %d pushed, and %v", n, len(vs), err)
				taken += n
			}
			x.Go("producer 1", func() { push(101, 102); push() })
			x.Go("producer 2", func() { push(201, 202, 203) })
			x.Go("consumer", func() {
				for range 3 {
					n := r.Len()
					x.Check(0 <= n && n <= 2, "%d in a ring of two", n)
					got.drain(r, 2)
				}
			})
			x.Finally(func() {
				x.Check(taken >= 2, "a ring of two took %d", taken)
				for got.drain(r, 1) > 0 {
				}
				x.Check(got.n == taken, "%d taken, %d came", taken, got.n)
			})
		})
	})
}

// A close races with claims: what was claimed before it comes out, what was not is refused, and
// everybody is woken.
func TestExploreRingClose(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Exhaust(t, func(x *explore.Run) {
			r := madeAt(2, park.NewBell(), start)
			got, taken := &tally{x: x}, 0
			x.Go("producer", func() { taken += pushAll(r, 101, 102, 103) })
			x.Go("closer", func() { r.Close(); x.Check(r.Closed() && !r.Full(), "open after close") })
			x.Go("consumer", func() { got.consumeAll(r) })
			x.Finally(func() { x.Check(got.n == taken, "%d taken, %d came", taken, got.n) })
		})
	})
}

// Two producers wait in line, one of them only for a time; one place becomes free. If the hasty one
// is woken and leaves without using it, the patient one must get it.
func TestExploreRingTimeout(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		r := madeAt(2, park.NewBell(), 0)
		pushAll(r, 301, 302)
		x.Go("hasty", func() {
			if r.Wait(park.NewWaiter(), nil, 1) == park.Woken {
				r.Room().Wake(1) // it does not use the place
			}
		})
		x.Go("patient", func() { pushEach(r, 101) })
		x.Go("consumer", func() { r.Drain(make([]int, 1)) })
		x.Finally(func() { x.Check(r.Len() == 2, "%d queued", r.Len()) })
	})
}

// One drain that frees two places lets two producers in.
func TestExploreRingWakesAsMany(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		r := madeAt(2, park.NewBell(), 0)
		pushAll(r, 301, 302)
		x.Go("producer 1", func() { pushEach(r, 101) })
		x.Go("producer 2", func() { pushEach(r, 201) })
		x.Go("consumer", func() { r.Drain(make([]int, 2)) })
		x.Finally(func() { x.Check(r.Len() == 2, "%d queued", r.Len()) })
	})
}

// A ring that is never full refuses nobody, though a producer may have seen its tail long ago.
func TestExploreRingNeverFull(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Exhaust(t, func(x *explore.Run) {
			r := madeAt(2, park.NewBell(), start)
			pushAll(r, 301, 302)
			r.Drain(make([]int, 2))
			push := func(v int) func() {
				return func() {
					err := r.PushOne(v)
					x.Check(err == nil, "%v with two in all", err)
				}
			}
			x.Go("producer 1", push(101))
			x.Go("producer 2", push(201))
			x.Go("consumer", func() {
				for range 2 {
					r.Drain(make([]int, 1))
				}
			})
		})
	})
}

// A producer waits for room at a ring that nobody drains any more: a close sends it home.
func TestExploreRingCloseWhileFull(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		r := madeAt(2, park.NewBell(), 0)
		pushAll(r, 301, 302)
		for _, name := range []string{"producer 1", "producer 2"} {
			x.Go(name, func() {
				pushed := pushEach(r, 101)
				x.Check(pushed == 0, "pushed to a full ring")
			})
		}
		x.Go("closer", func() { r.Close() })
	})
}

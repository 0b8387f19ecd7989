//go:build explore

package ring

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/park"
)

// pushOver pushes as a link does that drops the oldest: what it pushed out goes to drop.
func pushOver(s *Shared[int], v int, drop func(int)) error {
	for {
		err := s.Push(v)
		if !errors.Is(err, ErrFull) {
			return err
		}
		if old, ok := s.PopSurplus(); ok {
			drop(old)
		} else {
			park.Yield()
		}
	}
}

// popEach pops until nothing is there.
func popEach(s *Shared[int], take func(int)) {
	for v, ok := s.Pop(); ok; v, ok = s.Pop() {
		take(v)
	}
}

// madeSharedAt returns a queue that has all its memory from the beginning.
func madeSharedAt(size int, start uint64) *Shared[int] {
	s := newSharedAt[int](size, start)
	c := makeSharedCells[int](s.size, start)
	s.cells.Store(c)
	s.oldest.Store(c)
	return s
}

// Two producers, two consumers: each element comes to one of them, and each consumer gets each
// producer's in order.
func TestExploreShared(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Exhaust(t, func(x *explore.Run) {
			s := madeSharedAt(2, start)
			taken, came := 0, make(map[int]bool)
			push := func(vs ...int) {
				for _, v := range vs {
					if s.Push(v) == nil {
						taken++
					}
				}
			}
			take := func() {
				last := [3]int{}
				for range 2 {
					if v, ok := s.Pop(); ok {
						x.Check(!came[v] && v%100 > last[v/100], "%d after %v", v, last)
						came[v], last[v/100] = true, v%100
					}
				}
			}
			x.Go("producer 1", func() { push(101, 102) })
			x.Go("producer 2", func() { push(201) })
			x.Go("consumer 1", take)
			x.Go("consumer 2", take)
			x.Finally(func() {
				x.Check(taken >= 2 && s.Len() == taken-len(came), "%d pushed, %d came, %d left", taken, len(came), s.Len())
				take()
				take()
				x.Check(len(came) == taken, "%d pushed, %d came", taken, len(came))
			})
		})
	})
}

// Two producers that drop the oldest and nobody who takes: the ring stays full, and every element
// is in it or was dropped, once.
func TestExploreSharedEvicts(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Exhaust(t, func(x *explore.Run) {
			s := madeSharedAt(2, start)
			dropped := &tally{x: x}
			x.Check(s.Push(301) == nil && s.Push(302) == nil && s.Full(), "no room for two")
			produce := func(vs ...int) func() {
				return func() {
					for _, v := range vs {
						x.Check(pushOver(s, v, func(old int) { dropped.n++ }) == nil, "%d refused", v)
					}
				}
			}
			x.Go("producer 1", produce(101))
			x.Go("producer 2", produce(201, 202))
			x.Finally(func() {
				left := 0
				popEach(s, func(int) { left++ })
				x.Check(left == 2 && dropped.n == 3, "%d left, %d dropped", left, dropped.n)
			})
		})
	})
}

// A producer that drops the oldest and a consumer: between them each element goes one way, in order,
// and none is dropped while there is room.
func TestExploreSharedEvictsAndPops(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Exhaust(t, func(x *explore.Run) {
			s := madeSharedAt(2, start)
			last, gone := 0, make(map[int]bool)
			out := func(v int) {
				x.Check(!gone[v], "%d twice", v)
				gone[v] = true
			}
			deliver := func(v int) {
				x.Check(v > last, "%d after %d", v, last)
				last = v
				out(v)
			}
			dropped := 0
			x.Go("producer", func() {
				for v := range 4 {
					x.Check(pushOver(s, 101+v, func(old int) { dropped++; out(old) }) == nil, "refused")
				}
			})
			x.Go("consumer", func() {
				for range 2 {
					if v, ok := s.Pop(); ok {
						deliver(v)
					}
				}
			})
			x.Finally(func() {
				x.Check(dropped <= 2 && s.Len() <= 2, "%d of 4 dropped by a ring of two", dropped)
				popEach(s, deliver)
				x.Check(len(gone) == 4, "%d of 4 accounted for", len(gone))
			})
		})
	})
}

// PopBefore takes nothing that was claimed after its position was noted, though others take the
// older ones meanwhile.
func TestExploreSharedPopBefore(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Exhaust(t, func(x *explore.Run) {
			s := madeSharedAt(2, start)
			_ = s.Push(101)
			noted := s.Tail()
			x.Go("producer", func() {
				for _, v := range []int{102, 103} {
					x.Check(pushOver(s, v, func(int) {}) == nil, "refused")
				}
			})
			x.Go("consumer", func() {
				for !s.Reached(noted) {
					if v, ok := s.PopBefore(noted); ok {
						x.Check(v == 101, "%d was noted as 101", v)
					}
				}
				_, ok := s.PopBefore(noted)
				x.Check(!ok, "took one that was not noted")
			})
		})
	})
}

// A close races with pushes and drops: what was pushed before it is still there, nothing after it.
func TestExploreSharedClose(t *testing.T) {
	exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
		s := madeSharedAt(2, 0)
		pushed, came := 0, 0
		x.Go("producer 1", func() {
			for _, v := range []int{101, 102, 103} {
				if pushOver(s, v, func(int) { came++ }) == nil {
					pushed++
				}
			}
		})
		x.Go("closer", func() {
			s.Close()
			x.Check(errors.Is(s.Push(301), ErrClosed) && !s.Full(), "open after close")
		})
		x.Go("consumer", func() {
			for !s.Drained() {
				if _, ok := s.Pop(); ok {
					came++
				} else {
					park.Yield()
				}
			}
			x.Check(errors.Is(s.Push(301), ErrClosed), "drained, and open again")
		})
		x.Finally(func() { x.Check(pushed == came, "%d pushed, %d came", pushed, came) })
	})
}

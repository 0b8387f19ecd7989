//go:build explore

package ring

import (
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/park"
)

// Two producers make a ring's first cells at once, or larger ones while the consumer is in those
// before: all comes, once and in order.
func TestExploreRingGrows(t *testing.T) {
	for name, held := range map[string][]int{"from nothing": nil, "from two": {301, 302}} {
		atWraps(t, name, func(t *testing.T, start uint64) {
			exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
				r := newAt[int](4, park.NewBell(), start)
				got := &tally{x: x}
				pushAll(r, held...)
				x.Go("producer 1", func() { pushAll(r, 101, 102) })
				x.Go("producer 2", func() { pushEach(r, 201) })
				x.Go("consumer", func() { got.consume(r, 3+len(held), 2) })
				x.Finally(func() { x.Check(r.Len() == 0 && !r.Ready(), "something is left") })
			})
		})
	}
}

// The consumer gives the memory up whenever it finds nothing, while producers push: nobody writes to
// cells that are gone.
func TestExploreRingTrim(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
			r := newAt[int](2, park.NewBell(), start)
			got := &tally{x: x}
			pushAll(r, 301)
			got.drain(r, 1)
			x.Go("producer 1", func() { pushEach(r, 101, 102) })
			x.Go("producer 2", func() { pushAll(r, 201) })
			x.Go("consumer", func() {
				for got.n < 4 {
					r.Trim()
					if got.drain(r, 2) == 0 {
						r.Sleep()
					}
				}
			})
			x.Finally(func() {
				r.Trim()
				x.Check(r.Len() == 0 && r.Slots() == 0, "%d left, memory for %d", r.Len(), r.Slots())
			})
		})
	})
}

// A close races with a producer that makes cells, and with the consumer that gives them up.
func TestExploreRingGrowsWhileItCloses(t *testing.T) {
	exploretest.Bound(t, 3, exploretest.Any, func(x *explore.Run) {
		r := New[int](4, park.NewBell())
		got, taken := &tally{x: x}, 0
		x.Go("producer", func() { taken = pushAll(r, 101, 102, 103) })
		x.Go("closer", func() { r.Close() })
		x.Go("consumer", func() {
			for got.drain(r, 2) > 0 || !r.Drained() {
				r.Trim()
				r.Sleep()
			}
		})
		x.Finally(func() { x.Check(got.n == taken, "%d taken, %d came", taken, got.n) })
	})
}

// The same for a Shared: producers that drop the oldest make larger cells while consumers take from
// those before.
func TestExploreSharedGrows(t *testing.T) {
	for name, held := range map[string][]int{"from nothing": nil, "from two": {301, 302}} {
		atWraps(t, name, func(t *testing.T, start uint64) {
			exploretest.Bound(t, 3, exploretest.Any, func(x *explore.Run) {
				s := newSharedAt[int](4, start)
				gone := make(map[int]bool)
				last := [4]int{}
				out := func(v int) {
					x.Check(!gone[v] && v%100 > last[v/100], "%d after %v", v, last)
					gone[v], last[v/100] = true, v%100
				}
				for _, v := range held {
					x.Check(s.Push(v) == nil, "refused")
				}
				x.Go("producer 1", func() {
					for _, v := range []int{101, 102} {
						x.Check(pushOver(s, v, func(v int) { gone[v] = true }) == nil, "refused")
					}
				})
				x.Go("producer 2", func() { x.Check(pushOver(s, 201, func(v int) { gone[v] = true }) == nil, "refused") })
				x.Go("consumer", func() {
					for range 2 {
						if v, ok := s.Pop(); ok {
							out(v)
						}
					}
				})
				x.Finally(func() {
					x.Check(s.Len() <= 4, "%d in a queue of four", s.Len())
					popEach(s, out)
					x.Check(len(gone) == 3+len(held), "%d accounted for", len(gone))
				})
			})
		})
	}
}

// What stands in smaller cells counts: a queue of four takes four, however it grew.
func TestExploreSharedGrowsNoFurther(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := NewShared[int](4)
		x.Check(s.Push(301) == nil && s.Push(302) == nil, "refused")
		taken := 0
		push := func(vs ...int) {
			for _, v := range vs {
				if s.Push(v) == nil {
					taken++
				}
			}
		}
		x.Go("producer 1", func() { push(101, 102) })
		x.Go("producer 2", func() { push(201) })
		x.Finally(func() {
			x.Check(taken == 2 && s.Full() && s.Len() == 4, "%d taken, %d there", taken, s.Len())
			n := 0
			popEach(s, func(int) { n++ })
			x.Check(n == 4, "%d came", n)
		})
	})
}

// A consumer gives a Shared's memory up while a producer pushes, and another consumer takes.
func TestExploreSharedTrim(t *testing.T) {
	atWraps(t, "size=2", func(t *testing.T, start uint64) {
		exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
			s := newSharedAt[int](2, start)
			came := make(map[int]bool)
			take := func(v int) {
				x.Check(!came[v], "%d twice", v)
				came[v] = true
			}
			x.Check(s.Push(301) == nil, "refused")
			x.Go("producer", func() {
				for _, v := range []int{101, 102} {
					x.Check(pushOver(s, v, take) == nil, "refused")
				}
			})
			x.Go("consumer", func() {
				for range 2 {
					popEach(s, take)
					s.Trim()
				}
			})
			x.Go("other", func() {
				if v, ok := s.Pop(); ok {
					take(v)
				}
				x.Check(s.Len() >= 0, "negative")
			})
			x.Finally(func() {
				popEach(s, take)
				s.Trim()
				x.Check(len(came) == 3 && s.Slots() == 0, "%v came", came)
			})
		})
	})
}

// A close races with a producer that makes cells: what is refused after it stays refused.
func TestExploreSharedGrowsWhileItCloses(t *testing.T) {
	exploretest.Bound(t, 3, exploretest.Any, func(x *explore.Run) {
		s := NewShared[int](2)
		x.Go("producer", func() { _ = s.Push(101) })
		x.Go("closer", func() {
			s.Close()
			x.Check(s.Push(301) == ErrClosed, "open after close")
		})
		x.Finally(func() {
			popEach(s, func(int) {})
			x.Check(s.Drained() && s.Push(301) == ErrClosed, "open after close")
		})
	})
}

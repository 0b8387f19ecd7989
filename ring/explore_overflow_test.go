//go:build explore

package ring

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
)

// Pushes race with the consumer that takes everything and then closes: all that was not refused
// comes, once and in each producer's order.
func TestExploreOverflow(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s, got, taken := &Overflow[int]{}, &tally{x: x}, 0
		take := func(list []int) {
			for _, v := range list {
				got.add(v)
			}
		}
		push := func(vs ...int) {
			for _, v := range vs {
				if err := s.Push(v); errors.Is(err, ErrClosed) {
					return
				}
				taken++
			}
		}
		x.Go("producer 1", func() { push(101, 102, 103) })
		x.Go("producer 2", func() { push(201, 202) })
		x.Go("consumer", func() {
			take(s.TakeAll(nil))
			take(s.Close(nil))
			x.Check(s.Empty() && errors.Is(s.Push(301), ErrClosed), "open after close")
			take(s.TakeAll(nil))
		})
		x.Finally(func() { x.Check(got.n == taken && s.Empty(), "%d taken, %d came", taken, got.n) })
	})
}

//go:build explore

package ring

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/park"
)

// pushFirst pushes until all is queued; woken in vain, it has room kept for it.
func pushFirst(r *Ring[int], vs ...int) {
	w, kept := park.NewWaiter(), false
	push, full := r.Push, r.Full
	for len(vs) > 0 {
		n, err := push(vs)
		if vs = vs[n:]; !errors.Is(err, ErrFull) {
			break
		}
		r.room.Join(w)
		if !full() {
			r.room.Leave(w)
			continue
		}
		r.room.Wait(w, nil, 0)
		if n, _ = push(vs); n < len(vs) && !kept {
			kept = r.Keep()
			push, full = r.PushKept, r.FullKept
		}
		vs = vs[n:]
	}
	if kept {
		r.EndKeep()
	}
}

// Producers that wait, and come first when they did so in vain: all gets through in order, and nobody
// waits for ever.
func TestExploreRingKeep(t *testing.T) {
	exploretest.Bound(t, 3, 4, func(x *explore.Run) {
		r, l := New[int](2, park.NewBell()), &tally{x: x}
		r.Push([]int{1, 2})
		x.Go("1", func() { pushFirst(r, 101) })
		x.Go("2", func() { pushFirst(r, 201) })
		x.Go("consumer", func() { l.consume(r, 4, 1) })
		x.Finally(func() { x.Check(r.tail.Load()&flags == 0, "room is kept for nobody") })
	})
}

// One for whom room is kept, one that comes then, and the consumer.
func TestExploreRingKept(t *testing.T) {
	exploretest.Bound(t, 3, 4, func(x *explore.Run) {
		r, l := New[int](2, park.NewBell()), &tally{x: x}
		r.Push([]int{1, 2})
		r.Keep()
		x.Go("kept", func() {
			for w := park.NewWaiter(); ; {
				if _, err := r.PushKept([]int{101}); err == nil {
					break
				}
				r.room.Join(w)
				if !r.FullKept() {
					r.room.Leave(w)
					continue
				}
				r.room.Wait(w, nil, 0)
			}
			r.EndKeep()
		})
		x.Go("other", func() { pushEach(r, 201) })
		x.Go("consumer", func() { l.consume(r, 4, 2) })
	})
}

// Two that have room kept at the same moment, while somebody claims: each counts.
func TestExploreRingKeepTwice(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		r := New[int](2, park.NewBell())
		keep := func() { r.Keep(); r.EndKeep() }
		x.Go("1", keep)
		x.Go("2", keep)
		x.Go("other", func() { r.PushOne(1) })
		x.Finally(func() { x.Check(r.tail.Load()&flags == 0, "the tail is %#x", r.tail.Load()) })
	})
}

// Closed while room is kept: the consumer comes to the end.
func TestExploreRingKeepClose(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		r, l := New[int](2, park.NewBell()), &tally{x: x}
		x.Go("kept", func() {
			if r.Keep() {
				r.PushKept([]int{101})
				r.EndKeep()
			}
		})
		x.Go("closer", r.Close)
		x.Go("consumer", func() { l.consumeAll(r) })
	})
}

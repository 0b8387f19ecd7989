//go:build explore

package completion

import (
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/park"
)

// receive takes answers until so many have come, asleep in between.
func receive(x *explore.Run, in *Inbox, want int) {
	seen, w := make(map[uint64]bool), park.NewWaiter()
	into := make([]Answer, 2)
	for len(seen) < want {
		n := in.Take(into)
		for _, a := range into[:n] {
			x.Check(!seen[a.ID], "question %d is answered twice", a.ID)
			x.Check(a.Worst == 2, "question %d: %d is the worst", a.ID, a.Worst)
			seen[a.ID] = true
		}
		if n == 0 {
			in.Wait(w, nil)
		}
	}
}

// Two holders give up what the asker gave them, one of them a merged token, and the asker sleeps for
// the answers: each comes once, with the worst of what was noted, and nobody sleeps for ever.
func TestExploreTokens(t *testing.T) {
	exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
		in := NewInbox(&Pool{}, 4)
		a, _ := in.Ask(1)
		b, _ := in.Ask(2)
		m := Merge([]*Token{a, b})
		x.Go("holder 1", func() { a.Note(1); a.Done(); b.Done() })
		x.Go("holder 2", func() { m.Note(2); m.Done() })
		x.Go("asker", func() { receive(x, in, 2) })
		x.Finally(func() { x.Check(in.Open() == 0, "%d open", in.Open()) })
	})
}

// Two holders of one token, both of whom note something: the last one tells the worst.
func TestExploreTheLastHolder(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		in := NewInbox(&Pool{}, 4)
		a, _ := in.Ask(1)
		a.Hold(1)
		x.Go("holder 1", func() { a.Note(1); a.Done() })
		x.Go("holder 2", func() { a.Note(2); a.Done() })
		x.Finally(func() {
			into := make([]Answer, 2)
			x.Check(in.Take(into) == 1 && into[0] == Answer{1, 2}, "answers %v", into)
		})
	})
}

// Two receivers and two answers: none is lost between them, and none sleeps on while there is one.
func TestExploreReceivers(t *testing.T) {
	exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
		in := NewInbox(&Pool{}, 4)
		a, _ := in.Ask(1)
		b, _ := in.Ask(2)
		one := func() {
			w, into := park.NewWaiter(), make([]Answer, 1)
			for in.Take(into) == 0 {
				in.Wait(w, nil)
			}
		}
		x.Go("holders", func() { a.Done(); b.Done() })
		x.Go("receiver 1", one)
		x.Go("receiver 2", one)
		x.Finally(func() { x.Check(in.Open() == 0, "%d open", in.Open()) })
	})
}

// A void question is answered to nobody, and makes room.
func TestExploreVoid(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		in := NewInbox(&Pool{}, 1)
		a, _ := in.Ask(1)
		a.Hold(1)
		x.Go("asker", func() { a.Void(); a.Done() })
		x.Go("holder", func() { a.Note(1); a.Done() })
		x.Finally(func() {
			x.Check(in.Take(make([]Answer, 1)) == 0 && in.Open() == 0, "told of a void question")
		})
	})
}

//go:build explore

package engine

import (
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
)

// Somebody waits for a module to have nothing to do while messages come to it, are received and are
// dropped: the wait ends, and not before what was published has been handled or dropped.
func TestExploreEngineAwaitIdle(t *testing.T) {
	for _, policy := range []FullPolicy{Block, DropNewest, DropOldest} {
		t.Run(policy.String(), func(t *testing.T) {
			exploretest.Bound(t, 1, 3, func(x *explore.Run) {
				s := newStage(x)
				p, got := s.source("source"), &received{x: x}
				sink := s.sink("sink", got)
				s.link("source", "sink", Delivery{WhenFull: policy})
				s.publish(p, 1)
				s.publish(p, 2)
				published := 2
				x.Go("publisher", func() { s.publish(p, 3); published = 3 })
				x.Go("sink", consume(sink))
				x.Go("waiter", func() {
					before := published
					s.ok(sink.AwaitIdle(background))
					for _, l := range s.engine.Stats().Links {
						done := l.Delivered + l.Dropped.Total()
						x.Check(done >= uint64(before), "idle after %d of %d", done, before)
					}
					s.stop(sink)
				})
			})
		})
	}
}

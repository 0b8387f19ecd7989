//go:build explore

package engine

import (
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
)

// unless is a filter that every message of the explorations passes, and that a target is made for when
// the first one does.
var unless = filter.Not(filter.Exists("x"))

// Links of Any, which sources share, come and go while somebody publishes and somebody counts: a
// publish that begins after the change uses the new ones, the sink itself never gets its own, and
// what one of them counted is there however often it was asked for.
func TestExploreEngineBusChange(t *testing.T) {
	for name, f := range map[string]filter.Filter{"always": {}, "filtered": unless} {
		t.Run(name, func(t *testing.T) {
			program := func(x *explore.Run) {
				s := newStage(x)
				var unlinked, linked atom.Bool
				one, two := s.sink("one", nothing), s.sink("two", nothing)
				p := two.out
				bus := func(sink string) {
					s.ok(s.engine.Link(Link{Source: Any, Sink: sink, Filter: f, Delivery: Delivery{WhenFull: DropNewest}}))
				}
				bus("one")
				three := s.sink("three", nothing)
				x.Go("publisher", func() {
					for i := range byte(2) {
						gone, there := unlinked.Load(), linked.Load()
						before, beforeThree := one.queue.main.Len(), three.queue.main.Len()
						s.publish(p, 1+i)
						x.Check(!gone || one.queue.main.Len() == before, "published along a link that was removed")
						x.Check(!there || three.queue.main.Len() != beforeThree, "published past a link that was there")
					}
				})
				x.Go("changer", func() {
					bus("two")
					s.ok(s.engine.Unlink(Any, "one"))
					unlinked.Store(true)
					bus("three")
					linked.Store(true)
				})
				x.Finally(func() {
					s.engine.Stats()
					in, queued := uint64(0), uint64(0)
					for _, l := range s.engine.Stats().Links {
						in, queued = in+l.In, queued+l.Queued
					}
					there := uint64(one.queue.main.Len() + three.queue.main.Len())
					x.Check(queued == there && in == there, "%d in, %d counted as queued, %d are", in, queued, there)
					x.Check(two.queue.main.Len() == 0, "a message came to its own source")
				})
			}
			exploretest.Bound(t, 2, 3, program)
		})
	}
}

// Somebody asks for the counts while a publisher publishes, and its links change: nothing is counted
// twice or not at all.
func TestExploreEngineStats(t *testing.T) {
	program := func(x *explore.Run) {
		s := newStage(x)
		p := s.source("source")
		sink := s.sink("sink", nothing)
		s.ok(s.engine.Link(Link{Source: "source", Sink: "sink", Filter: unless}))
		x.Go("publisher", func() { s.publish(p, 1); s.publish(p, 2) })
		x.Go("reader", func() {
			before := s.engine.Stats()
			after := s.engine.Stats()
			x.Check(before.Published <= after.Published && after.Published <= 2, "%d published, then %d",
				before.Published, after.Published)
		})
		x.Go("changer", func() { s.ok(s.engine.Link(Link{Source: Any, Sink: "sink"})) })
		x.Finally(func() {
			stats := s.engine.Stats()
			var in, queued uint64
			for _, l := range stats.Links {
				in, queued = in+l.In, queued+l.Queued
			}
			x.Check(stats.Published == 2 && in == 2 && queued == 2 && sink.queue.main.Len() == 2,
				"%d published, %d in, %d queued", stats.Published, in, queued)
		})
	}
	exploretest.Bound(t, 2, 3, program)
}

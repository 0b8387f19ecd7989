//go:build explore

package engine

import (
	"context"
	"fmt"
	"testing"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
)

// A publish that begins after Unlink returned does not use the link; one that begins after Link
// returned does; and what one of them counted for a link that is gone is not lost.
func TestExploreEngineLiveChange(t *testing.T) {
	program := func(x *explore.Run) {
		s := newStage(x)
		var unlinked, linked atom.Bool
		p, other := s.source("source"), s.source("other")
		first, second := &received{x: x}, &received{x: x}
		one, two := s.sink("one", first), s.sink("two", second)
		s.link("source", "one", Delivery{WhenFull: DropNewest})
		queued := uint64(0)
		x.Go("publisher", func() {
			for i := range byte(2) {
				gone, there := unlinked.Load(), linked.Load()
				before, beforeTwo := one.queue.main.Len(), two.queue.main.Len()
				s.publish(p, 1+i)
				x.Check(!gone || one.queue.main.Len() == before, "published along a link that was removed")
				x.Check(!there || two.queue.main.Len() != beforeTwo, "published past a link that was there")
			}
		})
		x.Go("changer", func() {
			s.ok(s.engine.Unlink("source", "one"))
			unlinked.Store(true)
			s.link("source", "two", Delivery{WhenFull: DropNewest})
			linked.Store(true)
		})
		x.Go("bystander", func() { s.publish(other, 101) })
		x.Finally(func() {
			for _, l := range s.engine.Stats().Links {
				queued += l.Queued
			}
			there := uint64(one.queue.main.Len() + two.queue.main.Len())
			x.Check(queued == there, "%d counted as queued, %d are", queued, there)
		})
	}
	exploretest.Exhaust(t, program)
	exploretest.Bound(t, 2, 3, program) // much of it is memory under a lock, which the reduction trusts
}

// A handler waits for a sink that its messages cannot come back from, and then they can: the change
// of links reaches it, and it waits no longer.
func TestExploreEngineCycleAppears(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		a, b := s.sink("a", nothing), s.sink("b", nothing)
		s.link("a", "b", Delivery{})
		s.publish(a.out, 0)
		a.queue = nil // nothing comes to it; with one queue a walk over all has one order
		x.Go("handler of a", func() {
			for i := range byte(2) {
				s.publish(a.out, 1+i)
			}
		})
		x.Go("changer", func() { s.link("b", "a", Delivery{}) })
		x.Finally(func() { x.Check(b.queue.main.Len() == 2 && !b.queue.overflow.Empty(), "not queued above the ring") })
	})
}

// Two handlers wait for a sink, and one change of links concerns both.
func TestExploreEngineCyclesAppear(t *testing.T) {
	exploretest.Bound(t, 1, 2, func(x *explore.Run) {
		s := newStage(x)
		a, b, c := s.sink("a", nothing), s.sink("b", nothing), s.sink("c", nothing)
		s.link("a", "b", Delivery{})
		s.link("c", "b", Delivery{})
		s.publish(a.out, 1)
		s.publish(a.out, 2)
		a.queue, c.queue = nil, nil
		x.Go("handler of a", func() { s.publish(a.out, 3) })
		x.Go("handler of c", func() { s.publish(c.out, 101) })
		x.Go("changer", func() {
			back := func(sink string) Link { return Link{Source: "b", Sink: sink} }
			s.ok(s.engine.Apply(Change{Link: []Link{back("a"), back("c")}}))
		})
		x.Finally(func() { x.Check(b.queue.main.Len() == 2 && !b.queue.overflow.Empty(), "not queued above the ring") })
	})
}

// A source is detached while it publishes and its sink receives: what was published is delivered or
// counted, and counted on when its link and its lane are forgotten.
func TestExploreEngineDetachSource(t *testing.T) {
	for _, policy := range []FullPolicy{Block, DropOldest} {
		t.Run(policy.String(), func(t *testing.T) {
			exploretest.Bound(t, 1, exploretest.Any, func(x *explore.Run) {
				s := newStage(x)
				p, got := s.source("source"), &received{x: x}
				sink := s.sink("sink", got)
				s.link("source", "sink", Delivery{WhenFull: policy})
				s.publish(p, 1)
				published := 1
				x.Go("publisher", func() {
					d, err := p.Claim(background)
					if err != nil {
						return
					}
					d.SetContent([]byte{2})
					if p.Publish(background, d) == nil {
						published++
					}
				})
				x.Go("changer", func() { s.ok(p.module.Detach(background)); s.stop(sink) })
				x.Go("sink", consume(sink))
				x.Finally(func() {
					t := s.engine.Stats().Totals
					x.Check(t.Published == uint64(published), "%d published, %d counted", published, t.Published)
					x.Check(t.Gone.Delivered == uint64(len(got.list)) && t.Gone.Queued == 0,
						"%d delivered, and %+v counted", len(got.list), t.Gone)
				})
			})
		})
	}
}

// A message that goes round between two modules is never overlooked, however often whoever asks
// whether all is quiet is kept from going on.
func TestExploreEngineNeverQuiet(t *testing.T) {
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			exploretest.Observe(t, "closer", 2, 3, func(x *explore.Run) {
				s := newStage(x)
				outside, hops := s.source("outside"), byte(0)
				pass := Each(func(_ context.Context, out *Publisher, m message.Message) {
					if hops = m.Content()[0]; hops < 4 {
						park.Yield() // it takes its time
						s.publish(out, hops+1)
					}
				})
				a, b := s.sink("a", pass), s.sink("b", pass)
				s.link("outside", "a", Delivery{})
				s.link("a", "b", Delivery{})
				s.link("b", "a", Delivery{})
				s.publish(outside, 1)
				modules := []*Module{[]*Module{a, b}[order[0]], []*Module{a, b}[order[1]]}
				x.Go("a", consume(a))
				x.Go("b", consume(b))
				x.Go("closer", func() {
					x.Check(!quiet(modules) || hops == 4, "quiet, and a message is on its way")
					s.engine.stopAll(modules)
				})
			})
		})
	}
}

// Close waits until nothing moves and is woken when it is so.
func TestExploreEngineQuiet(t *testing.T) {
	exploretest.Bound(t, 1, 2, func(x *explore.Run) {
		s := newStage(x)
		outside, got := s.source("outside"), &received{x: x}
		last := s.sink("last", got)
		first := s.sink("first", Each(func(_ context.Context, out *Publisher, m message.Message) {
			s.publish(out, m.Content()[0])
		}))
		s.link("outside", "first", Delivery{})
		s.link("first", "last", Delivery{})
		s.publish(outside, 1)
		s.engine.state.Store(draining)
		modules := []*Module{last, first}
		x.Go("first", consume(first))
		x.Go("last", consume(last))
		x.Go("closer", func() {
			x.Check(s.engine.awaitQuiet(background, modules), "interrupted")
			x.Check(len(got.list) == 1, "quiet, and a message is on its way")
			s.engine.stopAll(modules)
		})
		x.Finally(func() { s.balance(2, 2) })
	})
}

// once is a handler that may not be called again when it was interrupted.
type once struct {
	x           *explore.Run
	interrupted bool
}

func (h *once) Receive(ctx context.Context, _ *Publisher, _ []message.Message) {
	h.x.Check(!h.interrupted, "called again after it was interrupted")
	h.interrupted = ctx.Err() != nil
}

// A module is given up while messages come: a handler whose context was cancelled is not called again.
func TestExploreEngineAbandon(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		p := s.source("source")
		sink := s.sink("sink", &once{x: x})
		s.link("source", "sink", Delivery{})
		x.Go("publisher", func() {
			s.publish(p, 1)
			s.publish(p, 2)
		})
		x.Go("runner", consume(sink))
		x.Go("detacher", func() {
			sink.queue.close()
			sink.abandon()
		})
	})
}

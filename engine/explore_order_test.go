//go:build explore

package engine

import (
	"context"
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
)

// A publisher that waits for room, a sink and its end: what was published is delivered in order or
// counted, and nobody waits for ever.
func TestExploreEngineBlock(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		p, got := s.source("source"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{})
		s.publish(p, 1)
		x.Go("publisher", func() { s.publish(p, 2); s.publish(p, 3) })
		x.Go("sink", consume(sink))
		x.Go("closer", func() { s.stop(sink) })
		x.Finally(func() { s.balance(3, len(got.list)) })
	})
}

// A link that waits gives up after a time, while its sink makes room: each message is delivered or
// counted as late, once.
func TestExploreEngineTimeout(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		p, got := s.source("source"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{Timeout: 1 << 40})
		s.publish(p, 1)
		s.publish(p, 2)
		x.Go("publisher", func() { s.publish(p, 3); s.publish(p, 4); s.stop(sink) })
		x.Go("sink", consume(sink))
		x.Finally(func() { s.balance(4, len(got.list)) })
	})
}

// A source with two sinks and memory for one message: each sink reads what was published, though the
// memory is used again as soon as both gave it up, and at every moment the count of what is held is
// one that was true.
func TestExploreEngineTwoSinks(t *testing.T) {
	exploretest.Bound(t, 1, 2, func(x *explore.Run) {
		s := newStage(x)
		s.engine.options.Memory = 1
		p, first, second := s.source("source"), &received{x: x}, &received{x: x}
		one, two := s.sink("one", first), s.sink("two", second)
		s.link("source", "one", Delivery{})
		s.link("source", "two", Delivery{})
		x.Go("publisher", func() {
			s.publish(p, 1)
			s.publish(p, 2)
			held, _ := p.module.arena.Held()
			x.Check(0 <= held && held <= 1, "%d messages held in the memory of one", held)
			s.stop(one)
			s.stop(two)
		})
		x.Go("one", consume(one))
		x.Go("two", consume(two))
		x.Finally(func() { s.balance(4, 4) })
	})
}

// Whoever asks how much is held while a message goes from its publisher to its sink is told none or
// one.
func TestExploreEngineHeld(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		p, got := s.source("source"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{})
		x.Go("publisher", func() { s.publish(p, 1); s.stop(sink) })
		x.Go("sink", consume(sink))
		x.Go("watcher", func() {
			held, _ := p.module.arena.Held()
			x.Check(0 <= held && held <= 1, "%d messages held of one", held)
		})
		x.Finally(func() { s.balance(1, 1) })
	})
}

// A publisher whose link drops the oldest, and the sink: what comes is in order, the
// rest is counted as dropped, and no more is dropped than there was no room for.
func TestExploreEngineDropOldest(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newStage(x)
		p, got := s.source("source"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{WhenFull: DropOldest})
		s.publish(p, 1)
		s.publish(p, 2)
		x.Go("publisher", func() { s.publish(p, 3); s.publish(p, 4); s.stop(sink) })
		x.Go("sink", consume(sink))
		x.Finally(func() {
			s.balance(4, len(got.list))
			x.Check(len(got.list) >= 2, "more dropped than there was no room for: %v", got.list)
		})
	})
}

// Two publishers of a source whose link drops the oldest, and nobody who takes: what is dropped is no
// more than there was no room for.
func TestExploreEngineEvict(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		p, other := s.source("source"), (*Publisher)(nil)
		other, err := p.module.Publisher()
		s.ok(err)
		sink := s.sink("sink", &received{x: x})
		s.link("source", "sink", Delivery{WhenFull: DropOldest})
		s.publish(p, 1)
		s.publish(p, 2)
		x.Go("publisher 1", func() { s.publish(p, 3); s.publish(p, 4) })
		x.Go("publisher 2", func() { s.publish(other, 5) })
		x.Finally(func() {
			left := p.plan.always[0].lane.Len()
			x.Check(left == 2, "%d left of 5 in a lane of two", left)
			x.Check(sink.queue.main.Len() == 0, "something is in main")
		})
	})
}

// A source publishes for the first time while its sink is stopped: its lane may be made when the
// sink has finished, and takes nothing then.
func TestExploreEngineLaneAfterClose(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		p, got := s.source("source"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{WhenFull: DropOldest})
		x.Go("publisher", func() { s.publish(p, 1) })
		x.Go("sink", consume(sink))
		x.Go("closer", func() { s.stop(sink) })
		x.Finally(func() { s.balance(1, len(got.list)) })
	})
}

// relink changes the delivery of a pair's link.
func (s *stage) relink(source, sink string, d Delivery) {
	pair := Pair{source, sink}
	s.ok(s.engine.Apply(Change{Unlink: []Pair{pair}, Link: []Link{{Source: source, Sink: sink, Delivery: d}}}))
}

// The link of a pair changes from blocking to dropping the oldest and back while its publisher
// goes on: order holds over both queues, and nothing is lost but what is counted.
func TestExploreEngineLaneAndMain(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newStage(x)
		p, got := s.source("source"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{})
		s.publish(p, 1)
		x.Go("publisher", func() {
			s.publish(p, 2)
			s.relink("source", "sink", Delivery{WhenFull: DropOldest})
			s.publish(p, 3)
			s.relink("source", "sink", Delivery{})
			s.publish(p, 4)
			s.stop(sink)
		})
		x.Go("sink", consume(sink))
		x.Finally(func() { s.balance(4, len(got.list)) })
	})
}

// A publisher that waits behind its own messages in a lane sleeps, and does not spin.
func TestExploreEngineLaneSleep(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		p := s.source("source")
		sink := s.sink("sink", nothing)
		s.link("source", "sink", Delivery{WhenFull: DropOldest})
		s.publish(p, 1)
		s.publish(p, 2)
		s.relink("source", "sink", Delivery{})
		x.Go("publisher", func() { s.publish(p, 3) })
		x.Go("closer", func() {
			for p.waiting.Load() == 0 {
				park.Yield()
			}
			s.stop(sink)
		})
	})
}

// The same while another source has a lane in use, so that the consumer looks at the queues in the
// middle of the change.
func TestExploreEngineLaneAppears(t *testing.T) {
	exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
		s := newStage(x)
		p, other, got := s.source("source"), s.source("other"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{})
		s.link("other", "sink", Delivery{WhenFull: DropOldest})
		s.publish(other, 101)
		x.Go("publisher", func() {
			s.publish(p, 1)
			s.relink("source", "sink", Delivery{WhenFull: DropOldest})
			s.publish(p, 2)
			s.stop(sink)
		})
		x.Go("sink", consume(sink))
		x.Finally(func() { s.balance(3, len(got.list)) })
	})
}

// A publisher whose link waits, behind its own messages in a full lane: it is woken when there is
// room in the lane, and when the sink closes.
func TestExploreEngineLaneWait(t *testing.T) {
	exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
		s := newStage(x)
		p, got := s.source("source"), &received{x: x}
		sink := s.sink("sink", got)
		s.link("source", "sink", Delivery{WhenFull: DropOldest})
		s.publish(p, 1)
		s.publish(p, 2)
		s.relink("source", "sink", Delivery{})
		x.Go("publisher", func() { s.publish(p, 3); s.stop(sink) })
		x.Go("sink", consume(sink))
		x.Finally(func() { s.balance(3, 3) })
	})
}

// A handler sends to itself, more than its ring holds: what is above the ring comes after what was
// queued below, and nothing waits.
func TestExploreEngineOverflow(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		outside := s.source("outside")
		mine, next := &received{x: x}, byte(0)
		var loop *Module
		loop = s.sink("loop", Each(func(ctx context.Context, out *Publisher, m message.Message) {
			mine.Receive(ctx, out, []message.Message{m})
			if m.Content()[0] > 100 {
				for range 2 {
					next++
					s.publish(out, next)
				}
			}
			if len(mine.list) == 6 {
				s.stop(loop)
			}
		}))
		s.link("outside", "loop", Delivery{})
		s.link("loop", "loop", Delivery{})
		s.publish(outside, 101)
		x.Go("publisher", func() { s.publish(outside, 102) })
		x.Go("loop", consume(loop))
		x.Finally(func() { s.balance(6, 6) })
	})
}

// A sink that is asleep, or about to sleep, is woken by what is queued above its ring, one way or the
// other: there is no later news that could wake it instead.
func TestExploreEngineWakes(t *testing.T) {
	for name, publish := range map[string]func(s *stage){
		"a lane": func(s *stage) { s.link("source", "sink", Delivery{WhenFull: DropOldest}) },
		"a lane in use": func(s *stage) {
			s.link("source", "sink", Delivery{WhenFull: DropOldest})
			s.publish(s.publisher, 1)
			s.relink("source", "sink", Delivery{})
		},
		"main": func(s *stage) { s.link("source", "sink", Delivery{}) },
	} {
		t.Run(name, func(t *testing.T) {
			exploretest.Exhaust(t, func(x *explore.Run) {
				s, got := newStage(x), &received{x: x}
				s.publisher = s.source("source")
				sink := s.sink("sink", got)
				publish(s)
				x.Go("publisher", func() { s.publish(s.publisher, 2) })
				x.Go("sink", consumeUntil(sink, func() bool { return got.last[0] == 2 }))
			})
		})
	}
}

// The same by the overflow.
func TestExploreEngineWakesByOverflow(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s, got := newStage(x), &received{x: x}
		a := s.sink("a", nothing)
		b := s.sink("b", got)
		s.link("a", "b", Delivery{})
		s.link("b", "a", Delivery{})
		s.publish(a.out, 1)
		s.publish(a.out, 2)
		x.Go("handler of a", func() { s.publish(a.out, 3) })
		x.Go("b", consumeUntil(b, func() bool { return len(got.list) == 3 }))
	})
}

// Two handlers send more than there is room for, so that the consumer takes the overflow of one in
// while the other's messages are queued in main and above it.
func TestExploreEngineOverflowOfTwo(t *testing.T) {
	exploretest.Observe(t, "b", 2, 3, func(x *explore.Run) {
		s, got := newStage(x), &received{x: x}
		a, b, c := s.sink("a", nothing), s.sink("b", got), s.sink("c", nothing)
		for _, m := range []string{"a", "c"} {
			s.link(m, "b", Delivery{})
			s.link("b", m, Delivery{})
		}
		for i := range byte(3) {
			s.publish(a.out, 1+i)
		}
		x.Go("handler of a", func() { s.publish(a.out, 4) })
		x.Go("handler of c", func() {
			for i := range byte(3) {
				s.publish(c.out, 101+i)
			}
		})
		x.Go("b", consumeUntil(b, func() bool { return len(got.list) == 7 }))
	})
}

// A handler whose messages to itself are in the overflow when its sink closes: they are delivered.
func TestExploreEngineOverflowAndClose(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		a, got := s.sink("a", nothing), &received{x: x}
		b := s.sink("b", got)
		s.link("a", "b", Delivery{})
		s.link("b", "a", Delivery{})
		s.publish(a.out, 1)
		s.publish(a.out, 2)
		x.Go("handler of a", func() { s.publish(a.out, 3); s.publish(a.out, 4) })
		x.Go("b", consume(b))
		x.Go("closer", func() { s.stop(b) })
		x.Finally(func() {
			s.balance(4, len(got.list))
			x.Check(b.queue.overflowBytes.Load() == 0, "bytes are left of an overflow that is empty")
		})
	})
}

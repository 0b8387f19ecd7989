//go:build explore

package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/message"
)

// program is a module with a relay and memory for one message, which is on its way to the sink.
func (s *stage) program(program, sink Handler) (relay *Publisher, to *Module) {
	s.engine.options.Memory = 1
	from := s.sink("program", program)
	s.engine.options.Memory = 0
	to = s.sink("sink", sink)
	s.link("program", "sink", Delivery{})
	relay, err := from.Publisher()
	s.ok(err)
	relay.Relay()
	s.publish(relay, 1)
	return relay, to
}

// refused claims, and expects to be refused.
func (s *stage) refused(p *Publisher) func() {
	return func() {
		_, err := p.Claim(background)
		s.x.Check(errors.Is(err, message.ErrExhausted), "claimed: %v", err)
	}
}

// A relay waits for memory, and then a link closes a circle: it is refused, whenever the link comes.
func TestExploreEngineRelayClaim(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		relay, _ := s.program(nothing, nothing)
		x.Go("relay", s.refused(relay))
		x.Go("changer", func() { s.link("sink", "program", Delivery{}) })
	})
}

// The same while the link goes along which the memory went: the links never stand in a circle.
func TestExploreEngineRelayClaimTurnedRound(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		relay, _ := s.program(nothing, nothing)
		x.Go("relay", s.refused(relay))
		x.Go("changer", func() {
			s.ok(s.engine.Apply(Change{
				Unlink: []Pair{{"program", "sink"}}, Link: []Link{{Source: "sink", Sink: "program"}},
			}))
		})
	})
}

// The same when the message is retained: nobody knows then whom its memory waits for.
func TestExploreEngineRelayClaimEscaped(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newStage(x)
		relay, sink := s.program(nothing, nothing)
		var taken [1]entry
		x.Check(sink.queue.next(taken[:]) == 1, "nothing queued")
		x.Go("relay", s.refused(relay))
		x.Go("holder", func() { taken[0].m.Retain() })
	})
}

// A relay waits for memory that its sink has, links turn round, and the sink waits for room at the
// relay's module: all come to their end. The program's handler is its relay, as if it waited for it.
func TestExploreEngineRelayStandsStill(t *testing.T) {
	exploretest.Bound(t, 1, 2, func(x *explore.Run) {
		s := newStage(x)
		var relay *Publisher
		var sink *Module
		passed := false
		relay, sink = s.program(
			Each(func(ctx context.Context, _ *Publisher, _ message.Message) {
				if d, err := relay.Claim(ctx); err == nil {
					d.Abort()
				}
			}),
			Each(func(_ context.Context, out *Publisher, _ message.Message) {
				for range 3 { // more than the program's ring takes
					s.publish(out, 1)
				}
				passed = true
				s.stop(relay.module)
				s.stop(sink)
			}))
		outside := s.source("outside")
		s.link("outside", "program", Delivery{})
		s.publish(outside, 1)
		x.Go("program", consume(relay.module))
		x.Go("sink", consume(sink))
		x.Go("changer", func() {
			err := s.engine.Apply(Change{
				Unlink: []Pair{{"program", "sink"}}, Link: []Link{{Source: "sink", Sink: "program"}},
			})
			x.Check(err == nil || passed, "%v", err) // the modules may have been stopped by then
		})
	})
}

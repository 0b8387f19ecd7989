package gateway

import (
	"context"
	"iter"
	"time"
)

// EventKind says what happened to a gateway.
type EventKind int

// The kinds of events, in the order of a gateway's life.
const (
	Created        EventKind = iota + 1 // New has configured every module
	Started                             // every module has been started
	ModulesChanged                      // modules or links were added to it, or taken away
	Destroyed                           // it has stopped; nothing follows
)

// String returns the kind in lower case.
func (k EventKind) String() string {
	switch k {
	case Created:
		return "created"
	case Started:
		return "started"
	case ModulesChanged:
		return "modules changed"
	case Destroyed:
		return "destroyed"
	}
	return "unknown"
}

// Event is something that happened to a gateway. It is shared by all who are told; nobody may change
// the list.
type Event struct {
	Kind    EventKind
	Modules []ModuleInfo // as they are from then on
	Missed  uint64       // events just before it that whoever is told was too slow for
}

// eventsMax is how many events wait for somebody who is slow.
const eventsMax = 64

// Events subscribes to the gateway's events and returns them as they come, to be ranged over once.
// The first is the latest that there was, so that nobody begins without knowing how things stand:
// Created before Run, Destroyed after it. The sequence ends after Destroyed, or with ctx.
//
// The gateway never waits for a subscriber: of more than 64 events that it has not taken the oldest
// are dropped, and the next says how many. Subscribing may be done from any goroutine, at any time;
// one sequence belongs to one goroutine at a time. Its body may change the gateway.
func (g *Gateway) Events(ctx context.Context) iter.Seq[Event] {
	s := g.announcer.subscribe()
	return func(yield func(Event) bool) {
		defer g.announcer.leave(s)
		for {
			e, ok := s.next(ctx)
			if !ok || !yield(e) || e.Kind == Destroyed {
				return
			}
		}
	}
}

// OnEvent calls f with each of the gateway's events, as Events has them, one after the other on a
// goroutine of its own, until Destroyed or until stop is called. Call stop if Run never is. Stop does
// not wait for a call under way. Run returns when f has been told of the end, or a second after it.
// A panic in f ends the program.
func (g *Gateway) OnEvent(f func(Event)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	events := g.Events(ctx)
	g.announcer.callbacks.add()
	go func() {
		defer g.announcer.callbacks.done()
		defer cancel()
		for e := range events {
			f(e)
		}
	}()
	return cancel
}

// announce tells of an event. The turn is held, or nobody has the gateway yet.
func (g *Gateway) announce(kind EventKind) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.announcer.tell(Event{Kind: kind, Modules: g.list()})
}

// callbackTime is how long Run waits for callbacks that were told of the end.
const callbackTime = time.Second

// farewell tells of the end, and lets callbacks hear of it.
func (g *Gateway) farewell() {
	g.announce(Destroyed)
	late := time.NewTimer(callbackTime)
	defer late.Stop()
	select {
	case <-g.announcer.callbacks.idle():
	case <-late.C:
	}
}

package gateway

import (
	"context"
	"sync"
)

// announcer tells subscribers of events.
type announcer struct {
	callbacks *gauge // goroutines of OnEvent

	mu     sync.Mutex
	latest Event
	all    map[*subscription]struct{}
}

func (a *announcer) tell(e Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.latest.Kind == Destroyed {
		return // a change that nobody waited for any longer
	}
	a.latest = e
	for s := range a.all {
		s.push(e)
	}
}

func (a *announcer) subscribe() *subscription {
	s := &subscription{ready: make(chan struct{}, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	s.push(a.latest)
	if a.latest.Kind == Destroyed {
		return s
	}
	if a.all == nil {
		a.all = make(map[*subscription]struct{})
	}
	a.all[s] = struct{}{}
	return s
}

func (a *announcer) leave(s *subscription) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.all, s)
	s.close()
}

// subscription is what waits for one subscriber.
type subscription struct {
	ready chan struct{} // something was pushed, or it was closed

	mu     sync.Mutex
	queue  []Event
	missed uint64
	closed bool
}

func (s *subscription) push(e Event) {
	s.mu.Lock()
	if len(s.queue) == eventsMax {
		s.queue = append(s.queue[:0], s.queue[1:]...)
		s.missed++
	}
	s.queue = append(s.queue, e)
	s.mu.Unlock()
	s.wake()
}

func (s *subscription) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

func (s *subscription) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wake()
}

// next waits for an event; false when there will be none.
func (s *subscription) next(ctx context.Context) (Event, bool) {
	for ctx.Err() == nil {
		e, ok, closed := s.pop()
		if ok || closed {
			return e, ok
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
		}
	}
	return Event{}, false
}

func (s *subscription) pop() (e Event, ok, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.queue) == 0 {
		return Event{}, false, s.closed
	}
	e, e.Missed = s.queue[0], s.missed
	s.queue, s.missed = s.queue[1:], 0
	return e, true, false
}

// Command channels does by hand what ../engine does: four sources, three sinks that each want a part
// of what these send, one of them slow, which drops what is oldest; drops are counted, and what is on
// its way at the end is delivered.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type reading struct {
	kind  string
	value int
}

type sink struct {
	name      string
	wants     func(reading) bool
	pause     time.Duration
	in        chan reading
	drops     bool
	dropped   atomic.Int64
	delivered int
}

func (s *sink) take(r reading) {
	if !s.wants(r) {
		return
	}
	if !s.drops {
		s.in <- r
		return
	}
	for {
		select {
		case s.in <- r:
			return
		default:
		}
		select {
		case <-s.in:
			s.dropped.Add(1)
		default:
		}
	}
}

func (s *sink) run() {
	for range s.in {
		time.Sleep(s.pause)
		s.delivered++
	}
}

func main() {
	sinks := []*sink{
		{name: "alarms", wants: func(r reading) bool { return r.value > 900 }},
		{name: "history", wants: func(r reading) bool { return r.kind == "power" }},
		{name: "screen", wants: func(r reading) bool { return r.kind == "heat" }, pause: time.Millisecond, drops: true},
	}
	var running, sending sync.WaitGroup
	for _, s := range sinks {
		s.in = make(chan reading, 64)
		running.Go(s.run)
	}
	for _, kind := range []string{"power", "heat", "flow", "noise"} {
		sending.Go(func() {
			for value := range 1000 {
				for _, s := range sinks {
					s.take(reading{kind, value})
				}
			}
		})
	}
	sending.Wait()
	for _, s := range sinks {
		close(s.in)
	}
	running.Wait()
	for _, s := range sinks {
		fmt.Println(s.name, s.delivered, "delivered,", s.dropped.Load(), "dropped")
	}
}

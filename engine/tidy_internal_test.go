package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/millrace/millrace/message"
)

// slotsOf returns for how many entries the queue of a module has memory.
func slotsOf(m *Module) int {
	n := m.queue.main.Slots()
	for _, l := range *m.queue.lanes.Load() {
		n += l.ring.Slots()
	}
	return n
}

// A pair's own queue takes at most 4 KiB at its first message, whatever the capacity, and so does the
// ring; what a burst took is given back after a quiet time.
func TestQueuesTakeWhatTheyNeed(t *testing.T) {
	const slot = 3 * 8 // an entry, and a turn or a stamp
	for _, d := range []Delivery{{}, {WhenFull: DropOldest}} {
		synctest.Test(t, func(t *testing.T) {
			e := New(Options{})
			gate := make(chan struct{})
			sink, err := e.Attach("sink", HandlerFunc(func(context.Context, *Publisher, []message.Message) {
				<-gate
			}), ModuleOptions{Capacity: MaxCapacity})
			ok(t, err)
			source, err := e.Attach("source", nil, ModuleOptions{})
			ok(t, err)
			ok(t, e.Link(Link{Source: "source", Sink: "sink", Delivery: d}))
			p, err := source.Publisher()
			ok(t, err)
			publish := func(n int) {
				for range n {
					m, err := p.Claim(t.Context())
					ok(t, err)
					ok(t, p.Publish(t.Context(), m))
				}
			}
			if slotsOf(sink) != 0 {
				t.Errorf("%v: memory for %d before the first message", d.WhenFull, slotsOf(sink))
			}
			publish(1)
			if got := slotsOf(sink) * slot; got == 0 || got > 4096 {
				t.Errorf("%v: %d bytes at the first message", d.WhenFull, got)
			}
			publish(10_000)
			if got := slotsOf(sink); got < 10_000-batchMax || got > 4*10_000 {
				t.Errorf("%v: memory for %d with 10,000 queued", d.WhenFull, got)
			}
			close(gate)
			synctest.Wait()
			time.Sleep(2 * tidyEvery)
			synctest.Wait()
			if got := slotsOf(sink); got != 0 {
				t.Errorf("%v: memory for %d after a quiet time", d.WhenFull, got)
			}
			publish(100)
			p.Close()
			if r, err := e.Close(t.Context()); err != nil || r.Links[0].Delivered != 10_101 {
				t.Errorf("%v: %v, %+v", d.WhenFull, err, r.Links)
			}
		})
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// publish sends one message with a number, and returns what Publish returned.
func publish(ctx context.Context, p *engine.Publisher, number int) error {
	d, err := p.Claim(ctx)
	if err != nil {
		return err
	}
	d.Set("number", strconv.Itoa(number))
	return p.Publish(ctx, d)
}

func publisher(t testing.TB, m *engine.Module) *engine.Publisher {
	t.Helper()
	p, err := m.Publisher()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Three modules in a ring of blocking links, rings of 2, each handler publishing two messages for
// each it receives: more and more messages, and every ring full.
//
//	a -> b -> c -> a
func TestNoDeadlockInACycle(t *testing.T) {
	e := engine.New(engine.Options{Overflow: 64 << 10})
	var refused, exhausted atomic.Uint64
	double := engine.Each(func(ctx context.Context, out *engine.Publisher, _ message.Message) {
		for range 2 {
			switch err := publish(ctx, out, 0); {
			case errors.Is(err, engine.ErrCycle):
				refused.Add(1)
			case errors.Is(err, message.ErrExhausted):
				exhausted.Add(1)
			case err != nil && ctx.Err() == nil: // until Close gives up
				t.Error(err)
			}
		}
	})
	for _, name := range []string{"a", "b", "c"} {
		attachWith(t, e, name, double, engine.ModuleOptions{Capacity: 2})
	}
	first := attach(t, e, "first", nil)
	link(t, e, engine.Link{Source: "first", Sink: "a"})
	link(t, e, engine.Link{Source: "a", Sink: "b"})
	link(t, e, engine.Link{Source: "b", Sink: "c"})
	link(t, e, engine.Link{Source: "c", Sink: "a"})
	p := publisher(t, first)
	for i := range 10 {
		if err := publish(within(t), p, i); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	time.Sleep(200 * time.Millisecond) // let it grow until something must give way
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	began := time.Now()
	report, err := e.Close(ctx)
	if !errors.Is(err, engine.ErrLeft) {
		t.Errorf("a cycle that feeds itself cannot drain, but Close returned %v", err)
	}
	if took := time.Since(began); took > patience {
		t.Errorf("Close took %v", took)
	}
	checkBalance(t, report)
	var counted uint64
	for _, l := range report.Links {
		counted += l.Dropped.Cycle
	}
	if refused.Load() == 0 || counted != refused.Load() {
		t.Errorf("%d publishes refused with ErrCycle, %d counted", refused.Load(), counted)
	}
}

// A handler that publishes to its own full ring overflows instead of waiting for itself.
func TestNoDeadlockOnASelfLink(t *testing.T) {
	e := engine.New(engine.Options{})
	var received atomic.Int64
	var self *engine.Module
	ready := make(chan struct{})
	attachWith(t, e, "self", engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		received.Add(1)
		if number, _ := m.Property("number"); string(number) != "0" {
			return
		}
		<-ready
		other := publisher(t, self) // a publisher that does not know it is in a handler
		defer other.Close()
		for i := range 50 {
			for _, p := range []*engine.Publisher{out, other} {
				if err := publish(ctx, p, i+1); err != nil {
					t.Error(err)
				}
			}
		}
	}), engine.ModuleOptions{Capacity: 2})
	link(t, e, engine.Link{Source: "self", Sink: "self"})
	self = attachedAs(t, e, "self")
	close(ready)
	p := publisher(t, self)
	if err := publish(within(t), p, 0); err != nil {
		t.Fatal(err)
	}
	p.Close()
	for received.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	report, err := e.Close(within(t))
	if err != nil {
		t.Fatal(err)
	}
	checkBalance(t, report)
	if received.Load() != 101 {
		t.Errorf("received %d of 101", received.Load())
	}
}

// attachedAs finds the module again that a test attached before it knew its handler's needs.
func attachedAs(t testing.TB, e *engine.Engine, name string) *engine.Module {
	t.Helper()
	m, ok := e.Module(name)
	if !ok {
		t.Fatalf("module %s is not attached", name)
	}
	return m
}

// A handler waits for a sink outside its cycle. Then the links are turned round, so that the sink
// waits for the handler: the wait rested on links that are gone, and must give way.
//
//	before: a -> b      after: b -> a
func TestNoDeadlockWhenLinksTurnRound(t *testing.T) {
	for round := range 20 {
		t.Run(fmt.Sprint(round), func(t *testing.T) { turnRound(t) })
	}
}

func turnRound(t *testing.T) {
	e := engine.New(engine.Options{})
	var started atomic.Int64
	gate := make(chan struct{})
	flood := func(name string) engine.Handler {
		return engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
			if number, _ := m.Property("number"); string(number) != "0" {
				return
			}
			started.Add(1)
			if name == "b" {
				<-gate
			}
			for i := range 20 {
				if err := publish(ctx, out, i+1); err != nil {
					t.Error(name, err)
				}
			}
		})
	}
	for _, name := range []string{"a", "b"} {
		attachWith(t, e, name, flood(name), engine.ModuleOptions{Capacity: 2})
	}
	start := attach(t, e, "start", nil)
	link(t, e, engine.Link{Source: "start", Sink: "b"})
	link(t, e, engine.Link{Source: "start", Sink: "a"})
	link(t, e, engine.Link{Source: "a", Sink: "b"})
	p := publisher(t, start)
	if err := publish(within(t), p, 0); err != nil { // both begin; a fills b's ring and waits
		t.Fatal(err)
	}
	p.Close()
	for started.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	if err := e.Unlink("a", "b"); err != nil {
		t.Fatal(err)
	}
	link(t, e, engine.Link{Source: "b", Sink: "a"})
	close(gate)
	report, err := e.Close(within(t))
	if err != nil {
		t.Fatal(err)
	}
	checkBalance(t, report)
}

// A handler may wait for a sink downstream; order and count hold.
func TestHandlerWaitsDownstream(t *testing.T) {
	e := engine.New(engine.Options{})
	sink := newOrdered()
	attachWith(t, e, "stage", engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		d, err := out.ClaimFrom(ctx, m)
		if err != nil {
			t.Error(err)
			return
		}
		d.SetContent(m.Content())
		if err := out.Publish(ctx, d); err != nil {
			t.Error(err)
		}
	}), engine.ModuleOptions{Capacity: 4})
	attachWith(t, e, "sink", engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, b []message.Message) {
		time.Sleep(50 * time.Microsecond)
		sink.Receive(ctx, out, b)
	}), engine.ModuleOptions{Capacity: 2})
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "stage"})
	link(t, e, engine.Link{Source: "stage", Sink: "sink"})
	n := produce(t, source, "source", 2000)
	report, err := e.Close(within(t))
	if err != nil {
		t.Fatal(err)
	}
	checkBalance(t, report)
	sink.check(t, "sink")
	if sink.received.Load() != n {
		t.Errorf("received %d of %d", sink.received.Load(), n)
	}
}

// What overflows keeps its order with what went into the ring before and after, and room that was
// refused comes back.
//
//	a <-> b
func TestOrderThroughOverflow(t *testing.T) {
	e := engine.New(engine.Options{Overflow: 4 << 10})
	b := newOrdered()
	var refused, sent int
	attachWith(t, e, "a", engine.Each(func(ctx context.Context, out *engine.Publisher, _ message.Message) {
		time.Sleep(time.Millisecond) // b catches up: the overflow must be there again
		for range 100 {
			d, err := out.Claim(ctx)
			if err != nil {
				t.Error(err)
				return
			}
			d.Set("publisher", "a")
			d.Set("sequence", strconv.Itoa(sent))
			d.SetContent([]byte(strconv.Itoa(sent)))
			sent++
			switch err := out.Publish(ctx, d); {
			case errors.Is(err, engine.ErrCycle):
				refused++
			case err != nil:
				t.Error(err)
			}
		}
	}), engine.ModuleOptions{})
	attachWith(t, e, "b", b, engine.ModuleOptions{Capacity: 2})
	start := attach(t, e, "start", nil)
	link(t, e, engine.Link{Source: "start", Sink: "a"})
	link(t, e, engine.Link{Source: "a", Sink: "b"})
	link(t, e, engine.Link{Source: "b", Sink: "a"})
	p := publisher(t, start)
	for i := range 100 {
		if err := publish(within(t), p, i); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	report, err := e.Close(within(t))
	if err != nil {
		t.Fatal(err)
	}
	checkBalance(t, report)
	b.check(t, "b")
	if got := int(b.received.Load()) + refused; got != sent || refused == 0 || refused > sent*3/4 {
		t.Errorf("sent %d, received %d, refused %d", sent, got-refused, refused)
	}
}

package engine

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/ring"
)

// A message that modules hand round is always somewhere: the engine is never quiet. Empty lanes in
// large numbers slow down the look at some of them, so that the message moves on meanwhile: it
// reaches m while m is looked at, and x when x has been looked at for the last time.
//
//	n -> m -> x -> n      looked at in the order x, slow, m, n
func TestNotQuietWhileAMessageGoesRound(t *testing.T) {
	e := New(Options{})
	pass := Each(func(ctx context.Context, out *Publisher, m message.Message) {
		switch out.module.name {
		case "n":
			time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
		case "x":
			time.Sleep(3 * time.Millisecond)
		}
		d, err := out.Claim(ctx)
		if err == nil {
			err = out.Publish(ctx, d)
		}
		if err != nil && ctx.Err() == nil { // until Close gives up
			t.Error(err)
		}
	})
	var modules []*Module
	for name, lanes := range map[string]int{"x": 0, "slow": 300_000, "m": 20_000, "n": 0} {
		m, err := e.Attach(name, pass, ModuleOptions{})
		must(t, err)
		list := slices.Repeat([]*lane{{ring: ring.NewShared[entry](2)}}, lanes)
		m.queue.lanes.Store(&list)
	}
	for _, name := range []string{"x", "slow", "m", "n"} {
		modules = append(modules, e.modules[name])
	}
	for source, sink := range map[string]string{"n": "m", "m": "x", "x": "n"} {
		must(t, e.Link(Link{Source: source, Sink: sink}))
	}
	p, err := modules[0].Publisher()
	must(t, err)
	d, err := p.Claim(context.Background())
	must(t, err)
	must(t, p.Publish(context.Background(), d))
	p.Close()
	for look, end := 0, time.Now().Add(time.Second); time.Now().Before(end); look++ {
		if quiet(modules) {
			t.Fatalf("quiet at look %d", look)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, _ = e.Close(ctx)
}

// Close wakes a publisher that waits for a pair's own ring, however many of those there are.
func TestCloseWakesAPublisherThatWaitsForALane(t *testing.T) {
	e := New(Options{})
	hang, entered := make(chan struct{}), make(chan struct{}, 1)
	defer close(hang)
	sink := HandlerFunc(func(context.Context, *Publisher, []message.Message) {
		entered <- struct{}{}
		<-hang
	})
	source, err := e.Attach("source", nil, ModuleOptions{})
	must(t, err)
	m, err := e.Attach("sink", sink, ModuleOptions{Capacity: 2})
	must(t, err)
	must(t, e.Link(Link{Source: "source", Sink: "sink", Delivery: Delivery{WhenFull: DropOldest}}))
	p, err := source.Publisher()
	must(t, err)
	send := func() error {
		d, err := p.Claim(context.Background())
		must(t, err)
		return p.Publish(context.Background(), d)
	}
	must(t, send())
	<-entered
	for range 3 {
		must(t, send()) // the lane is full
	}
	must(t, e.Unlink("source", "sink"))
	must(t, e.Link(Link{Source: "source", Sink: "sink"}))
	others := make([]*lane, 300_000)
	for i := range others {
		others[i] = &lane{ring: ring.NewShared[entry](2)}
	}
	others = append(others, *m.queue.lanes.Load()...)
	m.queue.lanes.Store(&others)
	done := make(chan error, 1)
	go func() { done <- send() }()
	time.Sleep(20 * time.Millisecond) // it waits
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, _ = e.Close(ctx)
	select {
	case err := <-done:
		must(t, err)
	case <-time.After(10 * time.Second):
		t.Error("the publisher still waits")
	}
}

// An idle engine is closed in time even if there is none.
func TestCloseOfAnIdleEngineNeedsNoTime(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	nothing := HandlerFunc(func(context.Context, *Publisher, []message.Message) {})
	for range 20 {
		e := New(Options{})
		m, err := e.Attach("sink", nothing, ModuleOptions{})
		must(t, err)
		for !quiet([]*Module{m}) {
			time.Sleep(time.Millisecond)
		}
		_, err = e.Close(ctx)
		must(t, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

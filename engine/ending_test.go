package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// Detach of a module that is gone leaves alone the one that has its name now.
func TestDetachAgainLeavesTheNamesakeAlone(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	first := attach(t, e, "sink", discard)
	must(t, first.Detach(within(t)))
	attach(t, e, "sink", discard)
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	must(t, first.Detach(within(t)))
	p := publisher(t, source)
	must(t, publish(within(t), p, 1))
	p.Close()
	if report := closeWell(t, e); report.Unrouted != 0 || len(report.Links) != 1 {
		t.Errorf("report %+v", report)
	}
}

// A module with nothing queued is detached in time even if there is none.
func TestDetachOfAnIdleModuleNeedsNoTime(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e := engine.New(engine.Options{})
	for range 50 {
		must(t, attach(t, e, "source", nil).Detach(ctx))
	}
	closeWell(t, e)
}

// What a handler started and bound to its context ends with the engine.
func TestCloseCancelsTheContextOfHandlers(t *testing.T) {
	e := engine.New(engine.Options{})
	contexts := make(chan context.Context, 1)
	attach(t, e, "sink", engine.Each(func(ctx context.Context, _ *engine.Publisher, _ message.Message) {
		contexts <- ctx
	}))
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	p.Close()
	ctx := <-contexts
	closeWell(t, e)
	if ctx.Err() == nil {
		t.Error("the context of a handler outlives its engine")
	}
}

// A module that was given up while its handler hung: what it had is left, not queued.
func TestCloseCountsAsLeftWhatAHungModuleHad(t *testing.T) {
	e := engine.New(engine.Options{})
	entered, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	attach(t, e, "stuck", engine.Each(func(context.Context, *engine.Publisher, message.Message) {
		entered <- struct{}{}
		<-release
	}))
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "stuck"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	<-entered
	must(t, publish(within(t), p, 1))
	p.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if err := attachedAs(t, e, "stuck").Detach(ctx); !errors.Is(err, engine.ErrLeft) {
		t.Errorf("Detach returned %v", err)
	}
	report, err := e.Close(within(t))
	if report.Gone.Queued != 0 || report.Undelivered() != 2 || !errors.Is(err, engine.ErrLeft) {
		t.Errorf("Close returned %v, gone %+v", err, report.Gone)
	}
}

// A handler that goes on after its module was given up publishes nothing in its namesake's name.
func TestAGivenUpModuleLeadsNowhere(t *testing.T) {
	t.Run("own", func(t *testing.T) { testGivenUp(t, engine.Link{Source: "name", Sink: "sink"}) })
	t.Run("bus", func(t *testing.T) { testGivenUp(t, engine.Link{Source: "source", Sink: "other"}) })
}

// testGivenUp makes a link after a module was given up: of its namesake, or of others, so that the
// namesake's messages go where its own went before.
func testGivenUp(t *testing.T, l engine.Link) {
	e := engine.New(engine.Options{})
	entered, release := make(chan struct{}, 1), make(chan struct{})
	published := make(chan error, 1)
	hung := attach(t, e, "name", engine.Each(func(ctx context.Context, out *engine.Publisher, _ message.Message) {
		must(t, publish(context.Background(), out, 6))
		entered <- struct{}{}
		<-release
		published <- publish(context.Background(), out, 7)
	}))
	sink := newGated()
	close(sink.gate)
	attach(t, e, "sink", sink)
	attach(t, e, "other", discard)
	link(t, e, engine.Link{Source: engine.Any, Sink: "sink", Filter: filter.Exists("number")})
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "name"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	<-entered
	p.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := hung.Detach(ctx); !errors.Is(err, engine.ErrLeft) {
		t.Fatal(err)
	}
	attach(t, e, "name", nil)
	link(t, e, l)
	close(release)
	must(t, <-published)
	report := closeWell(t, e)
	if got := slices.Sorted(slices.Values(sink.got())); !slices.Equal(got, []int{0, 6}) || report.Unrouted != 1 {
		t.Errorf("received %v, %d unrouted", got, report.Unrouted)
	}
}

// Two handlers in a loop overflow; the publisher that one of them used goes on elsewhere, above what
// it has there. Close wakes it although the sink hangs.
func TestCloseWakesAPublisherAboveItsOverflow(t *testing.T) {
	e := engine.New(engine.Options{})
	hang := make(chan struct{})
	defer close(hang)
	flooded, entered := make(chan struct{}), make(chan struct{}, 1)
	a := make(chan *engine.Publisher, 1)
	attach(t, e, "a", engine.Each(func(ctx context.Context, _ *engine.Publisher, _ message.Message) {
		p := <-a
		for n := range 10 {
			must(t, publish(ctx, p, n))
		}
		close(flooded)
	}))
	attachWith(t, e, "b", engine.Each(func(context.Context, *engine.Publisher, message.Message) {
		entered <- struct{}{}
		<-hang
	}), engine.ModuleOptions{Capacity: 2})
	source := attach(t, e, "source", nil)
	for _, l := range []engine.Link{{Source: "source", Sink: "a"}, {Source: "source", Sink: "b"},
		{Source: "a", Sink: "b"}, {Source: "b", Sink: "a"}} {
		link(t, e, l)
	}
	p, other := publisher(t, source), publisher(t, attachedAs(t, e, "a"))
	a <- other
	must(t, publish(within(t), p, 0))
	<-flooded
	<-entered
	p.Close()
	done := make(chan error, 1)
	d := claim(t, other)
	go func() { done <- other.Publish(context.Background(), d) }()
	time.Sleep(10 * time.Millisecond) // it waits
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := e.Close(ctx); !errors.Is(err, engine.ErrLeft) {
		t.Errorf("Close returned %v", err)
	}
	select {
	case err := <-done:
		must(t, err)
	case <-time.After(patience):
		t.Error("the publisher still waits")
	}
}

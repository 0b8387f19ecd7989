package engine_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

var discard = engine.HandlerFunc(func(context.Context, *engine.Publisher, []message.Message) {})

func TestCloseDrainsAPipeline(t *testing.T) {
	e := engine.New(engine.Options{})
	const stages = 5
	for i := range stages {
		attachWith(t, e, fmt.Sprintf("stage%d", i), engine.Each(forward(t)), engine.ModuleOptions{Capacity: 8})
	}
	sink := newOrdered()
	attachWith(t, e, "sink", sink, engine.ModuleOptions{Capacity: 8})
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "stage0"})
	for i := range stages - 1 {
		link(t, e, engine.Link{Source: fmt.Sprintf("stage%d", i), Sink: fmt.Sprintf("stage%d", i+1)})
	}
	link(t, e, engine.Link{Source: fmt.Sprintf("stage%d", stages-1), Sink: "sink"})
	n := produce(t, source, "source", 5000)
	closeWell(t, e)
	sink.check(t, "sink")
	if sink.received.Load() != n {
		t.Errorf("received %d of %d", sink.received.Load(), n)
	}
}

// forward is a handler that publishes what it receives.
func forward(t *testing.T) func(context.Context, *engine.Publisher, message.Message) {
	return func(ctx context.Context, out *engine.Publisher, m message.Message) {
		d, err := out.ClaimFrom(ctx, m)
		if err != nil {
			t.Error(err)
			return
		}
		d.SetContent(m.Content())
		if err := out.Publish(ctx, d); err != nil {
			t.Error(err)
		}
	}
}

func TestCloseNamesAHeldHandler(t *testing.T) {
	e := engine.New(engine.Options{})
	release := make(chan struct{})
	entered := make(chan struct{}, 1)
	attach(t, e, "stuck", engine.Each(func(context.Context, *engine.Publisher, message.Message) {
		entered <- struct{}{}
		<-release // deaf to its context
	}))
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "stuck"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	<-entered
	for n := 1; n <= 3; n++ {
		must(t, publish(within(t), p, n))
	}
	p.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	report, err := e.Close(ctx)
	if !errors.Is(err, engine.ErrLeft) || !strings.Contains(err.Error(), "stuck") {
		t.Errorf("Close returned %v", err)
	}
	if !slices.Equal(report.Held, []string{"stuck"}) || report.Undelivered() != 4 {
		t.Errorf("held %v, undelivered %d", report.Held, report.Undelivered())
	}
	for _, l := range report.Links {
		if l.In != l.Delivered+l.Filtered+l.Dropped.Total()+l.Left {
			t.Errorf("does not add up: %+v", l)
		}
	}
	close(release)
}

// At the deadline a handler's context is cancelled; what is queued behind it is counted as left.
func TestCloseInterruptsAHandler(t *testing.T) {
	e := engine.New(engine.Options{})
	entered := make(chan struct{}, 1)
	attach(t, e, "slow", engine.Each(func(ctx context.Context, _ *engine.Publisher, _ message.Message) {
		entered <- struct{}{}
		<-ctx.Done()
	}))
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "slow"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	<-entered
	must(t, publish(within(t), p, 1))
	p.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	report, err := e.Close(ctx)
	if !errors.Is(err, engine.ErrLeft) || len(report.Held) != 0 {
		t.Errorf("Close returned %v, held %v", err, report.Held)
	}
	checkBalance(t, report)
	if l := report.Links[0]; l.Delivered != 1 || l.Left != 1 {
		t.Errorf("counted %+v", l)
	}
}

// Publishers that wait for a sink, or for memory, are woken by Close; what they held is counted.
func TestCloseWakesPublishers(t *testing.T) {
	e := engine.New(engine.Options{Memory: 1})
	entered := make(chan struct{}, 1)
	attachWith(t, e, "slow", engine.Each(func(ctx context.Context, _ *engine.Publisher, _ message.Message) {
		entered <- struct{}{}
		<-ctx.Done()
	}), engine.ModuleOptions{Capacity: 2})
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "slow"})
	first := publisher(t, source)
	must(t, publish(within(t), first, 0)) // takes the one block that the cap allows
	<-entered
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if _, err := first.Claim(context.Background()); !errors.Is(err, engine.ErrClosed) {
			t.Errorf("a claim that waited for memory got %v", err)
		}
	})
	var blocked []*engine.Publisher
	for range 5 {
		p := publisher(t, source)
		blocked = append(blocked, p)
		waiting.Go(func() {
			if err := publish(context.Background(), p, 1); err != nil && !errors.Is(err, engine.ErrClosed) {
				t.Error(err)
			}
		})
	}
	time.Sleep(20 * time.Millisecond) // let them wait
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_, err := e.Close(ctx)
	if !errors.Is(err, engine.ErrLeft) {
		t.Errorf("Close returned %v", err)
	}
	waiting.Wait()
	for _, p := range append(blocked, first) {
		p.Close()
	}
	for _, l := range e.Stats().Links {
		if l.In != l.Delivered+l.Filtered+l.Dropped.Total()+l.Left+l.Queued || l.Queued != 0 {
			t.Errorf("does not add up: %+v", l)
		}
	}
}

func TestCloseFromAHandlerIsRefused(t *testing.T) {
	e := engine.New(engine.Options{})
	refused := make(chan error, 1)
	attach(t, e, "self", engine.Each(func(ctx context.Context, _ *engine.Publisher, _ message.Message) {
		_, err := e.Close(ctx)
		refused <- err
	}))
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "self"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	if err := <-refused; !errors.Is(err, engine.ErrInHandler) {
		t.Errorf("got %v", err)
	}
	p.Close()
	closeWell(t, e)
}

func TestCloseTwiceReportsTheSame(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	close(g.gate)
	p.Close()
	var reports [4]engine.Report
	var all sync.WaitGroup
	for i := range reports {
		all.Go(func() { reports[i] = closeWell(t, e) })
	}
	all.Wait()
	for _, r := range reports {
		if len(r.Links) != 1 || r.Links[0] != reports[0].Links[0] {
			t.Errorf("got %+v", r)
		}
	}
	if _, err := e.Attach("late", nil, engine.ModuleOptions{}); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("attach after close: %v", err)
	}
}

func TestCloseNamesWhatWasNotReleased(t *testing.T) {
	e := engine.New(engine.Options{})
	kept := make(chan message.Message, 1)
	attach(t, e, "keeper", engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		m.Retain()
		kept <- m
	}))
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "keeper"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	m := <-kept
	p.Close()
	report, err := e.Close(within(t))
	if !errors.Is(err, engine.ErrUnreleased) || report.Unreleased != 1 {
		t.Errorf("Close returned %v, unreleased %d", err, report.Unreleased)
	}
	if value, _ := m.Property("number"); string(value) != "0" {
		t.Errorf("a retained message reads %q", value)
	}
	m.Release()
}

func TestDetachDeliversWhatIsQueued(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	for n := 1; n <= 3; n++ {
		must(t, publish(within(t), p, n))
	}
	time.AfterFunc(10*time.Millisecond, func() { close(g.gate) })
	must(t, attachedAs(t, e, "sink").Detach(within(t)))
	if got := g.got(); !slices.Equal(got, numbers(0, 3)) {
		t.Errorf("received %v", got)
	}
	must(t, publish(within(t), p, 4)) // goes nowhere now
	attach(t, e, "sink", discard)     // the name is free again
	p.Close()
	report := closeWell(t, e)
	if report.Unrouted != 1 || report.Gone.Delivered != 4 || len(report.Links) != 0 {
		t.Errorf("report %+v", report)
	}
}

func TestDetachGivesUpWithItsContext(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	must(t, publish(within(t), p, 1))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if err := attachedAs(t, e, "sink").Detach(ctx); !errors.Is(err, engine.ErrLeft) {
		t.Errorf("got %v", err)
	}
	p.Close()
	report, err := e.Close(within(t))
	if !errors.Is(err, engine.ErrLeft) || report.Gone.Left != 1 || report.Gone.Delivered != 1 {
		t.Errorf("Close returned %v, gone %+v", err, report.Gone)
	}
	if got := g.got(); !slices.Equal(got, []int{0}) {
		t.Errorf("received %v", got)
	}
}

// Modules that detach themselves, and each other, from their handlers, while they publish there.
func TestDetachFromAHandler(t *testing.T) {
	e := engine.New(engine.Options{})
	var detached atomic.Int32
	for _, name := range []string{"a", "b"} {
		other := map[string]string{"a": "b", "b": "a"}[name]
		attachWith(t, e, name, engine.Each(func(ctx context.Context, out *engine.Publisher, _ message.Message) {
			for n := range 10 {
				if err := publish(ctx, out, n); err != nil {
					t.Error(err)
				}
			}
			for _, victim := range []string{name, other} {
				if m, ok := e.Module(victim); ok {
					must(t, m.Detach(ctx))
					detached.Add(1)
				}
			}
		}), engine.ModuleOptions{Capacity: 2})
	}
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "a"})
	link(t, e, engine.Link{Source: "source", Sink: "b"})
	link(t, e, engine.Link{Source: "a", Sink: "b"})
	link(t, e, engine.Link{Source: "b", Sink: "a"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	for detached.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	p.Close()
	closeWell(t, e)
}

// Engines, modules and publishers that come and go leave no goroutine and nothing else behind.
func TestNothingIsLeftBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	e := engine.New(engine.Options{})
	attach(t, e, "all", discard)
	link(t, e, engine.Link{Source: engine.Any, Sink: "all", Delivery: engine.Delivery{WhenFull: engine.DropOldest}})
	const rounds = 300
	for i := range rounds {
		name := fmt.Sprintf("guest%d", i)
		m := attach(t, e, name, discard)
		link(t, e, engine.Link{Source: name, Sink: name})
		p := publisher(t, m)
		must(t, publish(within(t), p, i))
		p.Close()
		must(t, m.Detach(within(t)))
	}
	report := closeWell(t, e)
	if len(report.Links) != 1 {
		t.Errorf("%d links are remembered", len(report.Links))
	}
	sum := report.Links[0].Delivered + report.Links[0].Dropped.Oldest + report.Gone.Delivered
	if report.Published != rounds || sum != 2*rounds {
		t.Errorf("published %d, accounted for %d", report.Published, sum)
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// A message that goes round for ever leaves nothing, and is an error all the same: which says what it
// was.
func TestCloseSaysThatModulesWereAtWork(t *testing.T) {
	e := engine.New(engine.Options{})
	a := attach(t, e, "a", engine.HandlerFunc(
		func(ctx context.Context, out *engine.Publisher, batch []message.Message) {
			_ = out.Forward(ctx, batch)
		}))
	link(t, e, engine.Link{Source: "a", Sink: "a"})
	p := publisher(t, a)
	must(t, publish(within(t), p, 1))
	p.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	report, err := e.Close(ctx)
	want := "still at work"
	if report.Undelivered() > 0 { // the time was up while it was queued
		want = " messages undelivered" // one, or two while the handler passes it on
	}
	if !errors.Is(err, engine.ErrLeft) || !strings.Contains(err.Error(), want) {
		t.Error(err)
	}
}

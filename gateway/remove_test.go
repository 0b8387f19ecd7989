package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// A relay that is removed under load sends on all that it has received, and its source goes on.
func TestRemoveDrains(t *testing.T) {
	var in atomic.Int64
	j := &journal{}
	relay := &probe{name: "relay", journal: j, receive: func(ctx context.Context, out *engine.Publisher, m message.Message) error {
		in.Add(1)
		return forward(ctx, out, m)
	}}
	sink, out := counter("sink")
	other, rest := counter("other")
	links := []document.Link{{Source: "source", Sink: "relay"}, {Source: "relay", Sink: "sink"},
		{Source: "source", Sink: "other"}, {Source: "*", Sink: "relay"}}
	g := run(t, doc(links, relay, sourceOf("source", forEver), sink, other), quiet())
	reach(t, &in, 5000)
	report, err := g.Remove(t.Context(), "relay")
	if err != nil || report.Name != "relay" || report.ReceiveErrors != 0 {
		t.Errorf("%v, %+v", err, report)
	}
	if want := "configure relay, open relay, start relay, stop relay, close relay"; j.String() != want {
		t.Errorf("steps %s", j)
	}
	g.wantLists("source sink other source->other")
	reach(t, rest, rest.Load()+1000)
	g.stop()
	if g.err != nil || in.Load() != out.Load() {
		t.Errorf("%v, %d in, %d out", g.err, in.Load(), out.Load())
	}
	balanced(t, g.report)
}

func TestRemoveFreesTheName(t *testing.T) {
	g := run(t, doc(nil, &probe{name: "a"}), quiet())
	for range 3 {
		if _, err := g.Remove(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Remove(t.Context(), "a"); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("again: %v", err)
		}
		if err := g.Update(t.Context(), doc([]document.Link{{Source: "a", Sink: "a"}}, &probe{name: "a"})); err != nil {
			t.Fatal(err)
		}
	}
}

// v1 deadlocked here: a module is removed while its Receive waits in a publish.
func TestRemoveOfAModuleThatPublishesInReceive(t *testing.T) {
	release := make(chan struct{})
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		<-release
		return nil
	}}
	var in atomic.Int64
	relay := &probe{name: "relay", receive: func(ctx context.Context, out *engine.Publisher, m message.Message) error {
		in.Add(1)
		return forward(ctx, out, m)
	}}
	links := []document.Link{{Source: "source", Sink: "relay"}, {Source: "relay", Sink: "sink"}}
	d := doc(links, relay, sink, sourceOf("source", forEver))
	d.Modules[1].Capacity = 2
	g := run(t, d, quiet())
	defer close(release)
	reach(t, &in, 3) // with the sink's ring full, and one in its hands
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	report, err := g.Remove(ctx, "relay")
	if err != nil || len(report.Stuck) != 0 {
		t.Errorf("%v, %+v", err, report)
	}
	g.wantLists("sink source")
}

// A module whose handler does not return is taken out all the same, but not closed.
func TestRemoveOfAModuleThatHangs(t *testing.T) {
	release, hanging := make(chan struct{}), make(chan struct{})
	defer close(release)
	j := &journal{}
	sink := &probe{name: "sink", journal: j, receive: func(context.Context, *engine.Publisher, message.Message) error {
		close(hanging)
		<-release
		return nil
	}}
	links := []document.Link{{Source: "source", Sink: "sink"}}
	g := run(t, doc(links, sink, &probe{name: "source", on: task(publishOneAndWait)}), quiet())
	<-hanging
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	report, err := g.Remove(ctx, "sink")
	if !errors.Is(err, engine.ErrLeft) || !slices.Equal(report.Stuck, []string{"Receive"}) {
		t.Errorf("%v, %+v", err, report)
	}
	if want := "configure sink, open sink, start sink, stop sink"; j.String() != want {
		t.Errorf("steps %s", j)
	}
	if err := g.Update(t.Context(), doc(nil, &probe{name: "sink"})); err != nil {
		t.Error(err)
	}
}

func TestRemoveFromAHandler(t *testing.T) {
	errs := make(chan error, 2)
	var g *live
	set := make(chan struct{})
	boss := &probe{name: "boss", receive: func(ctx context.Context, _ *engine.Publisher, _ message.Message) error {
		<-set
		_, own := g.Remove(ctx, "boss")
		_, other := g.Remove(ctx, "other")
		errs <- own
		errs <- other
		return nil
	}}
	other, _ := counter("other")
	links := []document.Link{{Source: "source", Sink: "boss"}, {Source: "source", Sink: "other"}}
	g = run(t, doc(links, boss, other, &probe{name: "source", on: task(publishOneAndWait)}), quiet())
	close(set)
	if own := <-errs; !errors.Is(own, engine.ErrInHandler) {
		t.Errorf("its own module: %v", own)
	}
	if other := <-errs; other != nil {
		t.Errorf("another: %v", other)
	}
}

// A removal does not wait for a restart's time to come, and no life begins after it.
func TestRemoveWhileARestartIsDue(t *testing.T) {
	failed := make(chan struct{})
	j := &journal{}
	sink := &probe{name: "sink", journal: j, receive: func(context.Context, *engine.Publisher, message.Message) error {
		close(failed)
		panic("wait an hour")
	}}
	d := supervised(1, sink, document.Restart{Backoff: time.Hour})
	d.Modules = append(d.Modules, doc(nil, &probe{name: "idle", on: task(untilDone)}).Modules...)
	g := run(t, d, quiet())
	<-failed
	report, err := g.Remove(t.Context(), "sink")
	if err != nil || report.Restarts != 0 || report.Quarantined != "" {
		t.Errorf("%v, %+v", err, report)
	}
	if want := "configure sink, open sink, start sink, stop sink, close sink"; j.String() != want {
		t.Errorf("steps %s", j)
	}
}

func untilDone(ctx context.Context, _ module.Host) error {
	<-ctx.Done()
	return nil
}

// A module is removed, not put into quarantine, when its restart waits for its handler.
func TestRemoveWhileARestartWaitsForTheHandler(t *testing.T) {
	release, hanging, failed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	sink := &probe{name: "sink", on: task(func(context.Context, module.Host) error {
		<-hanging
		defer close(failed)
		panic("while the handler is at work")
	})}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error {
		close(hanging)
		<-release
		return nil
	}
	links := []document.Link{{Source: "source", Sink: "sink"}}
	d := doc(links, sink, &probe{name: "source", on: task(publishOneAndWait)})
	d.Modules[0].Restart.Backoff = time.Microsecond
	g := run(t, d, quiet())
	<-failed
	time.AfterFunc(100*time.Millisecond, func() { close(release) })
	report, err := g.Remove(t.Context(), "sink")
	if err != nil || report.Quarantined != "" {
		t.Errorf("%v, %+v", err, report)
	}
}

// A removal waits for a life that is just beginning, and ends that.
func TestRemoveWhileARestartIsUnderWay(t *testing.T) {
	beginning, goOn := make(chan struct{}), make(chan struct{})
	var opened atomic.Int64
	j := &journal{}
	sink := &probe{name: "sink", journal: j}
	sink.on = map[string]hook{"open": func(context.Context, module.Host) error {
		if opened.Add(1) == 2 {
			close(beginning)
			<-goOn
		}
		return nil
	}}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error { panic("once") }
	d := supervised(1, sink, document.Restart{Backoff: time.Millisecond})
	d.Modules = append(d.Modules, doc(nil, &probe{name: "idle", on: task(untilDone)}).Modules...)
	g := run(t, d, quiet())
	<-beginning
	time.AfterFunc(20*time.Millisecond, func() { close(goOn) })
	if _, err := g.Remove(t.Context(), "sink"); err != nil {
		t.Error(err)
	}
	if opens, closes := strings.Count(j.String(), "open"), strings.Count(j.String(), "close"); opens != 2 || closes != 2 {
		t.Errorf("steps %s", j)
	}
}

// One whose restart hangs is given up: its name is free, and when it comes to itself it is closed.
func TestRemoveWhileARestartHangs(t *testing.T) {
	beginning, goOn, closed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var opened, closings atomic.Int64
	sink := &probe{name: "sink", on: map[string]hook{
		"open": func(context.Context, module.Host) error {
			if opened.Add(1) == 2 {
				close(beginning)
				<-goOn
			}
			return nil
		},
		"close": func(context.Context, module.Host) error {
			if closings.Add(1) == 2 {
				close(closed)
			}
			return nil
		},
	}}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error { panic("once") }
	d := supervised(1, sink, document.Restart{Backoff: time.Millisecond})
	d.Modules = append(d.Modules, doc(nil, &probe{name: "idle", on: task(untilDone)}).Modules...)
	g := run(t, d, quiet())
	<-beginning
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	report, err := g.Remove(ctx, "sink")
	if err == nil || !slices.Equal(report.Stuck, []string{"a restart"}) {
		t.Errorf("%v, %+v", err, report)
	}
	if err := g.Update(t.Context(), doc(nil, &probe{name: "sink"})); err != nil {
		t.Error(err)
	}
	close(goOn)
	<-closed
}

// What ended because it was removed has finished nothing: the gateway goes on, and ends when a task
// that was added finishes.
func TestARemovalIsNotTheEndOfTheWork(t *testing.T) {
	g := run(t, doc(nil, &probe{name: "a", on: task(untilDone)}), quiet())
	if _, err := g.Remove(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := g.Update(t.Context(), doc(nil, &probe{name: "sink"})); err != nil {
		t.Fatal(err)
	}
	select {
	case <-g.ended:
		t.Fatalf("ended by a removal: %v", g.err)
	case <-time.After(50 * time.Millisecond): // long enough to notice
	}
	if err := g.Update(t.Context(), doc(nil, sourceOf("b", 10))); err != nil {
		t.Fatal(err)
	}
	<-g.ended
	if g.err != nil {
		t.Error(g.err)
	}
}

func TestRemoveSaysWhatWentWrong(t *testing.T) {
	g := run(t, doc(nil, &probe{name: "a", on: map[string]hook{"close": fail}}), quiet())
	report, err := g.Remove(t.Context(), "a")
	expect(t, err, errProbe, `module "a": Close`)
	if len(report.Errors) != 1 {
		t.Errorf("%+v", report)
	}
	g.wantLists("")
	g.stop()
	if g.err != nil {
		t.Errorf("again in the end: %v", g.err)
	}
}

func TestRemoveOfTheSinkOfDeadLetters(t *testing.T) {
	d := doc(nil, &probe{name: "grave"})
	d.DeadLetter = "grave"
	g := run(t, d, quiet())
	if _, err := g.Remove(t.Context(), "grave"); err != nil {
		t.Error(err)
	}
	if to := g.Document().DeadLetter; to != "" {
		t.Errorf("dead letters still go to %q", to)
	}
}

// A module of a bus takes from all others until it is detached.
func TestRemoveFromABus(t *testing.T) {
	sink, received := counter("sink")
	count := sink.receive
	sink.receive = func(ctx context.Context, out *engine.Publisher, m message.Message) error {
		time.Sleep(100 * time.Microsecond) // so that there is always something queued
		return count(ctx, out, m)
	}
	d := doc(nil, sink, sourceOf("source", forEver))
	d.Modules[0].Filter = everything()
	d.Modules[0].Capacity = 32 // what is queued may take long where the source leaves little time
	g := run(t, d, quiet())
	reach(t, received, 100)
	began := time.Now()
	if _, err := g.Remove(t.Context(), "sink"); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it waited %v for a moment that never comes", took)
	}
	n := received.Load()
	time.Sleep(10 * time.Millisecond)
	if got := received.Load(); got != n {
		t.Errorf("%d messages after it was removed", got-n)
	}
}

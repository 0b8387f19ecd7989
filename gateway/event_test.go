package gateway

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/module"
)

func everything() *filter.Filter { return new(filter.Filter) }

// told puts events into one line.
type told struct {
	lines  []string
	missed uint64
}

func (t *told) note(e Event) {
	names := make([]string, len(e.Modules))
	for i, m := range e.Modules {
		names[i] = m.Name
	}
	t.missed += e.Missed
	t.lines = append(t.lines, e.Kind.String()+" "+strings.Join(names, "+"))
}

func (t *told) String() string { return strings.Join(t.lines, ", ") }

// The whole life of a gateway is told in order, to callbacks and by sequences, whoever changes it.
func TestEventsInOrder(t *testing.T) {
	g, err := New(doc(nil, &probe{name: "a"}), quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var byCallback, bySequence told
	events := g.Events(context.Background())
	g.OnEvent(byCallback.note)
	g.OnEvent(func(e Event) {
		if e.Kind == Started {
			changeAndCancel(t, g, cancel)
		}
	})
	if _, err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	for e := range events {
		bySequence.note(e)
	}
	const want = "created a, started a, modules changed a+b, modules changed a+b, modules changed b, destroyed b"
	if byCallback.String() != want || bySequence.String() != want {
		t.Errorf("callbacks %s\nsequence  %s\nwant      %s", &byCallback, &bySequence, want)
	}
	var late told
	for e := range g.Events(context.Background()) {
		late.note(e)
	}
	if late.String() != "destroyed b" {
		t.Errorf("afterwards: %s", &late)
	}
}

func changeAndCancel(t *testing.T, g *Gateway, cancel func()) {
	defer cancel()
	if err := g.Update(t.Context(), doc(nil, &probe{name: "b"})); err != nil {
		t.Error(err)
	}
	if err := g.Update(t.Context(), doc([]document.Link{{Source: "a", Sink: "b"}})); err != nil {
		t.Error(err)
	}
	if _, err := g.Remove(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if err := g.Update(t.Context(), doc(nil, &probe{name: "b"})); err == nil {
		t.Error("an update with a name that is taken worked")
	}
}

// A gateway that does not start tells of its end.
func TestEventsOfAFailedStart(t *testing.T) {
	g, err := New(doc(nil, &probe{name: "a", on: map[string]hook{"open": fail}}), quiet())
	if err != nil {
		t.Fatal(err)
	}
	var all told
	g.OnEvent(all.note)
	if _, err := g.Run(t.Context()); err == nil || all.String() != "created a, destroyed a" {
		t.Errorf("%v, %s", err, &all)
	}
}

// Subscribers that are slow, or gone, hold up nobody; what they miss is counted.
func TestSlowSubscribersAreTold(t *testing.T) {
	g := run(t, doc(nil, &probe{name: "a"}), quiet())
	const changes = 3 * eventsMax
	events, gone := g.Events(t.Context()), g.Events(t.Context())
	for range gone {
		break
	}
	for range changes {
		if err := g.Update(t.Context(), doc(nil)); err != nil {
			t.Fatal(err)
		}
	}
	g.stop()
	var all told
	for e := range events {
		all.note(e)
	}
	const total = 1 + changes + 1 // started, and destroyed
	if len(all.lines) != eventsMax || all.missed != total-eventsMax {
		t.Errorf("told of %d, missed %d; want %d and %d", len(all.lines), all.missed, eventsMax, total-eventsMax)
	}
	if last := all.lines[len(all.lines)-1]; last != "destroyed a" {
		t.Errorf("the last is %q", last)
	}
	for e := range gone {
		t.Errorf("a sequence that was left yields %v", e)
	}
}

// A sequence ends with its context, even while events wait.
func TestEventsEndWithTheirContext(t *testing.T) {
	g := run(t, doc(nil), quiet())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range g.Events(ctx) {
		if n++; n == 1 {
			time.AfterFunc(10*time.Millisecond, cancel)
		}
	}
	for range g.Events(ctx) {
		n++
	}
	if n != 1 {
		t.Errorf("%d events, want one", n)
	}
}

// stop ends the calls, also of a gateway that never runs: goleak would find the goroutine.
func TestACallbackOfAGatewayThatNeverRuns(t *testing.T) {
	g, err := New(doc(nil), quiet())
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan Event)
	stop := g.OnEvent(func(e Event) { called <- e })
	if e := <-called; e.Kind != Created {
		t.Errorf("got %v", e)
	}
	stop()
}

// A callback that does not return does not keep Run for ever.
func TestACallbackThatHangs(t *testing.T) {
	g, err := New(doc(nil, &probe{name: "a", on: task(func(context.Context, module.Host) error { return nil })}), quiet())
	if err != nil {
		t.Fatal(err)
	}
	release, over := make(chan struct{}), make(chan struct{})
	var calls atomic.Int64
	g.OnEvent(func(e Event) {
		calls.Add(1)
		<-release
		if e.Kind == Destroyed {
			close(over)
		}
	})
	if _, err := g.Run(t.Context()); err != nil || calls.Load() != 1 {
		t.Errorf("%v, %d calls", err, calls.Load())
	}
	close(release)
	<-over
}

// v1's list broke where a module had an explicit source beside "*".
func TestModuleList(t *testing.T) {
	links := []document.Link{
		{Source: "a", Sink: "c", Filter: filter.Equal("k", "1")}, {Source: "*", Sink: "c"},
		{Source: "a", Sink: "c", Filter: filter.Equal("k", "2")}, {Source: "b", Sink: "a"}, {Source: "*", Sink: "d"},
	}
	d := doc(links, &probe{name: "a"}, &probe{name: "b"}, &probe{name: "c"}, &probe{name: "d"})
	d.Modules[3].Filter = everything()
	g := run(t, d, quiet())
	want := []ModuleInfo{{"a", "probe", []string{"b"}}, {"b", "probe", nil},
		{"c", "probe", []string{"a", engine.Any}}, {"d", "probe", []string{engine.Any}}}
	if got := g.Modules(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if err := g.Unlink(t.Context(), "*", "c"); err != nil {
		t.Error(err)
	}
	if _, err := g.Remove(t.Context(), "b"); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(g.Modules()); got != "[{a probe []} {c probe [a]} {d probe [*]}]" {
		t.Error(got)
	}
}

package gateway

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// What v1 says of "*": it leads from every module but the sink, from those that are added later as
// well, and together with a link of its own a source is heard once.
func TestStarAsInV1(t *testing.T) {
	var mu sync.Mutex
	heard := make(map[string]int)
	received := make(chan string, 100)
	log := &probe{name: "log", on: task(func(ctx context.Context, h module.Host) error {
		return publish(ctx, h, 1, "from", "log")
	})}
	log.receive = func(_ context.Context, _ *engine.Publisher, m message.Message) error {
		from, _ := m.Property("from")
		mu.Lock()
		heard[string(from)]++
		mu.Unlock()
		received <- string(from)
		return nil
	}
	other, others := counter("other")
	links := []document.Link{{Source: "*", Sink: "log"}, {Source: "both", Sink: "log"}, {Source: "log", Sink: "other"}}
	idle := &probe{name: "idle", on: task(untilDone)}
	g := run(t, doc(links, other, log, sourceOf("both", 5), idle), quiet())
	for range 5 {
		<-received
	}
	if err := g.Update(t.Context(), doc(nil, sourceOf("later", 7))); err != nil {
		t.Fatal(err)
	}
	for range 7 {
		<-received
	}
	reach(t, others, 1)
	g.stop()
	if got := fmt.Sprint(heard); got != "map[both:5 later:7]" || g.err != nil {
		t.Errorf("heard %s, %v", got, g.err)
	}
}

// In v1 every module saw every message; here those without links are never called.
func TestModulesWithoutLinksAreLeftAlone(t *testing.T) {
	sink, received := counter("sink")
	modules := []module.Module{sink, sourceOf("source", forEver)}
	for i := range 8 {
		p, _ := counter(fmt.Sprintf("bystander%d", i))
		modules = append(modules, p)
	}
	g := run(t, doc([]document.Link{{Source: "source", Sink: "sink"}}, modules...), quiet())
	reach(t, received, 10_000)
	for _, c := range g.engine.Calls() {
		if strings.HasPrefix(c.Module, "bystander") && c.Number != 0 {
			t.Errorf("%s was called %d times", c.Module, c.Number)
		}
	}
}

// v1 did not start with more than 511 modules.
func TestAThousandModules(t *testing.T) {
	const n = 1000
	sink, received := counter("sink")
	modules := []module.Module{sink}
	links := make([]document.Link, n)
	for i := range n {
		name := fmt.Sprintf("m%d", i)
		modules = append(modules, sourceOf(name, 3))
		links[i] = document.Link{Source: name, Sink: "sink"}
	}
	report, err := runUntil(t, doc(links, modules...), quiet(), nil)
	if err != nil || received.Load() != 3*n {
		t.Errorf("%v, %d received", err, received.Load())
	}
	balanced(t, report)
}

// What v1's users asked for: the depth of a queue, and what was dropped, while the gateway runs.
func TestDepthAndDropsWhileItRuns(t *testing.T) {
	const capacity, published = 8, 100
	release, inHand, done := make(chan struct{}), make(chan struct{}, published), make(chan struct{})
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		inHand <- struct{}{}
		<-release
		return nil
	}}
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		defer close(done)
		if err := publish(ctx, h, 1, "k", "first"); err != nil {
			return err
		}
		<-inHand
		return publish(ctx, h, published-1, "k", "v")
	})}
	links := []document.Link{{Source: "source", Sink: "sink", Delivery: engine.Delivery{WhenFull: engine.DropNewest}}}
	d := doc(links, sink, source)
	d.Modules[0].Capacity = capacity
	g := run(t, d, quiet())
	<-done
	l := g.Stats().Links[0]
	if waiting := l.In - l.Dropped.Newest - l.Delivered; l.In != published || l.Queued != waiting || waiting < capacity || waiting > capacity+1 {
		t.Errorf("while the sink hangs: %+v", l)
	}
	close(release)
	g.stop()
	if l := g.report.Engine.Links[0]; g.err != nil || l.Queued != 0 || l.Delivered+l.Dropped.Newest != published {
		t.Errorf("in the end: %+v, %v", l, g.err)
	}
}

// And named outputs: a property names the output, and filters take it from there.
func TestAModuleWithTwoOutputs(t *testing.T) {
	var alerts, readings []string // each is its sink's
	sinkOf := func(name string, got *[]string) *probe {
		return &probe{name: name, receive: func(_ context.Context, _ *engine.Publisher, m message.Message) error {
			output, _ := m.Property("output")
			*got = append(*got, string(output))
			return nil
		}}
	}
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		for _, output := range []string{"alerts", "readings", "debug", "readings"} {
			if err := publish(ctx, h, 1, "output", output); err != nil {
				return err
			}
		}
		return nil
	})}
	links := []document.Link{
		{Source: "source", Sink: "alerts", Filter: filter.Equal("output", "alerts")},
		{Source: "source", Sink: "readings", Filter: filter.Equal("output", "readings")},
	}
	d := doc(links, sinkOf("alerts", &alerts), sinkOf("readings", &readings), source)
	report, err := runUntil(t, d, quiet(), nil)
	if got := fmt.Sprint(alerts, readings); got != "[alerts] [readings readings]" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	balanced(t, report)
}

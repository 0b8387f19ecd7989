package gateway

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
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

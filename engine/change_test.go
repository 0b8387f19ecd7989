package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
)

// web is an engine of three sources and three sinks with some links, filters and deliveries.
func web(t *testing.T) (*engine.Engine, map[string]*panics) {
	t.Helper()
	e := engine.New(engine.Options{})
	got := make(map[string]*panics)
	for i := range 3 {
		attach(t, e, fmt.Sprint("source", i), nil)
		sink := fmt.Sprint("sink", i)
		got[sink] = &panics{}
		accept := filter.Equal("to", "all")
		attachWith(t, e, sink, engine.Each(got[sink].handle), engine.ModuleOptions{Accept: &accept})
	}
	must(t, e.Apply(engine.Change{Link: []engine.Link{
		{Source: "source0", Sink: "sink0"},
		{Source: "source0", Sink: "sink1", Filter: filter.Equal("number", "1")},
		{Source: "source1", Sink: "sink1", Delivery: engine.Delivery{WhenFull: engine.DropNewest}},
		{Source: engine.Any, Sink: "sink2"},
	}}))
	return e, got
}

// walk publishes two messages from every source and tells where they arrived.
func walk(t *testing.T, e *engine.Engine, got map[string]*panics) string {
	t.Helper()
	for i := range 3 {
		p := publisher(t, attachedAs(t, e, fmt.Sprint("source", i)))
		for n := range 2 {
			d := claim(t, p)
			d.Set("number", fmt.Sprint(n))
			must(t, p.Publish(within(t), d))
		}
		p.Close()
	}
	closeWell(t, e)
	var parts []string
	for _, sink := range []string{"sink0", "sink1", "sink2"} {
		numbers := strings.Fields(got[sink].numbers())
		slices.Sort(numbers)
		parts = append(parts, fmt.Sprint(sink, numbers))
	}
	return strings.Join(parts, " ")
}

// Whichever step of a change fails, the links stand as they stood.
func TestApplyIsAllOrNothing(t *testing.T) {
	good := engine.Change{
		Unlink: []engine.Pair{{Source: "source0", Sink: "sink1"}, {Source: "*", Sink: "sink2"}},
		Link: []engine.Link{
			{Source: "source2", Sink: "sink0"},
			{Source: "source0", Sink: "sink1", Filter: filter.Equal("number", "0")},
			{Source: "source0", Sink: "sink1", Filter: filter.Equal("number", "1")},
			{Source: "source1", Sink: "sink1", Filter: filter.Equal("number", "1"),
				Delivery: engine.Delivery{WhenFull: engine.DropNewest}},
		},
	}
	e, got := web(t)
	before := walk(t, e, got)
	e, got = web(t)
	must(t, e.Apply(good))
	after := walk(t, e, got)
	if want := "sink0[0 0 1 1] sink1[0 0 1 1] sink2[]"; after != want || before == after {
		t.Fatalf("before %s, after %s, want %s", before, after, want)
	}
	for at, bad := range spoilt(good) {
		e, got := web(t)
		if err := e.Apply(bad.change); !errors.Is(err, bad.want) {
			t.Errorf("change %d: %v, want %v", at, err, bad.want)
		}
		never := engine.Link{Source: "source2", Sink: "sink1", Filter: filter.Equal("number", "none")}
		must(t, e.Link(never)) // makes what the change left behind the publishers' business
		if now := walk(t, e, got); now != before {
			t.Errorf("after change %d failed: %s, before it %s", at, now, before)
		}
	}
}

type badChange struct {
	change engine.Change
	want   error
}

// spoilt returns the change with something that fails put in at every step.
func spoilt(c engine.Change) (all []badChange) {
	for i := range len(c.Unlink) + 1 {
		unlink := slices.Insert(slices.Clone(c.Unlink), i, engine.Pair{Source: "source2", Sink: "sink2"})
		all = append(all, badChange{engine.Change{Unlink: unlink, Link: c.Link}, engine.ErrUnknown})
	}
	for i := range len(c.Link) + 1 {
		for want, l := range map[error]engine.Link{
			engine.ErrUnknown:   {Source: "source0", Sink: "nobody"},
			engine.ErrNoHandler: {Source: "source0", Sink: "source1"},
			engine.ErrDuplicate: {Source: "source0", Sink: "sink0"},
			engine.ErrDelivery:  {Source: "source0", Sink: "sink0", Filter: filter.Exists("a"), Delivery: engine.Delivery{Timeout: 1}},
		} {
			link := slices.Insert(slices.Clone(c.Link), i, l)
			all = append(all, badChange{engine.Change{Unlink: c.Unlink, Link: link}, want})
		}
	}
	return all
}

// A change that moves a message's way from one sink to another moves it at one moment: every message
// takes exactly one of the two.
func TestApplyIsOneMoment(t *testing.T) {
	const messages = 20_000
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	counts := make(map[string]*panics)
	for _, name := range []string{"left", "right"} {
		counts[name] = &panics{}
		attach(t, e, name, engine.Each(counts[name].handle))
	}
	link(t, e, engine.Link{Source: "source", Sink: "left"})
	var all sync.WaitGroup
	stop := make(chan struct{})
	all.Go(func() { swing(t, e, stop) })
	p := publisher(t, source)
	for n := range messages {
		must(t, publish(within(t), p, n))
	}
	close(stop)
	all.Wait()
	r := closeWell(t, e)
	checkBalance(t, r)
	left, right := strings.Fields(counts["left"].numbers()), strings.Fields(counts["right"].numbers())
	if len(left)+len(right) != messages || len(right) == 0 {
		t.Errorf("%d went left and %d right, of %d", len(left), len(right), messages)
	}
	seen := make(map[string]bool)
	for _, number := range append(left, right...) {
		if seen[number] {
			t.Fatalf("message %s went both ways", number)
		}
		seen[number] = true
	}
}

// swing moves the link from one sink to the other and back until stop is closed.
func swing(t *testing.T, e *engine.Engine, stop chan struct{}) {
	from, to := "left", "right"
	for {
		select {
		case <-stop:
			return
		default:
		}
		err := e.Apply(engine.Change{
			Unlink: []engine.Pair{{Source: "source", Sink: from}},
			Link:   []engine.Link{{Source: "source", Sink: to}},
		})
		if err != nil {
			t.Error(err)
			return
		}
		from, to = to, from
	}
}

// What was counted along links that a failed change had begun to take away is counted once.
func TestAFailedChangeKeepsTheCounts(t *testing.T) {
	e, _ := web(t)
	must(t, publish(within(t), publisher(t, attachedAs(t, e, "source0")), 0))
	bad := engine.Change{Unlink: []engine.Pair{{Source: "source0", Sink: "sink0"}, {Source: "a", Sink: "b"}}}
	if err := e.Apply(bad); !errors.Is(err, engine.ErrUnknown) {
		t.Fatal(err)
	}
	for _, l := range closeWell(t, e).Links {
		if l.Source == "source0" && l.In != 1 {
			t.Errorf("%+v", l)
		}
	}
}

package engine_test

import (
	"slices"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
)

func TestValuesThatAreNotNumbersAreCounted(t *testing.T) {
	e := engine.New(engine.Options{})
	attach(t, e, "sink", discard)
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "sink", Filter: filter.Less("digit", 5)})
	p := publisher(t, source)
	for range 3 {
		d := claim(t, p)
		d.Set("digit", "many")
		must(t, p.Publish(within(t), d))
	}
	if n := e.Stats().NotNumbers; n != 3 {
		t.Errorf("%d counted while the publisher goes on", n)
	}
	p.Close()
	if report := closeWell(t, e); report.NotNumbers != 3 {
		t.Errorf("%d counted", report.NotNumbers)
	}
}

// Only as many are dropped as must be: the newest of a ring's capacity always arrive.
func TestDropOldestKeepsTheNewest(t *testing.T) {
	const capacity, most = 4, 3000
	for round := range most {
		e := engine.New(engine.Options{})
		sink := newGated()
		close(sink.gate)
		attachWith(t, e, "sink", sink, engine.ModuleOptions{Capacity: capacity})
		source := attach(t, e, "source", nil)
		link(t, e, engine.Link{Source: "source", Sink: "sink", Delivery: engine.Delivery{WhenFull: engine.DropOldest}})
		p := publisher(t, source)
		for n := range 40 {
			must(t, publish(within(t), p, n))
		}
		p.Close()
		closeWell(t, e)
		got := sink.got()
		if want := numbers(40-capacity, 39); len(got) < capacity || !slices.Equal(got[len(got)-capacity:], want) {
			t.Fatalf("round %d: received %v", round, got)
		}
	}
}

// A publisher that has published nothing yet hides nobody from the counters of a running engine.
func TestIdlePublishersHideNobody(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	attach(t, e, "sink", discard)
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	const publishers = 20
	for i := range publishers {
		p := publisher(t, source)
		if i%2 == 1 {
			must(t, publish(within(t), p, i))
		}
	}
	if s := e.Stats(); s.Published != publishers/2 || s.Links[0].In != publishers/2 {
		t.Errorf("%d published, %d along the link, want %d", s.Published, s.Links[0].In, publishers/2)
	}
	closed(t, e)
}

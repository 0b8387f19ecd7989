package engine

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

var idle = Each(func(context.Context, *Publisher, message.Message) {})

// wired is an engine with n modules, each on the bus if it has a filter, and each with a publisher
// that has published to whom its links lead it.
func wired(t *testing.T, n int, accept *filter.Filter) (*Engine, []*Publisher) {
	t.Helper()
	e := New(Options{Memory: 1 << 16})
	var list []*Publisher
	for i := range n {
		m, err := e.Attach(fmt.Sprint("m", i), idle, ModuleOptions{Capacity: 4, Accept: accept})
		must(t, err)
		p, err := m.Publisher()
		must(t, err)
		list = append(list, p)
	}
	t.Cleanup(func() {
		_, err := e.Close(context.Background())
		must(t, err)
	})
	return e, list
}

func publishTo(t *testing.T, p *Publisher, to string) {
	t.Helper()
	d, err := p.Claim(context.Background())
	must(t, err)
	d.Set("to", to)
	must(t, p.Publish(context.Background(), d))
}

// Where every module is on the bus and one of them gets what all the others publish, there is nothing
// that is kept for each pair of modules, but for the pairs that messages went between.
func TestABusKeepsNothingForEachPair(t *testing.T) {
	const n = 200
	no := filter.Equal("to", "nobody")
	e, list := wired(t, n, &no)
	f := filter.Equal("to", "sink")
	sink, err := e.Attach("sink", idle, ModuleOptions{Accept: &f})
	must(t, err)
	for _, p := range list {
		for range 3 {
			publishTo(t, p, "sink")
		}
	}
	e.mu.Lock()
	flows, targets := 0, 0
	for _, k := range e.links {
		flows += len(k.flows)
		for _, f := range k.flows {
			targets += len(f.targets)
		}
	}
	pairs := len(sink.queue.pairs)
	for _, p := range list {
		pairs += len(p.module.queue.pairs)
	}
	e.mu.Unlock()
	if flows != n || targets != n || pairs != n {
		t.Errorf("%d modules that publish to one sink have %d flows, %d targets, %d pairs", n, flows, targets, pairs)
	}
	in := uint64(0)
	for _, l := range e.Stats().Links {
		in += l.In
	}
	if want := uint64(3 * n * n); in != want { // 3 of each, at all sinks but itself, and at the one
		t.Errorf("%d in, want %d", in, want)
	}
}

// A publisher whose source's links stay as they are has nothing to do when others change.
func TestAChangeElsewhereIsNoWork(t *testing.T) {
	e, list := wired(t, 4, nil)
	must(t, e.Link(Link{Source: "m0", Sink: "m1"}))
	publishTo(t, list[0], "")
	plan, route := list[0].plan, list[0].plan.route
	must(t, e.Link(Link{Source: "m2", Sink: "m3"}))
	publishTo(t, list[0], "")
	if list[0].plan != plan || plan.snapshot != e.snapshot.Load() {
		t.Error("it planned anew")
	}
	f := filter.Equal("to", "nobody")
	must(t, e.Link(Link{Source: Any, Sink: "m3", Filter: f}))
	publishTo(t, list[0], "")
	if list[0].plan == plan || list[0].plan.route.Own != route.Own {
		t.Error("it did not plan anew, or has other links of its own")
	}
}

// restless is a remnant that never comes to rest.
type restless struct{ looks *int }

func (r restless) forget(*Engine) bool { *r.looks++; return false }

// However much is not at rest, a change looks at a few; all of them get their turn.
func TestASweepLooksAtAFew(t *testing.T) {
	e, _ := wired(t, 2, nil)
	looks := make([]int, 1000)
	for i := range looks {
		e.addRemnant(restless{&looks[i]})
	}
	const changes = 400
	total := func() (n int) {
		for _, l := range looks {
			n += l
		}
		return n
	}
	must(t, e.Link(Link{Source: "m0", Sink: "m1"}))
	first := total()
	for range changes {
		must(t, e.Unlink("m0", "m1"))
		must(t, e.Link(Link{Source: "m0", Sink: "m1"}))
	}
	if n := total() - first; n > 2*changes*(looksMin+2) {
		t.Errorf("%d looks in %d changes", n, 2*changes)
	}
	for i, l := range looks {
		if l == 0 {
			t.Fatalf("nobody looked at %d", i)
		}
	}
	e.remnants.list = nil
}

// Who waits for all modules to rest goes on where it found one that did not: as modules come to rest,
// it does not look at all of them again and again.
func TestWhoWaitsForRestLooksOnFromTheBusyOne(t *testing.T) {
	e, _ := wired(t, 5, nil)
	modules := e.attachedModules()
	for _, m := range modules {
		must(t, m.AwaitIdle(context.Background()))
	}
	if at := firstBusy(modules, 3); at != -1 {
		t.Fatalf("module %d is busy", at)
	}
	for _, busy := range []int{1, 3} {
		modules[busy].queue.idle.Store(false)
	}
	for from, want := range []int{1, 1, 3, 3, 1} {
		if at := firstBusy(modules, from); at != want {
			t.Errorf("from %d it found %d, want %d", from, at, want)
		}
	}
	for _, busy := range []int{1, 3} {
		modules[busy].queue.idle.Store(true)
	}
	if firstBusy(nil, 0) != -1 {
		t.Error("somebody of nobody is busy")
	}
}

// A change of one link or module allocates as much with ten times as many beside it: nothing is
// copied, or made anew, for each of them.
func TestAChangeAllocatesAsMuchWhateverThereIs(t *testing.T) {
	f := filter.Equal("to", "nobody")
	for _, c := range []struct {
		name   string
		accept *filter.Filter
		wire   func(n int) Change
		change func(t *testing.T, e *Engine)
	}{
		{"a module on the bus", &f, nothingMore, func(t *testing.T, e *Engine) {
			m, err := e.Attach("more", idle, ModuleOptions{Capacity: 4, Accept: &f})
			must(t, err)
			must(t, m.Detach(context.Background()))
		}},
		{"a link of a star with filters", nil, star(func(i int) filter.Filter { return filter.Equal("to", fmt.Sprint(i)) }), flap},
		{"a link of a star without", nil, star(func(int) filter.Filter { return filter.Filter{} }), flap},
		{"a link of one in a row", nil, row, flap},
	} {
		t.Run(c.name, func(t *testing.T) {
			var bytes [2]uint64
			for i, n := range []int{100, 1000} {
				e, list := wired(t, n, c.accept)
				must(t, e.Apply(c.wire(n)))
				for _, p := range list[1:] {
					publishTo(t, p, "")
				}
				c.change(t, e)
				bytes[i] = bytesOf(func() {
					for range 50 {
						c.change(t, e)
					}
				})
			}
			if bytes[1] > 2*bytes[0] {
				t.Errorf("%d bytes a change with 100 beside it, %d with 1000", bytes[0]/50, bytes[1]/50)
			}
		})
	}
}

func nothingMore(int) Change { return Change{} }

// star links the first module to all others but the last.
func star(f func(i int) filter.Filter) func(n int) Change {
	return func(n int) (c Change) {
		for i := 1; i < n-1; i++ {
			c.Link = append(c.Link, Link{Source: "m0", Sink: fmt.Sprint("m", i), Filter: f(i)})
		}
		return c
	}
}

// row links each module but the last to the next.
func row(n int) (c Change) {
	for i := range n - 2 {
		c.Link = append(c.Link, Link{Source: fmt.Sprint("m", i), Sink: fmt.Sprint("m", i+1)})
	}
	return c
}

// flap takes a link away and makes it again.
func flap(t *testing.T, e *Engine) {
	pair := Pair{"m0", "m1"}
	e.mu.Lock()
	f := e.links[pairName{"m0", "m1"}].filters[0]
	e.mu.Unlock()
	must(t, e.Unlink(pair.Source, pair.Sink))
	must(t, e.Link(Link{Source: pair.Source, Sink: pair.Sink, Filter: f}))
}

// bytesOf returns how many bytes a function allocates: at the least, for others allocate meanwhile.
func bytesOf(f func()) uint64 {
	least := ^uint64(0)
	for range 10 { // others allocate at times, too
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

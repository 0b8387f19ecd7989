package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// TestEngineMatchesAModel runs random sequences of attach, link, publish, unlink and detach against
// a model that does the same with maps and slices, one step after the other. What each sink
// receives from each source, in order, and the counts of every link must be the same.
func TestEngineMatchesAModel(t *testing.T) {
	parameters := gopter.DefaultTestParameters()
	parameters.MinSuccessfulTests = 300
	parameters.MaxSize = 120
	properties := gopter.NewProperties(parameters)
	properties.Property("engine = model", prop.ForAll(func(codes []uint32) string {
		return runAgainstModel(t, codes)
	}, gen.SliceOf(gen.UInt32())))
	properties.TestingRun(t)
}

const modelModules = 4

// trace is what one attached instance of a module received, by source.
type trace struct {
	handler engine.Handler
	real    map[string][]string
	model   map[string][]string
}

func newTrace() *trace {
	tr := &trace{real: make(map[string][]string), model: make(map[string][]string)}
	tr.handler = engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		source, _ := m.Property("source")
		tr.real[string(source)] = append(tr.real[string(source)], string(m.Content()))
	})
	return tr
}

// world is the engine under test beside the model.
type world struct {
	t         *testing.T
	e         *engine.Engine
	modules   map[string]*engine.Module
	pubs      map[string]*engine.Publisher
	traces    map[string]*trace
	all       []*trace
	links     map[[2]string]filter.Filter
	rows      map[[2]string]engine.Counts
	published int
	unrouted  int
}

// runAgainstModel returns "" or what differed. Each code is one step: what to do and with whom.
func runAgainstModel(t *testing.T, codes []uint32) string {
	w := &world{
		t: t, e: engine.New(engine.Options{}),
		modules: make(map[string]*engine.Module), pubs: make(map[string]*engine.Publisher),
		traces: make(map[string]*trace), links: make(map[[2]string]filter.Filter),
		rows: make(map[[2]string]engine.Counts),
	}
	for _, code := range codes {
		source := fmt.Sprintf("m%d", code>>8%modelModules)
		sink := fmt.Sprintf("m%d", code>>16%modelModules)
		switch code % 12 {
		case 0, 1:
			w.attach(source)
		case 2:
			w.detach(source)
		case 3, 4:
			w.link(source, sink, code)
		case 5:
			w.link(engine.Any, sink, code)
		case 6:
			w.unlink(source, sink)
		case 7:
			w.unlink(engine.Any, sink)
		default:
			w.publish(source)
		}
	}
	return w.compare()
}

func (w *world) attach(name string) {
	tr := newTrace()
	m, err := w.e.Attach(name, tr.handler, engine.ModuleOptions{Capacity: 256})
	if (err == nil) == (w.modules[name] != nil) {
		w.t.Fatalf("attach %s: %v", name, err)
	}
	if err != nil {
		return
	}
	w.modules[name], w.traces[name] = m, tr
	w.all = append(w.all, tr)
	w.pubs[name] = publisher(w.t, m)
}

func (w *world) detach(name string) {
	if w.modules[name] == nil {
		return
	}
	w.pubs[name].Close()
	must(w.t, w.modules[name].Detach(within(w.t)))
	delete(w.modules, name)
	for pair := range w.links {
		if slices.Contains(pair[:], name) {
			delete(w.links, pair)
		}
	}
	for pair := range w.rows {
		if slices.Contains(pair[:], name) {
			delete(w.rows, pair)
		}
	}
}

func (w *world) link(source, sink string, code uint32) {
	filters := []filter.Filter{{}, filter.Equal("parity", "0"), filter.Equal("parity", "1")}
	f := filters[code>>24%3]
	err := w.e.Link(engine.Link{Source: source, Sink: sink, Filter: f})
	pair := [2]string{source, sink}
	old, linked := w.links[pair]
	possible := w.modules[sink] != nil && (source == engine.Any || w.modules[source] != nil)
	switch {
	case err == nil && !possible:
		w.t.Fatalf("link %v was possible", pair)
	case err == nil && linked:
		w.links[pair] = filter.Or(old, f)
	case err == nil:
		w.links[pair] = f
	case possible && !linked:
		w.t.Fatalf("link %v: %v", pair, err)
	}
}

func (w *world) unlink(source, sink string) {
	pair := [2]string{source, sink}
	_, linked := w.links[pair]
	if err := w.e.Unlink(source, sink); (err == nil) != linked {
		w.t.Fatalf("unlink %v: %v", pair, err)
	}
	delete(w.links, pair)
}

func (w *world) publish(source string) {
	p := w.pubs[source]
	if w.modules[source] == nil {
		return
	}
	number := strconv.Itoa(w.published)
	parity := strconv.Itoa(w.published % 2)
	w.published++
	d, err := p.Claim(context.Background())
	must(w.t, err)
	d.Set("source", source)
	d.Set("parity", parity)
	d.SetContent([]byte(number))
	must(w.t, p.Publish(context.Background(), d))
	w.route(source, parity, number)
}

// route is what the engine promises to do with a message, in the plainest words.
func (w *world) route(source, parity, number string) {
	routed := false
	for sink := range w.modules {
		own, hasOwn := w.links[[2]string{source, sink}]
		star, hasStar := w.links[[2]string{engine.Any, sink}]
		hasStar = hasStar && source != sink
		if !hasOwn && !hasStar {
			continue
		}
		routed = true
		pair := [2]string{engine.Any, sink}
		if hasOwn {
			pair[0] = source
		}
		c := w.rows[pair]
		c.In++
		if (hasOwn && accepts(own, parity)) || (hasStar && accepts(star, parity)) {
			c.Delivered++
			tr := w.traces[sink]
			tr.model[source] = append(tr.model[source], number)
		} else {
			c.Filtered++
		}
		w.rows[pair] = c
	}
	if !routed {
		w.unrouted++
	}
}

// accepts reads the three filters of the test back from their text.
func accepts(f filter.Filter, parity string) bool {
	other := map[string]string{"0": "parity = '1'", "1": "parity = '0'"}[parity]
	return f.String() != other
}

func (w *world) compare() string {
	for _, p := range w.pubs {
		p.Close()
	}
	report, err := w.e.Close(within(w.t))
	if err != nil {
		return err.Error()
	}
	for i, tr := range w.all {
		for _, source := range []string{"m0", "m1", "m2", "m3"} {
			if !slices.Equal(tr.real[source], tr.model[source]) {
				return fmt.Sprintf("instance %d received %v from %s, the model %v",
					i, tr.real[source], source, tr.model[source])
			}
		}
	}
	for _, l := range report.Links {
		if want := w.rows[[2]string{l.Source, l.Sink}]; !sameCounts(l.Counts, want) {
			return fmt.Sprintf("%s -> %s: %+v, the model %+v", l.Source, l.Sink, l.Counts, want)
		}
	}
	if report.Published != uint64(w.published) || report.Unrouted != uint64(w.unrouted) {
		return fmt.Sprintf("published %d unrouted %d, the model %d %d",
			report.Published, report.Unrouted, w.published, w.unrouted)
	}
	return ""
}

func sameCounts(a, b engine.Counts) bool {
	return a.In == b.In && a.Delivered == b.Delivered && a.Filtered == b.Filtered &&
		a.Dropped == b.Dropped && a.Left == b.Left && a.Queued == 0
}

package fuzz

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing"
)

// FuzzRoutes: after any changes to the links every snapshot, the old ones too, gives a message of
// every source the sinks that a walk over all links gives it, alone or in a batch; and tells loops as
// a walk does.
func FuzzRoutes(f *testing.F) {
	for i := range 32 {
		f.Add([]byte(strings.Repeat(string([]byte{0, byte(i), byte(i / 5), byte(3 * i), 9, 4}), 12)))
	}
	keys := property.NewKeys(3)
	s := shardOf(keys, arena.Limits{})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		w := &writer{tape: tape{bytes}}
		table, links := routing.NewTable[string](keys), map[pair]meaning{}
		var seen []moment
		for range 40 {
			change(t, w, table, links)
			if w.next(8) == 0 && len(seen) < 6 {
				seen = append(seen, moment{table.Snapshot(), maps.Clone(links)})
			}
			if w.ended() {
				break
			}
		}
		seen = append(seen, moment{table.Snapshot(), links})
		messages := []values{w.message(), w.message(), {}}
		var views []property.View
		for _, v := range messages {
			m := written(t, s, v, nil)
			defer m.Release()
			views = append(views, m.Properties())
		}
		for _, then := range seen {
			then.check(t, messages, views)
		}
		seen[len(seen)-1].checkLoops(t)
	})
}

type (
	pair    struct{ source, sink string }
	meaning struct {
		text  string
		naive truth // nil: every message
	}
	// moment is a snapshot beside the links that it was made of.
	moment struct {
		snapshot *routing.Snapshot[string]
		links    map[pair]meaning
	}
)

var nodes = []string{"a", "b", "c", "d", "e"}

// change sets or removes a link.
func change(t *testing.T, w *writer, table *routing.Table[string], links map[pair]meaning) {
	t.Helper()
	p := pair{pick(&w.tape, append(nodes, routing.Any)...), pick(&w.tape, nodes...)}
	if w.next(4) == 3 {
		table.Remove(p.source, p.sink)
		delete(links, p)
		return
	}
	var m meaning
	var f filter.Filter
	if w.next(5) > 0 {
		m.text, m.naive = w.condition(2)
		var err error
		if f, err = filter.Parse(m.text); err != nil {
			t.Fatal(err)
		}
	}
	table.Set(p.source, p.sink, p.source+" to "+p.sink, f)
	links[p] = m
}

func (m meaning) takes(v values) bool { return m.naive == nil || m.naive(v) == filter.True }

// targets are what a message of a source goes to: by a link of its own, or by one of Any unless it
// is the sink itself.
func (m moment) targets(source string, v values) (all []string) {
	for _, sink := range nodes {
		own, hasOwn := m.links[pair{source, sink}]
		star, hasStar := m.links[pair{routing.Any, sink}]
		hasStar = hasStar && source != sink
		switch takes := hasOwn && own.takes(v) || hasStar && star.takes(v); {
		case takes && hasOwn:
			all = append(all, source+" to "+sink)
		case takes:
			all = append(all, routing.Any+" to "+sink)
		}
	}
	slices.Sort(all)
	return all
}

func (m moment) check(t *testing.T, messages []values, views []property.View) {
	t.Helper()
	var one, own, any routing.Probe
	for _, source := range append(nodes, "unlinked") {
		r := m.snapshot.Route(source)
		r.Own.MatchBatch(views, &own)
		r.Any.MatchBatch(views, &any)
		for i, view := range views {
			want := m.targets(source, messages[i])
			single := reached(r, r.Own.Match(view, &one, nil), r.Any.Match(view, &one, nil))
			batch := reached(r, own.Hits(i), any.Hits(i))
			if !slices.Equal(single, want) || !slices.Equal(batch, want) {
				t.Fatalf("%s of %s goes to %q, in a batch to %q, want %q by the links %v",
					shown(view), source, single, batch, want, m.links)
			}
		}
	}
}

func (m moment) checkLoops(t *testing.T) {
	t.Helper()
	for _, source := range append(nodes, "unlinked") {
		for _, sink := range nodes {
			if got, want := m.snapshot.Loop(source, sink), m.loop(source, sink); got != want {
				t.Fatalf("%s to %s is a loop: %v, want %v by the links %v", source, sink, got, want, m.links)
			}
		}
	}
}

// reached are the targets without a filter and those that were hit, sorted.
func reached(r routing.Route[string], own, any []int) []string {
	all := targetsOf(r.Own, own)
	for _, target := range targetsOf(r.Any, any) {
		if _, sink, _ := strings.Cut(target, " to "); !r.Hides(sink) {
			all = append(all, target)
		}
	}
	slices.Sort(all)
	return all
}

func targetsOf(p *routing.Part[string], hits []int) (all []string) {
	p.EachAlways(func(target string) { all = append(all, target) })
	for _, hit := range hits {
		all = append(all, p.Target(hit))
	}
	return all
}

// loop tells whether what source sends to sink can come back.
func (m moment) loop(source, sink string) bool {
	return source == sink || m.leads(source, sink, nil) && m.leads(sink, source, nil)
}

// leads tells whether links lead from one node to the other.
func (m moment) leads(from, to string, been []string) bool {
	if from == to {
		return true
	}
	for p := range m.links {
		starts := p.source == from || p.source == routing.Any && p.sink != from
		if starts && !slices.Contains(been, p.sink) && m.leads(p.sink, to, append(been, from)) {
			return true
		}
	}
	return false
}

package routing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// link is a link of the naive model; its target is a number of its own.
type link struct{ source, sink string }

type linkValue struct {
	target int
	kind   int // 0: no filter, 1: k = 1, 2: k = 2, 3: k = 3
}

type modelTable map[link]linkValue

var kinds = []filter.Filter{{}, filter.Equal("k", "1"), filter.Equal("k", "2"), filter.Equal("k", "3")}

// wants tells whether a link takes a message whose k is as given; "" is a message without one.
func (v linkValue) wants(k string) bool { return v.kind == 0 || k == fmt.Sprint(v.kind) }

// delivered lists the targets that a message of source with that k goes to, by looking at every
// sink there is.
func (m modelTable) delivered(source, k string, names []string) (targets []int) {
	for _, sink := range names {
		own, hasOwn := m[link{source, sink}]
		star, hasStar := m[link{Any, sink}]
		hasStar = hasStar && source != sink
		if (hasOwn && own.wants(k)) || (hasStar && star.wants(k)) {
			if hasOwn {
				targets = append(targets, own.target)
			} else {
				targets = append(targets, star.target)
			}
		}
	}
	slices.Sort(targets)
	return targets
}

func (m modelTable) linked(source, sink string) bool {
	_, own := m[link{source, sink}]
	_, star := m[link{Any, sink}]
	return own || star && source != sink
}

// reaches follows links from one name to another, by at least one.
func (m modelTable) reaches(from, to string, names []string) bool {
	seen := make(map[string]bool)
	for next := []string{from}; len(next) > 0; next = next[1:] {
		for _, sink := range names {
			if !seen[sink] && m.linked(next[0], sink) {
				seen[sink] = true
				next = append(next, sink)
			}
		}
	}
	return seen[to]
}

func (m modelTable) clone() modelTable {
	c := make(modelTable)
	for l, v := range m {
		c[l] = v
	}
	return c
}

// to is what a link of the tests leads to.
type to struct {
	sink   string
	number int
}

func set(t *Table[to], source, sink string, number int, f filter.Filter) {
	t.Set(source, sink, to{sink, number}, f)
}

// deliver lists the targets of a message with that k, one by one and as a batch.
func deliver(r Route[to], keys *property.Keys, k string) []int {
	properties := values{"other": "1"}
	if k != "" {
		properties["k"] = k
	}
	v := viewOf(keys, properties)
	own, any := reached(r.Own, v), reached(r.Any, v)
	own = append(own, slices.DeleteFunc(any, func(l to) bool { return r.Hides(l.sink) })...)
	var targets []int
	for _, l := range own {
		targets = append(targets, l.number)
	}
	slices.Sort(targets)
	return targets
}

func reached(p *Part[to], v property.View) (list []to) {
	var probe Probe
	hits := slices.Sorted(slices.Values(p.Match(v, &probe, nil)))
	p.MatchBatch([]property.View{v}, &probe)
	if !slices.Equal(hits, slices.Sorted(slices.Values(probe.Hits(0)))) ||
		len(slices.Compact(slices.Clone(hits))) < len(hits) {
		return []to{{"", -1}}
	}
	p.EachAlways(func(l to) { list = append(list, l) })
	for _, i := range hits {
		list = append(list, p.Target(i))
	}
	return list
}

// compareTable checks a snapshot against the model for every source and kind of message. Names that
// nobody linked are asked for too.
func compareTable(s *Snapshot[to], m modelTable, keys *property.Keys, names []string) error {
	if err := compareDeliveries(s, m, keys, names); err != nil {
		return err
	}
	for _, source := range names {
		comesBack := false
		for _, sink := range names {
			if s.Linked(source, sink) != m.linked(source, sink) {
				return fmt.Errorf("Linked(%s, %s) is %v; links %v", source, sink, !m.linked(source, sink), m)
			}
			loops := source == sink ||
				m.reaches(source, sink, names) && m.reaches(sink, source, names)
			if s.Loop(source, sink) != loops {
				return fmt.Errorf("Loop(%s, %s) is %v; links %v", source, sink, !loops, m)
			}
			comesBack = comesBack || loops && m.linked(source, sink)
		}
		if s.InLoop(source, nil) != comesBack {
			return fmt.Errorf("InLoop(%s) is %v; links %v", source, !comesBack, m)
		}
		for _, last := range names { // and with a link more, that closes a loop or does not
			more := map[string][]string{last: {source}}
			closes := comesBack || last == source || m.reaches(source, last, names)
			if s.InLoop(source, more) != closes {
				return fmt.Errorf("InLoop(%s) with a link from %s is %v; links %v", source, last, !closes, m)
			}
		}
	}
	return nil
}

func compareDeliveries(s *Snapshot[to], m modelTable, keys *property.Keys, names []string) error {
	for _, source := range names {
		for _, k := range []string{"", "1", "2", "3", "4"} {
			got, want := deliver(s.Route(source), keys, k), m.delivered(source, k, names)
			if !slices.Equal(got, want) {
				return fmt.Errorf("%s with k=%q goes to %v, want %v; links %v", source, k, got, want, m)
			}
		}
	}
	return nil
}

type moment struct {
	snapshot *Snapshot[to]
	model    modelTable
}

func checkTable(numbers []uint16) (bool, error) {
	t := &tape{numbers: numbers}
	names := []string{"a", "b", "c", "d", "e", "stranger"}
	keys := property.NewKeys(1)
	table, model := NewTable[to](keys), make(modelTable)
	history := []moment{{table.Snapshot(), model.clone()}}
	for t.at < len(t.numbers) {
		l := link{names[t.next(5)], names[t.next(5)]}
		if t.next(4) == 0 {
			l.source = Any
		}
		if t.next(3) == 0 {
			table.Remove(l.source, l.sink)
			delete(model, l)
		} else {
			v := linkValue{target: t.at, kind: t.next(3)}
			set(table, l.source, l.sink, v.target, kinds[v.kind])
			model[l] = v
		}
		if err := compareTable(table.Snapshot(), model, keys, names); err != nil {
			return false, err
		}
		history = append(history, moment{table.Snapshot(), model.clone()})
	}
	for i, h := range history {
		if err := compareTable(h.snapshot, h.model, keys, names); err != nil {
			return false, fmt.Errorf("snapshot %d has changed: %w", i, err)
		}
	}
	return true, nil
}

func TestTableFollowsTheNaiveModel(t *testing.T) {
	forAllTapes(t, "same deliveries", 300, 100, checkTable)
}

// So many links from one source, from Any and from a sink of Any that their filters are indexed.
func TestManyLinksFollowTheNaiveModel(t *testing.T) {
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 1))
		names := []string{"source", "stranger"}
		for i := range 40 {
			names = append(names, fmt.Sprintf("sink%02d", i))
		}
		keys := property.NewKeys(0)
		table, model := NewTable[to](keys), make(modelTable)
		var history []moment
		for n := range 1500 {
			l := link{[]string{"source", Any, "sink00"}[r.IntN(3)], names[2+r.IntN(40)]}
			if r.IntN(3) == 0 {
				table.Remove(l.source, l.sink)
				delete(model, l)
			} else {
				v := linkValue{target: 1 + n/2, kind: r.IntN(len(kinds))}
				set(table, l.source, l.sink, v.target, kinds[v.kind])
				model[l] = v
			}
			if n%30 == 0 {
				history = append(history, moment{table.Snapshot(), model.clone()})
			}
		}
		for i, h := range history {
			if err := compareDeliveries(h.snapshot, h.model, keys, names); err != nil {
				t.Fatalf("seed %d, snapshot %d: %v", seed, i, err)
			}
		}
	}
}

// Many sources make the pages of a snapshot split; none is lost, none is found that is not there.
func TestManySources(t *testing.T) {
	keys := property.NewKeys(0)
	table := NewTable[to](keys)
	const n = 2000
	name := func(i int) string { return fmt.Sprint("source", i) }
	half := table.Snapshot()
	for i := range n {
		set(table, name(i), "sink", i, filter.Filter{})
		if i == n/2-1 {
			half = table.Snapshot()
		}
	}
	whole := table.Snapshot()
	for i := range n {
		if i%10 != 9 {
			table.Remove(name(i), "sink")
		}
	}
	for i := range n {
		for _, c := range []struct {
			s    *Snapshot[to]
			want bool
		}{{half, i < n/2}, {whole, true}, {table.Snapshot(), i%10 == 9}} {
			var got []int
			c.s.Route(name(i)).Own.EachAlways(func(l to) { got = append(got, l.number) })
			if (len(got) == 1) != c.want || c.want && got[0] != i {
				t.Fatalf("source %d: %v, want %v", i, got, c.want)
			}
		}
	}
}

// A snapshot is the same until something changes.
func TestSnapshotsWithoutAChange(t *testing.T) {
	table := NewTable[to](property.NewKeys(0))
	set(table, "a", "b", 1, kinds[1])
	s := table.Snapshot()
	table.Remove("a", "c")
	if table.Snapshot() != s {
		t.Error("another one without a change")
	}
	table.Remove("a", "b")
	if table.Snapshot() == s {
		t.Error("the same one after a change")
	}
}

// An explicit link and one of Any to the same sink deliver once, to the explicit one's target, if
// either filter is true.
func TestAnExplicitLinkBeatsAny(t *testing.T) {
	keys := property.NewKeys(0)
	table := NewTable[to](keys)
	set(table, Any, "sink", 1, kinds[1])
	set(table, "a", "sink", 2, kinds[2])
	for k, want := range map[string][]int{"1": {2}, "2": {2}, "3": {}} {
		if got := deliver(table.Snapshot().Route("a"), keys, k); !slices.Equal(got, want) {
			t.Errorf("k=%s goes to %v, want %v", k, got, want)
		}
	}
	if got := deliver(table.Snapshot().Route("b"), keys, "1"); !slices.Equal(got, []int{1}) {
		t.Error("another source goes to", got)
	}
	if got := deliver(table.Snapshot().Route("sink"), keys, "1"); len(got) != 0 {
		t.Error("the sink of Any is its own source:", got)
	}
	set(table, "sink", "sink", 3, filter.Filter{})
	if got := deliver(table.Snapshot().Route("sink"), keys, ""); !slices.Equal(got, []int{3}) {
		t.Error("an explicit link to itself:", got)
	}
}

// A chain as long as no one should build, first open, then closed to one loop.
func TestLoopOfALongChain(t *testing.T) {
	const n = 100_000
	name := func(i int) string { return fmt.Sprint("m", i) }
	table := NewTable[to](property.NewKeys(0))
	for i := range n - 1 {
		set(table, name(i), name(i+1), i, filter.Filter{})
	}
	if table.Snapshot().Loop(name(0), name(n-1)) {
		t.Fatal("an open chain is no loop")
	}
	set(table, name(n-1), name(0), 0, filter.Filter{})
	closed := table.Snapshot()
	if !closed.Loop(name(0), name(n-1)) || !closed.Loop(name(n/2), name(1)) {
		t.Fatal("a closed chain is a loop")
	}
}

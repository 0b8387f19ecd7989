package index

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index/workload"
)

// indexed are the usual limits, but that no filters are too few for cells.
func indexed() limits {
	l := usualLimits()
	l.few = 0
	return l
}

// put adds filters under the next numbers, to index and model.
func (h *history) put(t *testing.T, filters ...filter.Filter) {
	t.Helper()
	for _, f := range filters {
		id := len(h.model)
		if err := h.index.Add(id, f); err != nil {
			t.Fatal(err)
		}
		h.model[id] = naive{f, filter.Compile(f, h.keys)}
	}
}

// take removes filters, in the order of a map: none.
func (h *history) take(share int) {
	for id, n := range h.model {
		if h.d.roll(share) == 0 {
			h.index.Remove(id, n.filter)
			delete(h.model, id)
		}
	}
}

func (h *history) want(t *testing.T, messages ...[][2]string) {
	t.Helper()
	var views []property.View
	for _, m := range messages {
		views = append(views, viewOf(h.keys, m))
	}
	if err := differ(h.index.Snapshot(), &h.probe, h.model, views); err != nil {
		t.Fatal(err)
	}
}

func someLimits() []limits {
	small := indexed()
	small.few, small.page, small.record, small.block, small.kids, small.small = 1, 64, 64, 64, 3, 1
	return []limits{indexed(), small}
}

// start begins a history with keys for all.
func start(seed uint64, l limits) *history {
	keys := property.NewKeys(0)
	return &history{d: seeded(seed), keys: keys, index: newIndex(keys, l), model: make(scan)}
}

// Many filters that want the same values: with bounds and without, with rests and without.
func TestOneCellOfMany(t *testing.T) {
	for _, l := range someLimits() {
		h := start(1, l)
		for range 1500 {
			h.put(t, h.crowded())
		}
		var messages [][][2]string
		for n := range 110 {
			messages = append(messages, [][2]string{
				{"k", "v"}, {"n", fmt.Sprint(n - 5)}, {"s", fmt.Sprint(n % 4)}, {"o", fmt.Sprint(n % 7)},
			})
		}
		messages = append(messages, [][2]string{{"k", "v"}, {"n", "x"}}, [][2]string{{"k", "w"}})
		h.want(t, messages...)
		before := moment{h.index.Snapshot(), maps.Clone(h.model)}
		for h.index.Len() > 0 {
			h.take(2)
			h.want(t, messages[:20]...)
		}
		h.model = before.model
		h.index.last = before.snapshot
		h.want(t, messages...)
	}
}

// crowded returns a filter of one of two cells.
func (h *history) crowded() filter.Filter {
	low, width := float64(h.d.roll(100)), float64(h.d.roll(30))
	all := []filter.Filter{filter.Equal("k", "v"), filter.Exists("s")}
	switch h.d.roll(4) {
	case 0:
		all = append(all, filter.Greater("n", low))
	case 1:
		all = append(all, filter.Less("n", low))
	case 2:
		all = append(all, filter.AtLeast("n", low), filter.AtMost("n", low+width))
	}
	switch h.d.roll(4) {
	case 0:
		all = append(all, filter.Not(filter.Equal("s", fmt.Sprint(h.d.roll(4)))))
	case 1:
		all = append(all, filter.Less("o", float64(h.d.roll(7))))
	}
	return filter.And(all...)
}

// All cells have one hash: only the values tell them apart.
func TestCollisionsDoNotMatter(t *testing.T) {
	h := start(2, indexed())
	h.index.now.hasher.secret[1] = 0
	h.index.last = nil
	if h.index.now.hasher.final(1) != h.index.now.hasher.final(2) {
		t.Fatal("hashes differ")
	}
	for range 300 {
		h.put(t, h.d.filter(1))
	}
	for range 100 {
		if err := h.compare(moment{h.index.Snapshot(), h.model}, 1); err != nil {
			t.Fatal(err)
		}
	}
}

// A page never grows beyond what a bucket's word can say.
func TestPagesSplitInTime(t *testing.T) {
	l := usualLimits()
	l.page = 1 << 20
	h := start(3, l)
	for i := range 3000 {
		h.put(t, filter.Equal("k", fmt.Sprint(strings.Repeat("x", 100), i)))
	}
	h.want(t, [][2]string{{"k", strings.Repeat("x", 100) + "0"}}, [][2]string{{"k", strings.Repeat("x", 100) + "2999"}},
		[][2]string{{"k", strings.Repeat("x", 100) + "3000"}})
	if h.index.now.pages.count < 2 {
		t.Error("one page only")
	}
}

// Pages come and go with the records.
func TestPagesAreGivenBack(t *testing.T) {
	h := start(4, usualLimits())
	for i := range 5000 {
		h.put(t, filter.Equal("k", fmt.Sprint(i)))
	}
	h.index.Snapshot()
	most := h.index.now.pages.count
	h.take(1)
	if least := h.index.now.pages.count; most < 50 || least > 2 {
		t.Errorf("%d pages, then %d", most, least)
	}
}

// What cannot be laid out in a cell is evaluated all the same.
func TestLargeFilters(t *testing.T) {
	var exist, equal, or []filter.Filter
	var message [][2]string
	for i := range 300 {
		k := fmt.Sprint("k", i)
		exist, equal = append(exist, filter.Exists(k)), append(equal, filter.Equal(k, "v"))
		or = append(or, filter.And(filter.Equal(k, "v"), filter.Less("n", 1)))
		message = append(message, [2]string{k, "v"})
	}
	large := strings.Repeat("y", 70_000)
	for _, l := range someLimits() {
		h := start(5, l)
		h.put(t, filter.Or(or...), filter.And(exist...), filter.And(equal...), filter.And(equal[:20]...),
			filter.Equal("huge", large), filter.Prefix("huge", large[:60_000]), filter.In("huge", large, "z"),
			filter.Not(filter.Equal("huge", large)), filter.Not(filter.Prefix("huge", large)))
		huge := [][2]string{{"huge", large}}
		withoutLast := slices.Concat(message[:99], message[100:]) // k99 is the last in order
		h.want(t, message, message[:20], message[1:], withoutLast, append(message[:1:1], [2]string{"n", "0"}), huge,
			[][2]string{{"huge", large[1:]}}, [][2]string{{"huge", "z"}}, [][2]string{{"huge", large + "z"}}, nil)
		if hits := len(h.model.match(viewOf(h.keys, huge))); hits != 3 {
			t.Error(hits, "hits")
		}
		h.take(1)
		h.want(t, message, huge)
	}
}

// Lists are multiplied out to cells within bounds; beyond them they are tests.
func TestLists(t *testing.T) {
	texts := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprint(i))
		}
		return all
	}
	h := start(6, indexed())
	h.put(t, filter.In("a", texts(1000)...), filter.And(filter.In("a", texts(10)...), filter.In("b", texts(20)...)),
		filter.And(filter.In("a", texts(30)...), filter.In("b", texts(30)...), filter.In("c", texts(30)...)),
		filter.And(filter.In("a", texts(2)...), filter.In("b", texts(1000)...)))
	h.want(t, [][2]string{{"a", "999"}}, [][2]string{{"a", "9"}, {"b", "19"}}, [][2]string{{"a", "9"}, {"b", "20"}},
		[][2]string{{"a", "29"}, {"b", "29"}, {"c", "29"}}, [][2]string{{"a", "29"}, {"b", "29"}, {"c", "30"}},
		[][2]string{{"a", "1"}, {"b", "999"}}, [][2]string{{"a", "2"}, {"b", "999"}})
}

// Messages whose keys differ from one to the next: more shapes than are kept.
func TestShapesWithoutEnd(t *testing.T) {
	h := start(7, usualLimits())
	const keys = 14
	for i := range keys {
		for j := range i {
			h.put(t, filter.And(filter.Equal(fmt.Sprint(i), "v"), filter.Equal(fmt.Sprint(j), "v")))
		}
	}
	var messages [][][2]string
	for range 20_000 / keys {
		var m [][2]string
		for i := range keys {
			if h.d.roll(2) == 0 {
				m = append(m, [2]string{fmt.Sprint(i), "v"})
			}
		}
		messages = append(messages, m)
	}
	h.want(t, messages...)
	s := h.index.Snapshot()
	v := viewOf(h.keys, messages[0])
	hits := s.Match(v, &h.probe, nil)
	for _, m := range messages {
		other := viewOf(h.keys, m)
		if n := testing.AllocsPerRun(1, func() { hits = s.Match(other, &h.probe, hits[:0]) }); n > 6 {
			t.Fatalf("%v allocations for a shape", n)
		}
	}
}

// A key that was not interned when the message was written, or never is, is compared by its bytes.
func TestKeysWithoutNumbers(t *testing.T) {
	keys := property.NewKeys(2)
	old := viewOf(keys, [][2]string{{"a", "1"}, {"b", "1"}, {"c", "1"}})
	h := &history{d: seeded(8), keys: keys, index: newIndex(keys, indexed()), model: make(scan)}
	h.put(t, filter.Equal("a", "1"), filter.Equal("c", "1"), filter.And(filter.Equal("b", "1"), filter.Not(filter.Exists("d"))))
	if hits := h.index.Snapshot().Match(old, &h.probe, nil); len(hits) != 3 {
		t.Error(hits)
	}
	h.want(t, [][2]string{{"c", "1"}, {"a", "1"}}, [][2]string{{"b", "1"}, {"d", "1"}}, [][2]string{{"b", "1"}, {"e", "1"}})
}

// Of a key given twice the first counts, as in property.View.Find.
func TestKeysGivenTwice(t *testing.T) {
	h := start(9, indexed())
	h.put(t, filter.Equal("a", "1"), filter.Equal("a", "2"), filter.Less("a", 2))
	h.want(t, [][2]string{{"a", "1"}, {"a", "2"}}, [][2]string{{"a", "2"}, {"a", "1"}})
}

func TestValuesThatAreNoNumbersAreCountedOnce(t *testing.T) {
	h := start(10, indexed())
	h.put(t, filter.Less("n", 1), filter.EqualNumber("n", 2), filter.And(filter.Equal("k", "v"), filter.Greater("n", 3)))
	s := h.index.Snapshot()
	for i, m := range [][][2]string{{{"n", "x"}, {"k", "v"}}, {{"n", "1"}, {"k", "v"}}, {{"n", ""}}} {
		s.Match(viewOf(h.keys, m), &h.probe, nil)
		if want := [...]uint64{1, 1, 2}[i]; h.probe.NotNumbers != want {
			t.Errorf("after message %d: %d, want %d", i, h.probe.NotNumbers, want)
		}
	}
}

func TestNumbersOfFiltersAreBounded(t *testing.T) {
	ix := New(property.NewKeys(0))
	for _, id := range []int{-1, IDMax + 1} {
		if ix.Add(id, filter.Equal("a", "1")) == nil || ix.Len() != 0 {
			t.Error("no error for", id)
		}
	}
	if err := ix.Add(IDMax, filter.Equal("a", "1")); err != nil {
		t.Error(err)
	}
	var p Probe
	hits := ix.Snapshot().Match(viewOf(ix.keys, [][2]string{{"a", "1"}}), &p, nil)
	if len(hits) != 1 || hits[0] != IDMax {
		t.Error(hits)
	}
}

// Readers match while filters come and go; each match is of the snapshot that it used.
func TestReadersWhileFiltersChange(t *testing.T) {
	h := newHistory(seeded(12))
	var now atomic.Pointer[moment]
	var views []property.View
	for range 50 {
		views = append(views, h.d.message(h.keys))
	}
	publish := func() { now.Store(&moment{h.index.Snapshot(), maps.Clone(h.model)}) }
	publish()
	var done atomic.Bool
	var readers sync.WaitGroup
	for i := range 3 {
		readers.Go(func() {
			var p Probe
			for n := i; !done.Load(); n++ {
				m, at := now.Load(), n%(len(views)-3)
				if err := differ(m.snapshot, &p, m.model, views[at:at+3]); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 3000 {
		h.change(30)
		publish()
	}
	done.Store(true)
	readers.Wait()
}

func TestMatchingAllocatesNothing(t *testing.T) {
	for _, w := range workload.All() {
		b := newBed(w, 3000)
		b.index.limits.small = 1
		s := b.index.Snapshot()
		var p Probe
		var hits []int
		for range 2 {
			s.MatchBatch(b.views[:256], &p)
		}
		i := 0
		if n := testing.AllocsPerRun(100, func() {
			hits = s.Match(b.views[i&255], &p, hits[:0])
			s.MatchBatch(b.views[i&127:i&127+64], &p)
			i++
		}); n > 0 {
			t.Errorf("%s: %v allocations", w.Name, n)
		}
	}
}

func TestScans(t *testing.T) {
	var too []filter.Filter
	for i := range 20 {
		too = append(too, filter.Or(filter.Less(fmt.Sprint("a", i), 1), filter.Less(fmt.Sprint("b", i), 1)))
	}
	for _, c := range []struct {
		f    filter.Filter
		want string
	}{
		{filter.And(filter.Equal("a", "1"), filter.Like("b", "%x")), ""},
		{filter.Like("a", "x%y"), ""},
		{filter.Not(filter.Equal("a", "1")), ""},
		{filter.Not(filter.Exists("a")), ""},
		{filter.Filter{}, ""},
		{filter.Less("a", 1), ""},
		{filter.Like("a", "%x"), `of "a" it says nothing to look up`},
		{filter.Or(filter.Equal("b", "1"), filter.Like("a", "%x")), `of "a" it says nothing to look up`},
		{filter.And(too...), "too many alternatives"},
	} {
		if got := Scans(c.f); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%v: %q, want %q", c.f, got, c.want)
		}
	}
}

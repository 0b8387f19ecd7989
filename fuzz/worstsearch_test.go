package fuzz

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
)

// bench is what a bad filter is tried on.
type bench struct {
	t     *testing.T
	keys  *property.Keys
	shard *arena.Shard
}

// cost is what a bad filter takes, or 0 if it is none.
type cost func(w *bench, b *bad, v property.View) float64

// TestWorst searches, by climbing from many starts, for the filters and messages within the limits
// that take the longest: to match, to match by an index, and to link; and for the filters that an index
// finds the slowest, beside evaluating each. It asserts no time, but that the index and the filters
// agree about whatever it comes across.
func TestWorst(t *testing.T) {
	w := &bench{t: t, keys: property.NewKeys(0)}
	w.shard = shardOf(w.keys, arena.Limits{})
	for _, question := range []struct {
		name, unit string
		starts     []bad
		cost       cost
	}{
		{"match", "ms", suspects, (*bench).match}, {"match by an index", "ms", suspects, (*bench).indexed},
		{"link", "ms", suspects, (*bench).linked},
		{"match many by an index", "times what each alone takes", nil, (*bench).compared},
	} {
		took, what := w.climb(*worst, question.starts, question.cost)
		t.Logf("%s: %.2f %s\n%v", question.name, took, question.unit, what)
	}
}

func timed(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

// best is the shortest of a few, in milliseconds: what else the machine does takes nothing away.
func best(f func()) float64 {
	return min(timed(f), timed(f), timed(f)).Seconds() * 1000
}

func (w *bench) match(b *bad, v property.View) float64 {
	f, ok := b.filter()
	if !ok {
		return 0
	}
	m := filter.Compile(f, w.keys)
	var p filter.Probe
	return best(func() { m.Match(v, &p) })
}

// indexed matches by an index that has the filter among so many that it is no longer a list.
func (w *bench) indexed(b *bad, v property.View) float64 {
	f, ok := b.filter()
	if !ok {
		return 0
	}
	ix := w.index()
	w.add(ix, 0, f)
	s := ix.Snapshot()
	var p index.Probe
	var hits []int
	took := best(func() { hits = s.Match(v, &p, hits[:0]) })
	w.check(hits, []filter.Filter{f}, v)
	return took
}

// compared matches by an index that has many filters, and says how much longer it takes than they do.
func (w *bench) compared(b *bad, v property.View) float64 {
	all := b.set()
	if all == nil {
		return 0
	}
	ix := w.index()
	var matchers []filter.Matcher
	for i, f := range all {
		w.add(ix, i, f)
		matchers = append(matchers, filter.Compile(f, w.keys))
	}
	s := ix.Snapshot()
	var p index.Probe
	var q filter.Probe
	var hits []int
	took := best(func() { hits = s.Match(v, &p, hits[:0]) })
	w.check(hits, all, v)
	return took / best(func() {
		for _, m := range matchers {
			m.Match(v, &q)
		}
	})
}

// check compares what an index found with what the filters say.
func (w *bench) check(hits []int, all []filter.Filter, v property.View) {
	found := make(map[int]bool)
	for _, id := range hits {
		found[id] = true
	}
	var p filter.Probe
	for i, f := range all {
		if matches := filter.Compile(f, w.keys).Match(v, &p) == filter.True; matches != found[i] {
			w.t.Fatalf("%.2000v: %v, found %v, of %s", f, matches, found[i], shown(v))
		}
	}
}

// linked adds the filter to an index and takes it away, with a snapshot between.
func (w *bench) linked(b *bad, _ property.View) float64 {
	f, ok := b.filter()
	if !ok {
		return 0
	}
	ix := w.index()
	return best(func() {
		w.add(ix, 0, f)
		ix.Snapshot()
		ix.Remove(0, f)
	})
}

func (w *bench) index() *index.Index {
	ix := index.New(w.keys)
	for i := range 10 {
		w.add(ix, setMax+i, filter.Equal(fmt.Sprint("other", i), "x"))
	}
	return ix
}

func (w *bench) add(ix *index.Index, id int, f filter.Filter) {
	if err := ix.Add(id, f); err != nil {
		w.t.Fatal(err)
	}
}

// climb starts again from somewhere else whenever it gets no higher for a while.
func (w *bench) climb(long time.Duration, starts []bad, cost cost) (top float64, what *bad) {
	r := rand.New(rand.NewPCG(1, 2))
	what = badAtRandom(r)
	end := time.Now().Add(long)
	for start := 0; time.Now().Before(end); start++ {
		at := badAtRandom(r)
		if start < len(starts) {
			at = &starts[start]
		}
		height := w.try(at, cost)
		for tries := 0; tries < 40 && time.Now().Before(end); tries++ {
			next := at.mutated(r)
			if h := w.try(next, cost); h > height {
				at, height, tries = next, h, 0
			}
		}
		if height = min(height, w.try(at, cost)); height > top {
			top, what = height, at
		}
	}
	for range 10 { // what else the machine did meanwhile was no fault of the filter
		top = min(top, w.try(what, cost))
	}
	return top, what
}

func (w *bench) try(b *bad, cost cost) float64 {
	m := written(w.t, w.shard, b.message(), nil)
	defer m.Release()
	return cost(w, b, m.Properties())
}

func (b *bad) String() string {
	text := b.text(b.length)
	return fmt.Sprintf("%d bytes, %d properties: %.300s …\nof %.60q", len(text), b.keys, text, b.message()["k0"])
}

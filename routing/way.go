package routing

import (
	"slices"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
)

// way is what the routes of one source are made from. The lists stand side by side: first the sinks
// without a filter, then those with one, whose position is their number in the index. What a route
// has of them is not written again: they are copied before, or appended to behind it.
type way[T comparable] struct {
	keys    *property.Keys
	at      map[string]int // position, by sink
	always  int
	sinks   []string
	targets []T
	filters []filter.Filter
	shared  bool // the last route has sinks and targets
	index   *index.Index
}

func newWay[T comparable](keys *property.Keys) *way[T] {
	return &way[T]{keys: keys, at: make(map[string]int)}
}

func (w *way[T]) route() *Route[T] {
	r := &Route[T]{Targets: w.targets, Always: w.always, sinks: w.sinks}
	if w.index != nil {
		r.filters = w.index.Snapshot()
	}
	w.shared = true
	return r
}

// set makes or replaces the link to a sink.
func (w *way[T]) set(sink string, e entry[T]) {
	i, there := w.at[sink]
	if there && e.filter.All() == (i < w.always) {
		w.replace(i, e)
		return
	}
	w.remove(sink)
	if e.filter.All() {
		w.addAlways(sink, e)
	} else {
		w.add(sink, e)
	}
}

func (w *way[T]) replace(i int, e entry[T]) {
	if w.targets[i] != e.target {
		w.own()
		w.targets[i] = e.target
	}
	if i >= w.always {
		w.unlist(i)
		w.filters[i] = e.filter
		w.list(i)
	}
}

// add puts a sink with a filter, or the first one of all, behind the others.
func (w *way[T]) add(sink string, e entry[T]) {
	i := len(w.sinks)
	w.at[sink] = i
	w.sinks, w.targets = append(w.sinks, sink), append(w.targets, e.target)
	w.filters = append(w.filters, e.filter)
	w.list(i)
}

// addAlways puts a sink without a filter where the first one with a filter was, which goes to the
// end.
func (w *way[T]) addAlways(sink string, e entry[T]) {
	i := w.always
	w.always++
	w.add(sink, e)
	if last := len(w.sinks) - 1; last > i {
		w.own()
		w.swap(i, last)
	}
}

func (w *way[T]) remove(sink string) {
	i, there := w.at[sink]
	if !there {
		return
	}
	w.own()
	if i < w.always {
		w.always--
		w.swap(i, w.always)
		i = w.always
	}
	last := len(w.sinks) - 1
	w.swap(i, last)
	w.unlist(last)
	delete(w.at, sink)
	w.sinks, w.targets, w.filters = w.sinks[:last], w.targets[:last], w.filters[:last]
}

// own makes the lists ones that no route has.
func (w *way[T]) own() {
	if w.shared {
		w.sinks, w.targets = slices.Clone(w.sinks), slices.Clone(w.targets)
		w.shared = false
	}
}

func (w *way[T]) swap(i, j int) {
	if i == j {
		return
	}
	w.unlist(i)
	w.unlist(j)
	w.sinks[i], w.sinks[j] = w.sinks[j], w.sinks[i]
	w.targets[i], w.targets[j] = w.targets[j], w.targets[i]
	w.filters[i], w.filters[j] = w.filters[j], w.filters[i]
	w.at[w.sinks[i]], w.at[w.sinks[j]] = i, j
	w.list(i)
	w.list(j)
}

// list enters the filter at a position, if there is one, into the index, and unlist takes it out.
func (w *way[T]) list(i int) {
	if w.filters[i].All() {
		return
	}
	if w.index == nil {
		w.index = index.New(w.keys)
	}
	if err := w.index.Add(i, w.filters[i]); err != nil {
		panic(err) // there are not so many links
	}
}

func (w *way[T]) unlist(i int) {
	if !w.filters[i].All() {
		w.index.Remove(i, w.filters[i])
	}
}

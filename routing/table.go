package routing

import (
	"maps"
	"slices"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// Any is the source that stands for every module but the sink itself.
const Any = "*"

// Table holds the links between named modules and makes snapshots of them. T is what a link leads to.
// A Table belongs to one goroutine at a time; the snapshots it makes are shared.
type Table[T comparable] struct {
	keys  *property.Keys
	links map[string]map[string]entry[T] // by source, then sink
	ways  map[string]*way[T]             // of Any, and of the sources whose route is not that of Any
	stale map[string]bool                // the sources whose ways changed since the last snapshot
	now   *Snapshot[T]                   // the last one
}

type entry[T any] struct {
	target T
	filter filter.Filter
}

// NewTable makes an empty table whose filters intern their keys in keys.
func NewTable[T comparable](keys *property.Keys) *Table[T] {
	return &Table[T]{
		keys:  keys,
		links: make(map[string]map[string]entry[T]),
		ways:  map[string]*way[T]{Any: newWay[T](keys)},
		stale: make(map[string]bool),
		now:   &Snapshot[T]{pages: newPages[T](0), star: &Route[T]{}},
	}
}

// Set makes or replaces the link from source, a module's name or Any, to sink.
func (t *Table[T]) Set(source, sink string, target T, f filter.Filter) {
	if t.links[source] == nil {
		t.links[source] = make(map[string]entry[T])
	}
	t.links[source][sink] = entry[T]{target, f}
	t.changed(source, sink)
}

// Remove takes the link away if it is there.
func (t *Table[T]) Remove(source, sink string) {
	if _, there := t.links[source][sink]; !there {
		return
	}
	delete(t.links[source], sink)
	if len(t.links[source]) == 0 {
		delete(t.links, source)
	}
	t.changed(source, sink)
}

// changed brings the ways up to date with a link.
func (t *Table[T]) changed(source, sink string) {
	if source != Any {
		t.update(source, sink)
		return
	}
	for name := range t.ways {
		t.update(name, sink)
	}
	t.update(sink, sink)
}

// update brings the way of a source up to date with what leads from there to a sink. A source has one
// if it has links of its own or is a sink of Any.
func (t *Table[T]) update(source, sink string) {
	w := t.ways[source]
	_, sinkOfAny := t.links[Any][source]
	wanted := len(t.links[source]) > 0 || sinkOfAny || source == Any
	t.stale[source] = true
	switch {
	case !wanted:
		delete(t.ways, source)
	case w == nil:
		t.lay(source)
	default:
		t.put(w, source, sink)
	}
}

// lay makes the way of a source.
func (t *Table[T]) lay(source string) {
	w := newWay[T](t.keys)
	t.ways[source] = w
	for _, from := range []string{source, Any} {
		for _, sink := range slices.Sorted(maps.Keys(t.links[from])) {
			t.put(w, source, sink)
		}
	}
}

// put brings what leads to a sink up to date: a link of the source's own, or of Any to another module.
// Where both do the message goes there once, if either filter is true, to the target of the source's
// own link.
func (t *Table[T]) put(w *way[T], source, sink string) {
	own, hasOwn := t.links[source][sink]
	any, hasAny := t.links[Any][sink]
	hasAny = hasAny && sink != source
	switch {
	case hasOwn && hasAny:
		w.set(sink, entry[T]{own.target, filter.Or(own.filter, any.filter)})
	case hasOwn:
		w.set(sink, own)
	case hasAny:
		w.set(sink, any)
	default:
		w.remove(sink)
	}
}

// Snapshot returns the links as they stand.
func (t *Table[T]) Snapshot() *Snapshot[T] {
	if len(t.stale) == 0 {
		return t.now
	}
	next := &Snapshot[T]{pages: t.now.pages.copied(), star: t.now.star}
	for source := range t.stale {
		switch w := t.ways[source]; {
		case w == nil:
			next.pages.remove(source)
		case source == Any:
			next.star = w.route()
		default:
			next.pages.set(source, w.route())
		}
	}
	clear(t.stale)
	t.now = next
	return next
}

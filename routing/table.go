package routing

import (
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
	into  map[string]map[string]struct{} // the sources with links of their own, by sink
	ways  map[string]*way[T]             // of Any, and of the sources with links of their own
	stale map[string]struct{}            // the sources whose ways changed since the last snapshot
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
		into:  make(map[string]map[string]struct{}),
		ways:  make(map[string]*way[T]),
		stale: make(map[string]struct{}),
		now:   &Snapshot[T]{},
	}
}

// Set makes or replaces the link from source, a module's name or Any, to sink.
func (t *Table[T]) Set(source, sink string, target T, f filter.Filter) {
	if t.links[source] == nil {
		t.links[source] = make(map[string]entry[T])
	}
	t.links[source][sink] = entry[T]{target, f}
	if source != Any {
		if t.into[sink] == nil {
			t.into[sink] = make(map[string]struct{})
		}
		t.into[sink][source] = struct{}{}
	}
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
	if from := t.into[sink]; source != Any {
		delete(from, source)
		if len(from) == 0 {
			delete(t.into, sink)
		}
	}
	t.changed(source, sink)
}

// changed brings the ways up to date with a link. One of Any is joined to those that other sources
// have to the sink.
func (t *Table[T]) changed(source, sink string) {
	t.update(source, sink)
	if source == Any {
		for from := range t.into[sink] {
			t.update(from, sink)
		}
	}
}

// update brings the way of a source up to date with its link to a sink. Where a link of Any leads
// there too the message goes there once, if either filter is true, to the target of the source's own
// link.
func (t *Table[T]) update(source, sink string) {
	t.stale[source] = struct{}{}
	if len(t.links[source]) == 0 {
		delete(t.ways, source)
		return
	}
	w := t.ways[source]
	if w == nil {
		w = newWay[T](t.keys)
		t.ways[source] = w
	}
	e, there := t.links[source][sink]
	if !there {
		w.remove(sink)
		return
	}
	any, overlaps := t.links[Any][sink]
	overlaps = overlaps && source != Any && source != sink
	if overlaps {
		e.filter = filter.Or(e.filter, any.filter)
	}
	w.set(sink, e, overlaps)
}

// Snapshot returns the links as they stand.
func (t *Table[T]) Snapshot() *Snapshot[T] {
	if len(t.stale) == 0 {
		return t.now
	}
	next := &Snapshot[T]{sources: t.now.sources, bus: t.now.bus}
	for source := range t.stale {
		switch w := t.ways[source]; {
		case source == Any && w == nil:
			next.bus = nil
		case source == Any:
			next.bus = w.part()
		case w == nil:
			next.sources.remove(named(source))
		default:
			next.sources.set(named(source), w.part())
		}
	}
	clear(t.stale)
	t.now = next
	return next
}

package routing

import (
	"maps"
	"slices"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// Any is the source that stands for every module but the sink itself.
const Any = "*"

// Table holds the links between named modules and makes a new Snapshot for each change. T is what
// a link leads to. A Table belongs to one goroutine at a time; the snapshots it makes are shared.
type Table[T any] struct {
	keys  *property.Keys
	links map[string]map[string]entry[T] // by source, then sink
	now   *Snapshot[T]
}

type entry[T any] struct {
	target T
	filter filter.Filter
}

// NewTable makes an empty table whose filters intern their keys in keys.
func NewTable[T any](keys *property.Keys) *Table[T] {
	return &Table[T]{
		keys:  keys,
		links: make(map[string]map[string]entry[T]),
		now:   &Snapshot[T]{pages: newPages[T](0), star: &Route[T]{}},
	}
}

// Snapshot returns the links as they stand.
func (t *Table[T]) Snapshot() *Snapshot[T] { return t.now }

// Set makes or replaces the link from source, a module's name or Any, to sink.
func (t *Table[T]) Set(source, sink string, target T, f filter.Filter) {
	if t.links[source] == nil {
		t.links[source] = make(map[string]entry[T])
	}
	t.links[source][sink] = entry[T]{target, f}
	t.rebuild(source)
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
	t.rebuild(source)
}

// rebuild makes the snapshot in which a link from source has changed.
func (t *Table[T]) rebuild(source string) {
	next := &Snapshot[T]{pages: t.now.pages, star: t.now.star}
	if source == Any {
		next.star = t.route(Any)
		next.pages = newPages[T](0)
		for name := range t.links {
			t.place(next, name)
		}
		for name := range t.links[Any] {
			t.place(next, name)
		}
	}
	t.place(next, source)
	t.now = next
}

// place puts the route of a source into s, or takes it out where the route of Any serves.
func (t *Table[T]) place(s *Snapshot[T], source string) {
	_, sinkOfAny := t.links[Any][source]
	if len(t.links[source]) == 0 && !sinkOfAny {
		s.pages = s.pages.without(source)
		return
	}
	if source != Any {
		s.pages = s.pages.with(source, t.route(source))
	}
}

// route compiles what a source is linked to: its own links, and those of Any to other sinks. Where
// both lead to one sink the message goes there once, if either filter is true, to the target of
// the source's own link.
func (t *Table[T]) route(source string) *Route[T] {
	all := maps.Clone(t.links[source])
	if all == nil {
		all = make(map[string]entry[T])
	}
	for sink, e := range t.links[Any] {
		if sink == source {
			continue
		}
		if own, there := all[sink]; there {
			e = entry[T]{own.target, filter.Or(own.filter, e.filter)}
		}
		all[sink] = e
	}
	return newRoute(all, t.keys)
}

func newRoute[T any](links map[string]entry[T], keys *property.Keys) *Route[T] {
	r := &Route[T]{}
	sinks := slices.Sorted(maps.Keys(links))
	slices.SortStableFunc(sinks, func(a, b string) int {
		return rank(links[a].filter) - rank(links[b].filter)
	})
	for _, sink := range sinks {
		e := links[sink]
		r.sinks = append(r.sinks, sink)
		r.Targets = append(r.Targets, e.target)
		if e.filter.All() {
			r.Always++
			continue
		}
		r.matchers = append(r.matchers, filter.Compile(e.filter, keys))
	}
	return r
}

func rank(f filter.Filter) int {
	if f.All() {
		return 0
	}
	return 1
}

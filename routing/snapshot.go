package routing

import (
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// Snapshot is the links as they stood at one moment. It never changes.
type Snapshot[T any] struct {
	pages pages[T]  // routes of the sources that have links of their own, or are sinks of Any
	star  *Route[T] // of every other source

	once  sync.Once
	loops map[string]int // see findLoops
}

// Route is where messages of one source go. It never changes.
type Route[T any] struct {
	Targets  []T // first those without a filter, then those with one
	Always   int // how many have no filter
	matchers []filter.Matcher
	sinks    []string // names, beside Targets
}

// Match appends to hits the indexes into Targets of those whose filter is true, in order; the
// first Always are not among them, for they always match.
func (r *Route[T]) Match(v property.View, p *filter.Probe, hits []int) []int {
	for i, m := range r.matchers {
		if m.Match(v, p) == filter.True {
			hits = append(hits, r.Always+i)
		}
	}
	return hits
}

// Route returns the route of a source; one without links has a route without targets.
func (s *Snapshot[T]) Route(source string) *Route[T] {
	if r := s.pages.find(source); r != nil {
		return r
	}
	return s.star
}

// Linked tells whether a link leads from source to sink.
func (s *Snapshot[T]) Linked(source, sink string) bool {
	return slices.Contains(s.Route(source).sinks, sink)
}

// Loop tells whether messages that source sends to sink can come back to source along links: the
// two are one module or stand in one strongly connected component. The components are computed
// when the first caller asks, in time proportional to the links.
func (s *Snapshot[T]) Loop(source, sink string) bool {
	if source == sink {
		return true
	}
	s.once.Do(func() { s.loops = findLoops(s) })
	loop := s.loops[source]
	return loop != 0 && loop == s.loops[sink]
}

// pages is a hash table of routes that is changed by copying one page and the list of pages, so
// that snapshots share all the others.
type pages[T any] struct {
	list  [][]pageEntry[T] // a power of two of them, by the hash's low bits
	count int
}

type pageEntry[T any] struct {
	hash   uint64
	source string
	route  *Route[T]
}

// entriesAPage is when the list of pages grows.
const entriesAPage = 8

func newPages[T any](size int) pages[T] {
	n := 1
	for n*entriesAPage < size {
		n *= 2
	}
	return pages[T]{list: make([][]pageEntry[T], n)}
}

func (p pages[T]) find(source string) *Route[T] {
	if p.count == 0 {
		return nil
	}
	hash := xxhash.Sum64String(source)
	for _, e := range p.list[hash&uint64(len(p.list)-1)] {
		if e.hash == hash && e.source == source {
			return e.route
		}
	}
	return nil
}

func (p pages[T]) with(source string, r *Route[T]) pages[T] {
	p = p.without(source)
	if p.count+1 > len(p.list)*entriesAPage {
		p = p.grown()
	}
	hash := xxhash.Sum64String(source)
	at := hash & uint64(len(p.list)-1)
	p.list = slices.Clone(p.list)
	p.list[at] = append(slices.Clip(p.list[at]), pageEntry[T]{hash, source, r})
	p.count++
	return p
}

func (p pages[T]) without(source string) pages[T] {
	if p.find(source) == nil {
		return p
	}
	hash := xxhash.Sum64String(source)
	at := hash & uint64(len(p.list)-1)
	p.list = slices.Clone(p.list)
	p.list[at] = slices.DeleteFunc(slices.Clone(p.list[at]), func(e pageEntry[T]) bool {
		return e.hash == hash && e.source == source
	})
	p.count--
	return p
}

func (p pages[T]) grown() pages[T] {
	wider := newPages[T](2 * (p.count + 1))
	for _, page := range p.list {
		for _, e := range page {
			at := e.hash & uint64(len(wider.list)-1)
			wider.list[at] = append(wider.list[at], e)
		}
	}
	wider.count = p.count
	return wider
}

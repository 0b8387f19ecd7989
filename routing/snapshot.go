package routing

import (
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// Snapshot is the links as they stood at one moment. It never changes.
type Snapshot[T any] struct {
	pages pages[T]  // routes of the sources that have links of their own, or are sinks of Any
	star  *Route[T] // of every other source

	once  sync.Once
	loops map[string]int // see findLoops
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

// InLoop tells whether a message that source sends to some sink can come back to it along links, or
// along more of them that are not the snapshot's: the sinks of each source.
func (s *Snapshot[T]) InLoop(source string, more map[string][]string) bool {
	if len(more) > 0 {
		return s.comesBack(source, more)
	}
	return slices.ContainsFunc(s.Route(source).sinks, func(sink string) bool { return s.Loop(source, sink) })
}

// pages is a hash table of routes that is changed by copying the list of pages, and the pages that
// change, so that snapshots share all the others.
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

func (p *pages[T]) find(source string) *Route[T] {
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

// copied returns pages whose list may be written.
func (p *pages[T]) copied() pages[T] { return pages[T]{slices.Clone(p.list), p.count} }

// set puts a route in. The list is the caller's own.
func (p *pages[T]) set(source string, r *Route[T]) {
	p.remove(source)
	if p.count+1 > len(p.list)*entriesAPage {
		p.grow()
	}
	hash := xxhash.Sum64String(source)
	at := hash & uint64(len(p.list)-1)
	p.list[at] = append(slices.Clip(p.list[at]), pageEntry[T]{hash, source, r})
	p.count++
}

// remove takes a route out. The list is the caller's own.
func (p *pages[T]) remove(source string) {
	if p.find(source) == nil {
		return
	}
	hash := xxhash.Sum64String(source)
	at := hash & uint64(len(p.list)-1)
	p.list[at] = slices.DeleteFunc(slices.Clone(p.list[at]), func(e pageEntry[T]) bool {
		return e.hash == hash && e.source == source
	})
	p.count--
}

func (p *pages[T]) grow() {
	wider := newPages[T](2 * (p.count + 1))
	for _, page := range p.list {
		for _, e := range page {
			at := e.hash & uint64(len(wider.list)-1)
			wider.list[at] = append(wider.list[at], e)
		}
	}
	p.list = wider.list
}

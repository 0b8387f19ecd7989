package routing

import (
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
)

// Part is where one source's own links lead, or those of Any. It never changes. What leads to a sink
// has a number, which it keeps until its target or what it wants changes: links without a filter
// and those with one have numbers of one kind. Nil is a part without links.
type Part[T any] struct {
	sinks    trie[slot]
	always   trie[T] // without a filter, by number
	filtered trie[T] // with one
	filters  *index.Snapshot
	overlaps int // sinks that a link of Any leads to, too

	log     *[]uint32 // only to tell one log from another
	changes []uint32  // numbers whose links changed since the log began, the latest last
}

// slot is what leads to one sink.
type slot struct {
	number   uint32
	always   bool // it has no filter
	overlaps bool // a link of Any leads there, too
}

// Probe is the memory that a goroutine matches with, and what it came across. The zero value is
// ready, for any part.
type Probe = index.Probe

// Len returns how many sinks there are.
func (p *Part[T]) Len() int {
	if p == nil {
		return 0
	}
	return p.sinks.size()
}

// Has tells whether a link leads to the sink.
func (p *Part[T]) Has(sink string) bool {
	if p == nil {
		return false
	}
	_, there := p.sinks.find(named(sink))
	return there
}

// Overlaps tells whether some sink is reached by a link of Any, too: its filters are joined here.
func (p *Part[T]) Overlaps() bool { return p != nil && p.overlaps > 0 }

// Filters tells whether some link has a filter.
func (p *Part[T]) Filters() bool { return p != nil && p.filtered.size() > 0 }

// EachAlways visits the targets of links without a filter.
func (p *Part[T]) EachAlways(visit func(T)) {
	if p != nil {
		p.always.each(func(_ key, target T) { visit(target) })
	}
}

// Target returns the target of a link with a filter, by its number.
func (p *Part[T]) Target(number int) T {
	target, _ := p.filtered.find(numbered(uint32(number)))
	return target
}

// Match appends to hits the numbers of the links whose filter is true, in no particular order; those
// without a filter are not among them.
func (p *Part[T]) Match(v property.View, probe *Probe, hits []int) []int {
	if p == nil {
		return hits
	}
	return p.filters.Match(v, probe, hits)
}

// MatchBatch is Match for several messages at once, which is faster where filters are many. The
// outcome stays in probe: see Probe.Hits.
func (p *Part[T]) MatchBatch(views []property.View, probe *Probe) {
	var filters *index.Snapshot
	if p != nil {
		filters = p.filters
	}
	filters.MatchBatch(views, probe)
}

// Since returns the numbers whose links are not what they were in an older part of the same source,
// some of them more than once. It returns false where that is not known any more: then all may be.
func (p *Part[T]) Since(old *Part[T]) (numbers []uint32, known bool) {
	if p == nil || old == nil || p.log != old.log {
		return nil, p == old
	}
	return p.changes[len(old.changes):], true
}

// names returns the sinks.
func (p *Part[T]) names() []string {
	if p == nil {
		return nil
	}
	names := make([]string, 0, p.Len())
	p.sinks.each(func(k key, _ slot) { names = append(names, k.name) })
	return names
}

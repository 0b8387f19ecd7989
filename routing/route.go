package routing

import (
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
)

// Route is where messages of one source go. It never changes.
type Route[T any] struct {
	Targets []T // first those without a filter, then those with one; otherwise in no order
	Always  int // how many have no filter

	sinks   []string        // names, beside Targets
	filters *index.Snapshot // whose ids are indexes into Targets; nil where there are none
}

// Probe is the memory that a goroutine matches with, and what it came across. The zero value is
// ready, for any routes.
type Probe = index.Probe

// Match appends to hits the indexes into Targets of those whose filter is true, in no particular
// order; the first Always are not among them, for they always match.
func (r *Route[T]) Match(v property.View, p *Probe, hits []int) []int {
	return r.filters.Match(v, p, hits)
}

// MatchBatch is Match for several messages at once, which is faster where filters are many. The
// outcome stays in p: see Probe.Hits.
func (r *Route[T]) MatchBatch(views []property.View, p *Probe) {
	r.filters.MatchBatch(views, p)
}

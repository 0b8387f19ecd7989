package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reason is why a message was dropped on a link.
type reason int

const (
	byNewest reason = iota
	byOldest
	byTimeout
	byCycle
	byClosed
	byCancelled
	byFailure
	reasons
)

// Dropped counts the messages that a link dropped, by reason.
type Dropped struct {
	Newest    uint64 // the sink was full, and the link drops what is newest
	Oldest    uint64 // pushed out by newer ones, on a link that drops what is oldest
	Timeout   uint64 // the sink stayed full for as long as the link waits
	Cycle     uint64 // a handler's or relay's, for a full sink in its own cycle, beyond the overflow's cap
	Closed    uint64 // the sink was being detached or the engine closed
	Cancelled uint64 // the publisher's context was done while it waited
	Failed    uint64 // the handler panicked over it, or its module was quarantined
}

// Total adds the reasons up.
func (d Dropped) Total() (n uint64) {
	for r := range reasons {
		n += *d.of(r)
	}
	return n
}

// String lists the reasons that there were, such as "3 newest, 1 timeout".
func (d Dropped) String() string {
	var parts []string
	for r := range reasons {
		if n := *d.of(r); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, r))
		}
	}
	return strings.Join(parts, ", ")
}

func (d *Dropped) of(r reason) *uint64 {
	return [...]*uint64{
		&d.Newest, &d.Oldest, &d.Timeout, &d.Cycle, &d.Closed, &d.Cancelled, &d.Failed,
	}[r]
}

func (d *Dropped) add(r reason, n uint64) { *d.of(r) += n }

func (d *Dropped) plus(o Dropped) {
	for r := range reasons {
		d.add(r, *o.of(r))
	}
}

// Counts is what became of the messages that a source published while a link was there:
// In = Delivered + Filtered + Dropped.Total() + Left + Queued. Read while messages move, the parts
// are from slightly different moments.
type Counts struct {
	In        uint64 // published by the source
	Delivered uint64 // the handler returned from them
	Filtered  uint64 // not wanted by the link's filter; derived, not counted
	Dropped   Dropped
	Left      uint64 // not delivered when the engine or the module ended
	Queued    uint64 // on their way

	matched uint64
}

func (c *Counts) add(o Counts) {
	c.In += o.In
	c.Delivered += o.Delivered
	c.Dropped.plus(o.Dropped)
	c.Left += o.Left
	c.matched += o.matched
}

// complete derives what is not counted.
func (c Counts) complete() Counts {
	c.Filtered = c.In - min(c.matched, c.In)
	gone := c.Delivered + c.Dropped.Total() + c.Left
	c.Queued = c.matched - min(gone, c.matched)
	return c
}

// LinkStats is the counts of all links from one source to one sink since both were attached.
type LinkStats struct {
	Source, Sink string // the source as the link names it, so it may be "*"
	Counts
}

// Totals counts what is not any one link's.
type Totals struct {
	Published  uint64 // messages for which Publish returned nil or ErrCycle
	Unrouted   uint64 // of those, from a source without any link
	NotNumbers uint64 // values that a filter's numeric comparison could not read
	Unburied   uint64 // dropped messages of which no dead letter could be made for want of memory
	Gone       Counts // the sum over links of modules that are detached
}

// add adds what was counted under the publisher's plan.
func (t *Totals) add(p *Publisher) {
	published := p.published() - p.plan.published
	t.Published += published
	t.NotNumbers += p.notNumbers.Load() - p.plan.notNumbers
	if len(p.plan.targets) == 0 {
		t.Unrouted += published
	}
}

// Stats is an engine's counters.
type Stats struct {
	Totals
	Links []LinkStats // sorted by source, then sink
}

// Stats returns the counters as they stand.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.stats()
}

func (e *Engine) stats() Stats {
	totals := e.totals
	totals.Unburied = e.unburied.Load()
	rows := maps.Clone(e.past)
	add := func(k *link, c Counts) {
		if k.gone {
			totals.Gone.add(c)
			return
		}
		rows[k.name] = rows[k.name].plus(c)
	}
	for _, k := range e.links {
		add(k, k.counts())
	}
	for _, k := range e.retired {
		add(k, k.counts())
	}
	for _, m := range e.modules {
		m.eachLive(&totals, add)
	}
	for m := range e.departed {
		m.eachLive(&totals, add)
	}
	s := Stats{Totals: totals}
	s.Gone = s.Gone.complete()
	for name, c := range rows {
		s.Links = append(s.Links, LinkStats{name.source, name.sink, c.complete()})
	}
	slices.SortFunc(s.Links, func(a, b LinkStats) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Sink, b.Sink))
	})
	return s
}

func (c Counts) plus(o Counts) Counts {
	c.add(o)
	return c
}

// eachLive adds what the module's publishers counted in plans that have not ended.
func (m *Module) eachLive(totals *Totals, add func(*link, Counts)) {
	for p := range m.publishers {
		if p.plan == nil {
			continue
		}
		totals.add(p)
		for _, t := range p.plan.targets {
			add(t.flow.link, p.count(t))
		}
	}
}

// counts adds up the flows of a link. Engine.mu is held.
func (k *link) counts() Counts {
	c := k.settled
	for _, f := range k.flows {
		c.add(f.total())
	}
	return c
}

// total returns what ended plans and the consumer counted. Engine.mu is held.
func (f *flow) total() Counts {
	c := f.counts
	c.Delivered += f.delivered.Load()
	c.Left += f.left.Load()
	c.Dropped.Oldest += f.evicted.Load()
	c.Dropped.Failed += f.failed.Load()
	return c
}

// atRest tells whether no publisher leads here and nothing is queued. Engine.mu is held.
func (f *flow) atRest() bool { return f.users == 0 && f.total().complete().Queued == 0 }

package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/millrace/millrace/internal/atom"
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
	byPanic
	byQuarantine
	byError
	reasons

	firstFailure = byPanic // the reasons from here on are the sink's
)

// Dropped counts the messages that a link dropped, by reason. The last three are the sink's: it could
// not do its work with them, whatever room there was.
type Dropped struct {
	Newest    uint64 // the sink was full, and the link drops what is newest
	Oldest    uint64 // pushed out by newer ones, on a link that drops what is oldest
	Timeout   uint64 // the sink stayed full for as long as the link waits
	Cycle     uint64 // a handler's or relay's, for a full sink in its own cycle, beyond the overflow's cap
	Closed    uint64 // the sink was being detached or the engine closed
	Cancelled uint64 // the publisher's context was done while it waited

	Panic       uint64 // the handler panicked over it, or ended its goroutine with the batch
	Quarantined uint64 // the module was quarantined
	Error       uint64 // the handler said that it failed: see Publisher.Fail
}

// Failed adds up what failed at the sink.
func (d Dropped) Failed() (n uint64) {
	for r := firstFailure; r < reasons; r++ {
		n += *d.of(r)
	}
	return n
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
		&d.Newest, &d.Oldest, &d.Timeout, &d.Cycle, &d.Closed, &d.Cancelled,
		&d.Panic, &d.Quarantined, &d.Error,
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
	Delivered uint64 // the handler returned from them, and did not say that it failed
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
	Published   uint64 // messages for which Publish returned nil or ErrCycle
	Unrouted    uint64 // of those, from a source without any link
	NotNumbers  uint64 // values that a filter's numeric comparison could not read
	LettersLost uint64 // dropped messages of which no dead letter could be made
	Gone        Counts // the sum over links of modules that are detached
}

// Stats is an engine's counters.
type Stats struct {
	Totals
	Links []LinkStats // sorted by source, then sink
}

// Stats returns the counters as they stand.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	s := e.collect()
	e.mu.Unlock()
	return s.complete()
}

// collect returns the counts of all links in no order, some of them in several parts. Engine.mu is
// held, and no longer than for that: publishers may wait for it.
func (e *Engine) collect() Stats {
	e.eachPublisher((*Publisher).settleCount)
	s := Stats{Totals: e.totals, Links: make([]LinkStats, 0, len(e.links)+len(e.past)+len(e.retired))}
	s.LettersLost = e.lettersLost.Load()
	for name, c := range e.past {
		s.Links = append(s.Links, LinkStats{name.source, name.sink, c})
	}
	for _, k := range e.links {
		s.Links = append(s.Links, LinkStats{k.name.source, k.name.sink, k.counts()})
	}
	for k := range e.retired {
		if k.gone {
			s.Gone.add(k.counts())
		} else {
			s.Links = append(s.Links, LinkStats{k.name.source, k.name.sink, k.counts()})
		}
	}
	return s
}

// complete sorts what was collected, adds up the parts and derives what is not counted.
func (s Stats) complete() Stats {
	s.Gone = s.Gone.complete()
	byName := func(a, b LinkStats) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Sink, b.Sink))
	}
	slices.SortFunc(s.Links, byName)
	whole := s.Links[:0]
	for _, l := range s.Links {
		if last := len(whole) - 1; last >= 0 && byName(whole[last], l) == 0 {
			whole[last].add(l.Counts)
		} else {
			whole = append(whole, l)
		}
	}
	for i := range whole {
		whole[i].Counts = whole[i].complete()
	}
	s.Links = whole
	return s
}

// eachPublisher visits all publishers that are not closed. Engine.mu is held.
func (e *Engine) eachPublisher(visit func(*Publisher)) {
	for _, m := range e.modules {
		for p := range m.publishers {
			visit(p)
		}
	}
	for m := range e.departed {
		for p := range m.publishers {
			visit(p)
		}
	}
}

// settleCount adds what was published under the publisher's plan, and was not added before, to the
// totals and the ledgers. Engine.mu is held.
func (p *Publisher) settleCount() {
	n := p.plan
	if n == nil {
		return
	}
	published, notNumbers := p.published(), p.notNumbers.Load()
	more := published - p.settled.published
	totals := &p.engine.totals
	totals.Published += more
	totals.NotNumbers += notNumbers - p.settled.notNumbers
	if n.nowhere {
		totals.Unrouted += more
	}
	p.stand(n, record{published: more})
	p.settled.published, p.settled.notNumbers = published, notNumbers
}

// counts adds up what became of what was published along the link, as far as it is settled. Engine.mu
// is held.
func (k *link) counts() Counts {
	c := k.settled
	c.In += k.ledger.between(k.from, k.until).published
	for g := range k.gaps {
		c.In -= g.of.between(g.from, g.until).published
	}
	for _, f := range k.flows {
		c.add(f.total())
	}
	return c
}

// bump adds to a counter that the caller alone writes.
func bump(c *atom.Uint64, n int) { c.Store(c.Load() + uint64(n)) }

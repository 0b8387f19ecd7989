package engine

import (
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/ring"
	"github.com/millrace/millrace/routing"
)

// plan is a publisher's view of one snapshot: where its source's messages go, and what it counted
// there. It is made when the publisher first publishes under the snapshot; the fast path then costs
// one atomic load to see that the snapshot still stands.
//
// Counters have one writer, the publisher's goroutine; Stats reads them. They are carried over to
// the flows when the plan ends.
type plan struct {
	snapshot   *routing.Snapshot[*link]
	route      *routing.Route[*link]
	targets    []target
	shard      *message.Shard // its messages of before are not the plan's
	before     uint64
	unsealed   atom.Uint64  // messages that no sink wanted, or that another publisher sealed
	probe      filter.Probe // the owner's
	notNumbers atom.Uint64  // of probe, for Stats
}

// target is one sink of a plan.
type target struct {
	flow     *flow
	delivery Delivery
	queue    *queue
	lane     *ring.Shared[entry] // the pair's, or nil
	matched  atom.Uint64         // of a target with a filter
	dropped  [reasons]atom.Uint64
	stage    []entry // of the batch being published
}

// current returns the plan for the snapshot that stands.
func (p *Publisher) current() *plan {
	// SYNC POINT: snapshot. A publish uses the links that stood when it began.
	if s := p.engine.snapshot.Load(); p.plan == nil || p.plan.snapshot != s {
		p.replan()
	}
	return p.plan
}

func (p *Publisher) replan() {
	e := p.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	p.settle()
	s := e.snapshot.Load()
	next := &plan{
		snapshot: s, route: e.routeOf(s, p.module), shard: p.shard, before: p.shard.Counted(),
	}
	next.targets = make([]target, len(next.route.Targets))
	for i, k := range next.route.Targets {
		next.targets[i].lead(k, p.module)
	}
	p.plan = next
}

// routeOf returns where a module's messages go. Engine.mu is held. Those of a detached module go
// nowhere: its name may be another's by now.
func (e *Engine) routeOf(s *routing.Snapshot[*link], m *Module) *routing.Route[*link] {
	if e.modules[m.name] != m {
		return &routing.Route[*link]{}
	}
	return s.Route(m.name)
}

// filters tells whether some target wants only a part of the messages.
func (n *plan) filters() bool { return len(n.targets) > n.route.Always }

// match routes one message; it returns the targets whose filter is true.
func (n *plan) match(v property.View, hits []int) []int {
	hits = n.route.Match(v, &n.probe, hits)
	if n.probe.NotNumbers != n.notNumbers.Load() {
		n.notNumbers.Store(n.probe.NotNumbers)
	}
	return hits
}

// lead makes a target of a link. Engine.mu is held.
func (t *target) lead(k *link, source *Module) {
	t.flow = k.flowOf(source)
	t.flow.users++
	t.delivery = k.delivery
	t.queue = k.sink.queue
	if t.delivery.Overflow == DropOldest {
		t.queue.laneOf(t.flow.pair)
	}
	t.lane = t.flow.pair.lane.Load()
}

// settle ends the publisher's plan: its counts go to the flows. Engine.mu is held.
func (p *Publisher) settle() {
	old := p.plan
	if old == nil {
		return
	}
	p.engine.totals.add(old)
	for i := range old.targets {
		f := old.targets[i].flow
		f.counts.add(old.count(i))
		f.users--
	}
	p.plan = nil
}

// published returns how many messages were published under the plan.
func (n *plan) published() uint64 { return n.shard.Counted() - n.before + n.unsealed.Load() }

// count returns what the plan counted for its i-th target.
func (n *plan) count(i int) Counts {
	t := &n.targets[i]
	c := Counts{In: n.published(), matched: t.matched.Load()}
	if i < n.route.Always {
		c.matched = c.In
	}
	for r := range t.dropped {
		c.Dropped.add(reason(r), t.dropped[r].Load())
	}
	return c
}

// bump adds to a counter that the caller alone writes.
func bump(c *atom.Uint64, n int) { c.Store(c.Load() + uint64(n)) }

package engine

import (
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/ring"
	"github.com/millrace/millrace/routing"
)

// plan is a publisher's view of one snapshot: where its source's messages go. It is made when the
// publisher first publishes under the snapshot; the fast path then costs one atomic load to see that
// the snapshot still stands. Targets that stay pass from plan to plan.
type plan struct {
	snapshot *routing.Snapshot[*link]
	route    *routing.Route[*link]
	targets  []*target // beside route.Targets
	unlooped bool      // the source was found in no loop, not even of links that are going: see relay.go

	published, notNumbers uint64 // the publisher's counts when the plan began
}

// target is one sink of a publisher. Its counters have one writer, the publisher's goroutine; Stats
// reads them. They are carried over to the flow when the target is given up.
type target struct {
	flow     *flow
	delivery Delivery
	queue    *queue
	lane     *ring.Shared[entry] // the pair's, or nil
	always   bool                // it has no filter
	since    uint64              // the publisher's count when it became a target
	plan     *plan               // the latest that it is in
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
	p.replanAt(e.snapshot.Load())
}

// replanAt makes the plan for the snapshot that stands. Engine.mu is held.
func (p *Publisher) replanAt(s *routing.Snapshot[*link]) {
	next := &plan{
		snapshot: s, route: p.engine.routeOf(s, p.module),
		published: p.published(), notNumbers: p.notNumbers.Load(),
	}
	p.aim(next)
	p.settle()
	p.plan = next
}

// aim gives the plan its targets: those of the plan before where they stay as they are. Engine.mu is
// held.
func (p *Publisher) aim(next *plan) {
	next.targets = make([]*target, len(next.route.Targets))
	for i, k := range next.route.Targets {
		t := p.aimed(i, k)
		if t == nil || t.delivery != k.delivery || t.always != (i < next.route.Always) {
			t = p.lead(k, i < next.route.Always)
		}
		t.plan = next
		t.lane = t.flow.pair.lane.Load() // there may be one by now
		next.targets[i] = t
	}
}

// aimed returns the target that the publisher has for a link, which most often is the i-th still.
func (p *Publisher) aimed(i int, k *link) *target {
	if p.plan != nil && i < len(p.plan.targets) && p.plan.targets[i].flow.link == k {
		return p.plan.targets[i]
	}
	return p.led[k]
}

// lead makes a target of a link. Engine.mu is held.
func (p *Publisher) lead(k *link, always bool) *target {
	t := &target{
		flow: k.flowOf(p.module), delivery: k.delivery, queue: k.sink.queue,
		always: always, since: p.published(),
	}
	t.flow.users++
	if t.delivery.Overflow == DropOldest {
		t.queue.laneOf(t.flow.pair)
	}
	p.led[k] = t
	return t
}

// routeOf returns where a module's messages go. Engine.mu is held. Those of a detached module go
// nowhere: its name may be another's by now.
func (e *Engine) routeOf(s *routing.Snapshot[*link], m *Module) *routing.Route[*link] {
	if e.modules[m.name] != m {
		return &routing.Route[*link]{}
	}
	return s.Route(m.name)
}

// settle ends the publisher's plan: the counts of targets that are in no later one go to the flows.
// Engine.mu is held.
func (p *Publisher) settle() {
	old := p.plan
	if old == nil {
		return
	}
	p.engine.totals.add(p)
	for _, t := range old.targets {
		if t.plan != old {
			continue // it passed on
		}
		t.flow.counts.add(p.count(t))
		t.flow.users--
		if p.led[t.flow.link] == t {
			delete(p.led, t.flow.link)
		}
	}
	p.plan = nil
}

// published returns how many messages the publisher's shard has published, ever. Any goroutine may
// call it.
func (p *Publisher) published() uint64 { return p.shard.Counted() + p.unsealed.Load() }

// count returns what was counted for a target.
func (p *Publisher) count(t *target) Counts {
	c := Counts{In: p.published() - t.since, matched: t.matched.Load()}
	if t.always {
		c.matched = c.In
	}
	for r := range t.dropped {
		c.Dropped.add(reason(r), t.dropped[r].Load())
	}
	return c
}

// filters tells whether some target wants only a part of the messages.
func (n *plan) filters() bool { return len(n.targets) > n.route.Always }

// match routes one message; hits are then the targets whose filter is true.
func (p *Publisher) match(v property.View) {
	p.hits = p.plan.route.Match(v, &p.probe, p.hits[:0])
	p.noteNumbers()
}

// matchAll routes the messages of a batch: see routing.Probe.Hits.
func (p *Publisher) matchAll() {
	p.plan.route.MatchBatch(p.views, &p.probe)
	p.noteNumbers()
}

func (p *Publisher) noteNumbers() {
	if p.probe.NotNumbers != p.notNumbers.Load() {
		p.notNumbers.Store(p.probe.NotNumbers)
	}
}

// layOut puts a routed message into the stage of each sink.
func (p *Publisher) layOut(n *plan, m arena.Message, hits []int) {
	for _, t := range n.targets[:n.route.Always] {
		p.put(t, m)
	}
	for _, i := range hits {
		p.put(n.targets[i], m)
	}
}

func (p *Publisher) put(t *target, m arena.Message) {
	if len(t.stage) == 0 {
		p.staged = append(p.staged, t)
	}
	t.stage = append(t.stage, entry{m, t.flow})
}

// bump adds to a counter that the caller alone writes.
func bump(c *atom.Uint64, n int) { c.Store(c.Load() + uint64(n)) }

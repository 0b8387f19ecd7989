package engine

import (
	"github.com/millrace/millrace/routing"
)

// plan is a publisher's view of one snapshot: where its source's messages go. It is made when the
// publisher first publishes under links that lead its source elsewhere; the fast path then costs one
// atomic load to see that the snapshot still stands. Constant but for snapshot, which is the owner's.
type plan struct {
	snapshot *routing.Snapshot[*link]
	route    routing.Route[*link]
	moment   uint64 // that of a snapshot with this route
	nowhere  bool   // no link leads anywhere
	filters  bool   // some link has a filter
	always   []*target
	unlooped *routing.Snapshot[*link] // by which the source was found in no loop: see relay.go
}

// outlet is a publisher's side of one part of its route: its source's own links, or those of Any.
type outlet struct {
	probe   *routing.Probe // what it matches with; nil as long as there was no link with a filter
	targets targets        // of links with a filter
}

// current returns the plan for the snapshot that stands.
func (p *Publisher) current() *plan {
	// SYNC POINT: snapshot. A publish uses the links that stood when it began.
	if s := p.engine.snapshot.Load(); p.plan == nil || p.plan.snapshot != s {
		p.follow(s)
	}
	return p.plan
}

// follow brings the plan up to date with a snapshot. Where the snapshot leads the source as the plan
// does there is nothing to do, and no lock to wait for.
func (p *Publisher) follow(s *routing.Snapshot[*link]) {
	if n := p.plan; n != nil && n.route == s.Route(p.module.name) && !p.module.detached.Load() {
		n.snapshot = s
		return
	}
	p.replan()
}

func (p *Publisher) replan() {
	e := p.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	p.replanAt(e.snapshot.Load())
}

// replanAt makes the plan for the snapshot that stands. Engine.mu is held.
func (p *Publisher) replanAt(s *routing.Snapshot[*link]) {
	e := p.engine
	p.adopt(&plan{snapshot: s, route: e.routeOf(s, p.module), moment: e.moment})
}

// adopt goes over to a plan, with those of the targets that stay as they are. Engine.mu is held.
func (p *Publisher) adopt(next *plan) {
	p.settleCount()
	old := p.plan
	if old == nil {
		old = &plan{}
	}
	next.nowhere = next.route.Empty()
	next.filters = next.route.Own.Filters() || next.route.Any.Filters()
	p.own.revise(old.route.Own, next.route.Own)
	p.any.revise(old.route.Any, next.route.Any)
	if old.route.Own != next.route.Own && (old.route.Own.Overlaps() || next.route.Own.Overlaps()) {
		p.any.end() // which of them are hidden may have changed
	}
	next.always = p.alwaysOf(next.route, old.always)
	p.enter(next)
}

// endPlan gives the plan and all targets up. Engine.mu is held.
func (p *Publisher) endPlan() {
	if p.plan != nil {
		p.adopt(&plan{})
		p.enter(nil)
	}
}

// enter makes a plan the publisher's; nil gives the old one up. Engine.mu is held.
func (p *Publisher) enter(next *plan) {
	if p.plan != nil {
		p.stand(p.plan, record{}.minus(record{plans: 1}))
	}
	if next != nil {
		p.stand(next, record{plans: 1})
	}
	p.plan = next
}

// stand adds to what belongs to a plan's moment: at the source, and on the bus.
func (p *Publisher) stand(n *plan, r record) {
	if n.nowhere {
		return
	}
	p.module.ledger.add(n.moment, r)
	p.engine.bus.add(n.moment, r)
	p.module.plans += r.plans
}

// revise ends the targets whose links are not what they were. Engine.mu is held.
func (o *outlet) revise(old, next *routing.Part[*link]) {
	if old == next {
		return
	}
	if next.Filters() && o.probe == nil {
		o.probe = new(routing.Probe)
	}
	numbers, known := next.Since(old)
	if !known {
		o.end()
	}
	for _, number := range numbers {
		if t := o.targets.take(number); t != nil {
			t.end()
		}
	}
}

// end ends all targets of links with a filter. Engine.mu is held.
func (o *outlet) end() {
	for _, t := range o.targets.takeAll() {
		t.end()
	}
}

// alwaysOf returns the targets without a filter: those that there were where their links stand.
// Engine.mu is held.
func (p *Publisher) alwaysOf(r routing.Route[*link], old []*target) (list []*target) {
	kept := make(map[*link]*target, len(old))
	for _, t := range old {
		kept[t.flow.link] = t
	}
	add := func(k *link) {
		t := kept[k]
		if t == nil {
			t = p.newTarget(k, true)
		}
		delete(kept, k)
		list = append(list, t)
	}
	r.Own.EachAlways(add)
	r.Any.EachAlways(func(k *link) {
		if !r.Hides(k.name.sink) {
			add(k)
		}
	})
	for _, t := range old {
		if kept[t.flow.link] == t {
			t.end()
		}
	}
	return list
}

// bind makes the target for a link with a filter, whose filter was true for the first time.
func (p *Publisher) bind(o *outlet, number int, k *link) *target {
	p.engine.mu.Lock()
	defer p.engine.mu.Unlock()
	t := &target{} // leads nowhere
	if o == &p.own || !p.plan.route.Hides(k.name.sink) {
		t = p.newTarget(k, false)
	}
	o.targets.put(uint32(number), t)
	return t
}

// routeOf returns where a module's messages go. Engine.mu is held. Those of a detached module go
// nowhere: its name may be another's by now.
func (e *Engine) routeOf(s *routing.Snapshot[*link], m *Module) routing.Route[*link] {
	if !e.attached(m) {
		return routing.Route[*link]{}
	}
	return s.Route(m.name)
}

// published returns how many messages the publisher's shard has published, ever. Any goroutine may
// call it.
func (p *Publisher) published() uint64 { return p.shard.Counted() + p.unsealed.Load() }

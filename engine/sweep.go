package engine

import (
	"slices"

	"github.com/millrace/millrace/internal/arena"
)

// What is removed goes on counting for a while: a publisher may be in the middle of a publish that
// began before, and messages may be queued. What is at rest is forgotten here, so that an engine
// whose modules and links come and go does not grow. Its counts stay: by link while both modules
// are attached, summed up in Totals.Gone after that.

// remnant is something that was removed: a link, a gap, a flow of a detached source along a link that
// stands, the memory of a detached module.
type remnant interface {
	// forget forgets it if it is at rest, and tells whether it did. Engine.mu is held.
	forget(e *Engine) bool
}

// remnants are looked at in turn, at each change only a few more than it added: a change costs what
// it changes, however many of them are not at rest.
type remnants struct {
	list  []remnant
	added int // since the last sweep
}

// looksMin is how many remnants a sweep looks at beside twice those that were added.
const looksMin = 8

func (e *Engine) addRemnant(r remnant) {
	e.remnants.list = append(e.remnants.list, r)
	e.remnants.added++
}

// sweep forgets what is at rest. Engine.mu is held.
func (e *Engine) sweep() {
	r := &e.remnants
	for range min(len(r.list), looksMin+2*r.added) {
		first := r.list[0]
		r.list[0] = nil
		if r.list = r.list[1:]; !first.forget(e) {
			r.list = append(r.list, first)
		}
	}
	r.added = 0
}

// forget keeps the counts of a removed link that nobody publishes along and that nothing is on its
// way along.
func (k *link) forget(e *Engine) bool {
	if k.inUse() {
		return false
	}
	for source, f := range k.flows {
		if f.queued() {
			return false
		}
		k.settled.add(f.total())
		delete(k.flows, source)
	}
	for g := range k.gaps {
		g.settleCount() // its plans were the link's, too
	}
	e.keep(k, k.counts())
	k.ledger.end(k.from)
	k.ledger.end(k.until)
	delete(e.retired, k)
	delete(k.sink.links, k)
	if k.source != nil {
		delete(k.source.links, k)
	}
	return true
}

// keep adds a forgotten link's counts to those of its name, or to the total.
func (e *Engine) keep(k *link, c Counts) {
	if k.gone {
		e.totals.Gone.add(c)
		return
	}
	sum := e.past[k.name]
	sum.add(c)
	e.past[k.name] = sum
	k.sink.notePast(k.name)
	if k.source != nil {
		k.source.notePast(k.name)
	}
}

func (m *Module) notePast(name pairName) {
	if m.past == nil {
		m.past = make(map[pairName]struct{})
	}
	m.past[name] = struct{}{}
}

// forget settles the count of a gap that has ended when nobody publishes in it any more.
func (g *gap) forget(*Engine) bool {
	if _, there := g.any.gaps[g]; !there {
		return true // with its link
	}
	if g.of.between(g.from, g.until).plans > 0 {
		return false
	}
	g.settleCount()
	return true
}

// settleCount takes what was published in the gap off its link's count, for good.
func (g *gap) settleCount() {
	g.any.settled.In -= g.of.between(g.from, g.until).published
	g.of.end(g.from)
	g.of.end(g.until)
	delete(g.any.gaps, g)
}

// forget keeps the counts of a detached source's flow along a link that stands.
func (f *flow) forget(*Engine) bool {
	if f.link.flows[f.source] != f {
		return true // with its link
	}
	if f.source.plans > 0 || f.queued() {
		return false
	}
	f.link.settled.add(f.total())
	delete(f.link.flows, f.source)
	return true
}

// orphan is the memory of a detached module.
type orphan struct{ memory *arena.Arena }

func (o orphan) forget(e *Engine) bool {
	if held, _ := o.memory.Held(); held > 0 {
		return false
	}
	delete(e.orphans, o.memory)
	return true
}

// forget takes a module that has ended off the list. What has its name is forgotten, too.
func (e *Engine) forget(m *Module) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.attached(m) {
		return
	}
	delete(e.modules, m.name)
	m.detached.Store(true) // before another module of its name can have links
	if len(m.publishers) > 0 {
		e.departed[m] = struct{}{}
	}
	if held, _ := m.arena.Held(); held > 0 {
		e.orphans[m.arena] = struct{}{}
		e.addRemnant(orphan{m.arena})
	}
	e.forgetNames(m)
	e.forgetPairs(m)
	e.sweep()
}

// forgetNames forgets what is kept by a detached module's name.
func (e *Engine) forgetNames(m *Module) {
	for k := range m.links {
		k.gone = true
	}
	for name := range m.past {
		e.totals.Gone.add(e.past[name])
		delete(e.past, name)
		for _, other := range []string{name.source, name.sink} {
			if o := e.modules[other]; o != nil {
				delete(o.past, name)
			}
		}
	}
}

// forgetPairs forgets what a detached module had together with others.
func (e *Engine) forgetPairs(m *Module) {
	if m.queue != nil {
		for source := range m.queue.pairs {
			delete(source.sinks, m)
		}
		clear(m.queue.pairs)
	}
	for sink := range m.sinks {
		sink.queue.forgetPair(m)
		if k := e.links[pairName{Any, sink.name}]; k != nil && k.flows[m] != nil {
			e.addRemnant(k.flows[m])
		}
	}
	m.sinks = nil
}

// forgetPair closes the lane of a detached source and drops lanes that are drained.
func (q *queue) forgetPair(source *Module) {
	if p := q.pairs[source]; p != nil {
		if l := p.lane.Load(); l != nil {
			l.Close()
		}
		delete(q.pairs, source)
	}
	lanes := *q.lanes.Load()
	if slices.ContainsFunc(lanes, drained) {
		kept := slices.DeleteFunc(slices.Clone(lanes), drained)
		q.lanes.Store(&kept)
	}
}

func drained(l *lane) bool { return l.ring.Drained() }

package engine

import (
	"slices"
)

// What is removed goes on counting for a while: a publisher may be in the middle of a publish that
// began before, and messages may be queued. What is at rest is forgotten here, so that an engine
// whose modules and links come and go does not grow. Its counts stay: by link while both modules
// are attached, summed up in Totals.Gone after that.

// sweep forgets what is at rest. Engine.mu is held.
func (e *Engine) sweep() {
	e.retired = slices.DeleteFunc(e.retired, e.settle)
	for name, k := range e.links {
		if name.source == Any {
			e.settleDeparted(k)
		}
	}
}

// settle tells whether a removed link can be forgotten, and then keeps its counts.
func (e *Engine) settle(k *link) bool {
	for _, f := range k.flows {
		if !f.atRest() {
			return false
		}
	}
	if k.gone {
		e.totals.Gone.add(k.counts())
	} else {
		e.past[k.name] = e.past[k.name].plus(k.counts())
	}
	return true
}

// settleDeparted forgets the flows of detached sources along a link from Any.
func (e *Engine) settleDeparted(k *link) {
	for source, f := range k.flows {
		if e.modules[source.name] != source && f.atRest() {
			k.settled.add(f.total())
			delete(k.flows, source)
		}
	}
}

// forgetPairs forgets what is kept by the name of a detached module. Engine.mu is held.
func (e *Engine) forgetPairs(m *Module) {
	for name, c := range e.past {
		if name.has(m) {
			e.totals.Gone.add(c)
			delete(e.past, name)
		}
	}
	for _, k := range e.retired {
		k.gone = k.gone || k.name.has(m)
	}
	for _, other := range e.modules {
		if other.queue != nil {
			other.queue.forgetPair(m)
		}
	}
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

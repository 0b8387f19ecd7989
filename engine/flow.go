package engine

import (
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/ring"
)

// pair is a source module and a sink: the unit of order. Its messages stand in up to three queues
// of the sink: see queue.
type pair struct {
	lane       atom.Pointer[ring.Shared[entry]] // made when the pair first drops its oldest
	overflowed atom.Int64                       // messages in the queue's overflow
}

// flow is what one source module sends along one link: there is one as soon as some message is to go
// there. It has all counts of what went there, but for what its targets still count.
//
// Field ledger: targets and counts by whoever has Engine.mu; evicted by publishers of the same pair;
// what follows by the sink's consumer only.
type flow struct {
	link    *link
	source  *Module
	sink    *Module
	pair    *pair
	targets []*target // that lead here
	counts  Counts    // what targets counted that no longer do

	evicted   atom.Uint64
	delivered atom.Uint64
	left      atom.Uint64
	failed    [reasons - firstFailure]atom.Uint64 // by reason
}

// flowOf returns the flow of a source along a link. Engine.mu is held.
func (e *Engine) flowOf(k *link, source *Module) *flow {
	if f := k.flows[source]; f != nil {
		return f
	}
	f := &flow{link: k, source: source, sink: k.sink, pair: e.pairOf(source, k.sink)}
	if k.flows == nil {
		k.flows = make(map[*Module]*flow)
	}
	k.flows[source] = f
	if !e.attached(source) {
		e.addRemnant(f)
	}
	return f
}

// attached tells whether a module is, and not another one of its name. Engine.mu is held.
func (e *Engine) attached(m *Module) bool { return e.modules[m.name] == m }

// pairOf returns the pair of two modules. One that is not attached any more leaves nothing behind at
// the other. Engine.mu is held.
func (e *Engine) pairOf(source, sink *Module) *pair {
	if !e.attached(source) || !e.attached(sink) {
		return &pair{}
	}
	if source.sinks == nil {
		source.sinks = make(map[*Module]struct{})
	}
	source.sinks[sink] = struct{}{}
	return sink.queue.pairOf(source)
}

// laneOf returns the pair's own ring, made if need be; one that nobody would end takes nothing.
// Engine.mu is held.
func (e *Engine) laneOf(f *flow) *ring.Shared[entry] {
	l := f.pair.lane.Load()
	switch {
	case l != nil:
	case e.attached(f.source):
		l = f.sink.queue.laneOf(f.pair)
	default:
		l = ring.NewShared[entry](2)
		l.Close()
		f.pair.lane.Store(l)
	}
	return l
}

// total returns what was counted, but for In, which is the link's: see ledger. Engine.mu is held.
func (f *flow) total() Counts {
	c := f.counts
	for _, t := range f.targets {
		c.add(t.count())
	}
	c.Delivered += f.delivered.Load()
	c.Left += f.left.Load()
	c.Dropped.Oldest += f.evicted.Load()
	for i := range f.failed {
		c.Dropped.add(firstFailure+reason(i), f.failed[i].Load())
	}
	return c
}

// queued tells whether something is on its way. Engine.mu is held.
func (f *flow) queued() bool { return f.total().complete().Queued > 0 }

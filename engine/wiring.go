package engine

import (
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// next returns the moment of the change that is being made.
func (e *Engine) next() uint64 { return e.moment + 1 }

// newLink makes a pair's link, from the next moment on. It has no terms yet.
func (e *Engine) newLink(name pairName, source, sink *Module) *link {
	k := &link{name: name, source: source, sink: sink, ledger: &e.bus, from: e.next()}
	if source != nil {
		k.ledger = &source.ledger
		source.links.add(k)
	}
	sink.links.add(k)
	k.ledger.begin(k.from)
	e.links[name] = k
	e.openGaps(k)
	return k
}

// remove takes a link away; its counts stay until sweep finds them at rest.
func (e *Engine) remove(k *link) {
	delete(e.links, k.name)
	e.table.Remove(k.name.source, k.name.sink)
	k.until = e.next()
	k.ledger.begin(k.until)
	e.closeGaps(k)
	e.retired.add(k)
	e.addRemnant(k)
}

// gap is a stretch of time in which what a source published did not go along a link from Any: all
// the time for the sink itself, and while the source has a link of its own to the sink for others.
type gap struct {
	any   *link
	own   *link   // the source's; nil for the sink itself
	of    *ledger // the source's
	from  uint64
	until uint64 // zero while it lasts
}

func (e *Engine) openGaps(k *link) {
	switch any := e.links[pairName{Any, k.name.sink}]; {
	case k.source == nil:
		e.openGap(k, nil, &k.sink.ledger)
		for own := range k.sink.links {
			if own.sink == k.sink && own.until == 0 {
				e.besides(k, own)
			}
		}
	case any != nil:
		e.besides(any, k)
	}
}

// besides notes that a source's own link stands beside one from Any.
func (e *Engine) besides(any, own *link) {
	if own.source != nil && own.source != own.sink {
		own.beside = e.openGap(any, own, own.ledger)
	}
}

func (e *Engine) openGap(any, own *link, of *ledger) *gap {
	g := &gap{any: any, own: own, of: of, from: e.next()}
	of.begin(g.from)
	if any.gaps == nil {
		any.gaps = make(map[*gap]struct{})
	}
	any.gaps[g] = struct{}{}
	return g
}

// closeGaps ends the gaps of a link from Any, or the one beside another link.
func (e *Engine) closeGaps(k *link) {
	if k.beside != nil {
		e.closeGap(k.beside)
	}
	for g := range k.gaps {
		if g.until == 0 {
			e.closeGap(g)
		}
	}
}

func (e *Engine) closeGap(g *gap) {
	g.until = e.next()
	g.of.begin(g.until)
	if g.own != nil {
		g.own.beside = nil
	}
	e.addRemnant(g)
}

// unlinkAll removes every link of a module and stops it.
func (e *Engine) unlinkAll(m *Module) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.modules[m.name] != m {
		return // detached before
	}
	for k := range m.links {
		if k.until == 0 {
			e.remove(k)
		}
	}
	e.swap()
	m.stop()
}

// swap makes the table's snapshot the one that publishers use.
func (e *Engine) swap() {
	next := e.table.Snapshot()
	if next == e.snapshot.Load() {
		return
	}
	e.moment++
	// SYNC POINT: snapshot. A publish that begins after this store uses the new links.
	e.snapshot.Store(next)
	for p := range e.relays {
		p.module.arena.Nudge() // a claim that waits asks its gate again
	}
	e.waiting.wakeAll()
}

// waiting is the sinks at which publishers wait for room: all of them ask again whether they may when
// the links change.
type waiting struct {
	count atom.Int32 // of publishers
	mu    park.Mutex
	rooms map[*park.WaitQueue]int // and how many at each; guarded by mu
}

// join counts the caller in. It looks at the links once more after that.
func (w *waiting) join(room *park.WaitQueue) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rooms == nil {
		w.rooms = make(map[*park.WaitQueue]int)
	}
	w.rooms[room]++
	// SYNC POINT: waiting. A publisher about to wait counts itself, then reads the snapshot.
	w.count.Add(1)
}

func (w *waiting) leave(room *park.WaitQueue) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count.Add(-1)
	if w.rooms[room]--; w.rooms[room] == 0 {
		delete(w.rooms, room)
	}
}

func (w *waiting) wakeAll() {
	// SYNC POINT: waiting. The snapshot was stored before this load.
	if w.count.Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for room := range w.rooms {
		room.WakeAll()
	}
}

// linkSet is links of one module. Nil is empty.
type linkSet map[*link]struct{}

func (s *linkSet) add(k *link) {
	if *s == nil {
		*s = make(linkSet)
	}
	(*s)[k] = struct{}{}
}

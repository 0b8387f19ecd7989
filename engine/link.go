package engine

import (
	"fmt"
	"slices"
	"time"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/ring"
	"github.com/millrace/millrace/routing"
)

// Any as a link's source stands for every module but the sink.
const Any = routing.Any

// Overflow says what happens to a message that finds the sink's ring full.
type Overflow int

// The overflow policies.
const (
	// Block makes the publisher wait. A handler never waits for a sink from which its own messages
	// can come back: see the package comment.
	Block Overflow = iota
	// DropNewest drops the message that found no room.
	DropNewest
	// DropOldest drops the oldest message of the same source to the same sink. Such a pair has a
	// ring of its own, of the sink's capacity, so that nobody else's message is dropped.
	DropOldest
)

// String returns the policy's name in gateway documents.
func (o Overflow) String() string {
	switch o {
	case Block:
		return "block"
	case DropNewest:
		return "drop_newest"
	case DropOldest:
		return "drop_oldest"
	}
	return fmt.Sprintf("Overflow(%d)", int(o))
}

// Delivery is how a link treats a full sink. The zero value blocks.
type Delivery struct {
	Overflow Overflow
	Timeout  time.Duration // for Block: how long at most, then the message is dropped; 0: for ever
}

// Link leads messages from one module, or from Any, to another.
type Link struct {
	Source, Sink string
	Filter       filter.Filter // zero: every message
	Delivery     Delivery
}

// link is all links from one source to one sink. Guarded by Engine.mu but for what is constant.
type link struct {
	name     pairName // constant
	sink     *Module  // constant
	delivery Delivery
	filters  []filter.Filter
	accept   *filter.Filter // the sink's, for a link from Any
	explicit bool           // made by Link, not by Accept alone
	flows    map[*Module]*flow
	settled  Counts // of flows of detached sources
	gone     bool   // removed, and one of its modules is detached: counted in Totals.Gone
}

// Link adds a link between attached modules: Apply with that link alone.
func (e *Engine) Link(l Link) error { return e.Apply(Change{Link: []Link{l}}) }

// Unlink removes all links from source to sink that Link made: Apply with that pair alone.
func (e *Engine) Unlink(source, sink string) error {
	return e.Apply(Change{Unlink: []Pair{{source, sink}}})
}

func (d Delivery) check() error {
	if d.Overflow < Block || d.Overflow > DropOldest || d.Timeout < 0 {
		return fmt.Errorf("%w: %v, timeout %v", ErrDelivery, d.Overflow, d.Timeout)
	}
	if d.Timeout > 0 && d.Overflow != Block {
		return fmt.Errorf("%w: %v has no timeout", ErrDelivery, d.Overflow)
	}
	return nil
}

// ends checks that a link can lead from source to sink, and returns the sink.
func (e *Engine) ends(source, sink string) (*Module, error) {
	if e.state.Load() != running {
		return nil, ErrClosed
	}
	if source != Any && e.modules[source] == nil {
		return nil, fmt.Errorf("%w: module %q (source of a link to %q)", ErrUnknown, source, sink)
	}
	m := e.modules[sink]
	if m == nil {
		return nil, fmt.Errorf("%w: module %q (sink of a link from %q)", ErrUnknown, sink, source)
	}
	if m.out == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoHandler, sink)
	}
	if m.stopped.Load() || (source != Any && e.modules[source].stopped.Load()) {
		return nil, fmt.Errorf("%w: a module of the link is being detached", ErrClosed)
	}
	return m, nil
}

// linkTo returns the pair's link, or a new one that is not installed yet.
func (e *Engine) linkTo(source string, sink *Module) *link {
	name := pairName{source, sink.name}
	if k := e.links[name]; k != nil {
		return k
	}
	return &link{name: name, sink: sink, flows: make(map[*Module]*flow)}
}

func (k *link) add(l Link) error {
	same := func(f filter.Filter) bool { return f.String() == l.Filter.String() }
	if slices.ContainsFunc(k.filters, same) {
		return fmt.Errorf("%w: link %s -> %s with this filter", ErrDuplicate, l.Source, l.Sink)
	}
	if k.explicit && k.delivery != l.Delivery {
		return fmt.Errorf("%w: %s -> %s has %v already", ErrDelivery, l.Source, l.Sink, k.delivery.Overflow)
	}
	k.explicit, k.delivery = true, l.Delivery
	k.filters = append(k.filters, l.Filter)
	return nil
}

// accept makes or widens the link from Any by which a module takes from the bus.
func (e *Engine) accept(m *Module, f filter.Filter) {
	k := e.linkTo(Any, m)
	k.accept = &f
	e.install(k)
}

func (e *Engine) install(k *link) {
	e.links[k.name] = k
	e.table.Set(k.name.source, k.name.sink, k, k.filter())
}

func (k *link) filter() filter.Filter {
	all := slices.Clone(k.filters)
	if k.accept != nil {
		all = append(all, *k.accept)
	}
	return filter.Or(all...)
}

// remove takes the link out of the table; its counts stay until sweep finds them at rest.
func (e *Engine) remove(k *link) {
	delete(e.links, k.name)
	e.table.Remove(k.name.source, k.name.sink)
	e.retired = append(e.retired, k)
}

// unlinkAll removes every link of a module and stops it.
func (e *Engine) unlinkAll(m *Module) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.modules[m.name] != m {
		return // detached before
	}
	for name, k := range e.links {
		if name.has(m) {
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
	// SYNC POINT: snapshot. A publish that begins after this store uses the new links.
	e.snapshot.Store(next)
	for p := range e.relays {
		p.module.arena.Nudge() // a claim that waits asks its gate again
	}
	// SYNC POINT: blocked. A handler about to wait counts itself, then reads the snapshot.
	if e.blocked.Load() == 0 {
		return
	}
	for _, m := range e.modules {
		if m.queue != nil {
			m.queue.main.Room().WakeAll()
		}
	}
}

// pair is a source module and a sink: the unit of order. Its messages stand in up to three queues
// of the sink: see queue.
type pair struct {
	lane    atom.Pointer[ring.Shared[entry]] // made when the pair first drops its oldest
	spilled atom.Int64                       // messages in the queue's spill
}

// flow is what one source module sends along one link.
type flow struct {
	link      *link
	source    *Module
	sink      *Module
	pair      *pair
	users     int         // plans that lead here; guarded by Engine.mu
	counts    Counts      // what ended plans counted; guarded by Engine.mu
	evicted   atom.Uint64 // by publishers of the same pair
	delivered atom.Uint64 // sink's consumer only
	left      atom.Uint64 // sink's consumer only
	failed    atom.Uint64 // sink's consumer only
}

// flowOf returns the flow of a source along a link. Engine.mu is held.
func (k *link) flowOf(source *Module) *flow {
	f := k.flows[source]
	if f == nil {
		f = &flow{link: k, source: source, sink: k.sink, pair: k.sink.queue.pairOf(source)}
		k.flows[source] = f
	}
	return f
}

package engine

import (
	"fmt"
	"slices"
	"time"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/routing"
)

// Any as a link's source stands for every module but the sink: also for the one that dead letters come
// from, see Engine.DeadLetter.
const Any = routing.Any

// FullPolicy says what happens to a message that finds the sink's ring full.
type FullPolicy int

// The full policies.
const (
	// Block makes the publisher wait. A handler never waits for a sink from which its own messages
	// can come back: see the package comment.
	Block FullPolicy = iota
	// DropNewest drops the message that found no room.
	DropNewest
	// DropOldest drops the oldest message of the same source to the same sink. Such a pair has a
	// ring of its own, of the sink's capacity, so that nobody else's message is dropped.
	DropOldest
)

// String returns the policy's name in gateway documents.
func (o FullPolicy) String() string {
	switch o {
	case Block:
		return "block"
	case DropNewest:
		return "drop_newest"
	case DropOldest:
		return "drop_oldest"
	}
	return fmt.Sprintf("FullPolicy(%d)", int(o))
}

// Delivery is how a link treats a full sink. The zero value blocks.
type Delivery struct {
	WhenFull FullPolicy
	Timeout  time.Duration // for Block: how long at most, then the message is dropped; 0: for ever
}

// Link leads messages from one module, or from Any, to another.
type Link struct {
	Source, Sink string
	Filter       filter.Filter // zero: every message
	Delivery     Delivery
}

// link is all links from one source to one sink. Guarded by Engine.mu but for what is constant: name,
// source, sink, and, once publishers may see it, delivery.
type link struct {
	name   pairName
	source *Module // nil for Any
	sink   *Module
	terms
	ledger  *ledger // of what is published along it: the source's, or the bus's
	from    uint64  // the moment in which it appeared
	until   uint64  // that in which it was removed; zero while it stands
	flows   map[*Module]*flow
	gaps    map[*gap]struct{} // of a link from Any: what was not published along it
	beside  *gap              // of a module's own link, beside one from Any
	settled Counts            // what no flow or gap counts any more
	gone    bool              // removed, and one of its modules is detached: counted in Totals.Gone
}

// Link adds a link between attached modules: Apply with that link alone.
func (e *Engine) Link(l Link) error { return e.Apply(Change{Link: []Link{l}}) }

// Unlink removes all links from source to sink that Link made: Apply with that pair alone.
func (e *Engine) Unlink(source, sink string) error {
	return e.Apply(Change{Unlink: []Pair{{source, sink}}})
}

func (d Delivery) check() error {
	if d.WhenFull < Block || d.WhenFull > DropOldest || d.Timeout < 0 {
		return fmt.Errorf("%w: %v, timeout %v", ErrDelivery, d.WhenFull, d.Timeout)
	}
	if d.Timeout > 0 && d.WhenFull != Block {
		return fmt.Errorf("%w: %v has no timeout", ErrDelivery, d.WhenFull)
	}
	return nil
}

// ends checks that a link can lead from source to sink, and returns the two; nil for Any.
func (e *Engine) ends(from, to string) (source, sink *Module, err error) {
	if e.state.Load() != running {
		return nil, nil, ErrClosed
	}
	source, sink = e.modules[from], e.modules[to]
	switch {
	case source == nil && from != Any:
		return nil, nil, fmt.Errorf("%w: module %q (source of a link to %q)", ErrUnknown, from, to)
	case sink == nil:
		return nil, nil, fmt.Errorf("%w: module %q (sink of a link from %q)", ErrUnknown, to, from)
	case sink.out == nil:
		return nil, nil, fmt.Errorf("%w: %s", ErrNoHandler, to)
	case sink.stopped.Load() || source != nil && source.stopped.Load():
		return nil, nil, fmt.Errorf("%w: a module of the link is being detached", ErrClosed)
	}
	return source, sink, nil
}

// accept makes the link from Any by which a module takes from the bus.
func (e *Engine) accept(m *Module, f filter.Filter) {
	e.adopt(&proposal{name: pairName{Any, m.name}, sink: m, terms: terms{accept: &f}})
	e.swap()
}

// filter joins what the links of the pair want.
func (t terms) filter() filter.Filter {
	all := t.filters
	if t.accept != nil {
		all = append(slices.Clip(all), *t.accept)
	}
	return filter.Or(all...)
}

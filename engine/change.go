package engine

import (
	"fmt"
	"slices"

	"github.com/millrace/millrace/filter"
)

// Pair names a source, a module or Any, and a sink.
type Pair struct{ Source, Sink string }

// Change is what Apply does to the links, in this order.
type Change struct {
	Unlink []Pair // take away all links of the pair that Link or Apply made
	Link   []Link // add these
}

// Apply changes links all at once or, with an error, not at all: every publish uses the links as they
// stood before or as they stand after. A publish that began before may still arrive by links that
// are gone; none that begins after Apply returned does. Links that the change does not name run on
// untouched. To change a link's filter or delivery, name its pair in both lists.
//
// Several links of one pair deliver a message once, if any filter is true; they must agree on the
// delivery. A module's own link beats one from Any in the delivery.
func (e *Engine) Apply(c Change) error {
	for _, l := range c.Link {
		if err := l.Delivery.check(); err != nil {
			return err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	before := e.remember(c)
	if err := e.change(c); err != nil {
		e.restore(before)
		return err
	}
	e.swap()
	e.sweep()
	return nil
}

// change makes the changes one after the other. Until swap no publisher sees them.
func (e *Engine) change(c Change) error {
	for _, p := range c.Unlink {
		if err := e.unlink(pairName{p.Source, p.Sink}); err != nil {
			return err
		}
	}
	for _, l := range c.Link {
		if err := e.link(l); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) link(l Link) error {
	sink, err := e.ends(l.Source, l.Sink)
	if err != nil {
		return err
	}
	k := e.linkTo(l.Source, sink)
	if err := k.add(l); err != nil {
		return err
	}
	e.install(k)
	return nil
}

func (e *Engine) unlink(name pairName) error {
	k := e.links[name]
	if k == nil || !k.explicit {
		return fmt.Errorf("%w: link %s -> %s", ErrUnknown, name.source, name.sink)
	}
	e.remove(k)
	if k.accept != nil { // what the module accepts from the bus stays
		e.accept(k.sink, *k.accept)
	}
	return nil
}

// remembered is how a pair's link was before a change.
type remembered struct {
	link     *link // nil: there was none
	delivery Delivery
	filters  []filter.Filter
	explicit bool
}

type memory struct {
	links   map[pairName]remembered
	retired []*link
}

// remember keeps what a change may touch.
func (e *Engine) remember(c Change) memory {
	m := memory{links: make(map[pairName]remembered), retired: slices.Clip(e.retired)}
	for _, p := range c.Unlink {
		m.keep(e, pairName{p.Source, p.Sink})
	}
	for _, l := range c.Link {
		m.keep(e, pairName{l.Source, l.Sink})
	}
	return m
}

func (m *memory) keep(e *Engine, name pairName) {
	was := remembered{}
	if k := e.links[name]; k != nil {
		was = remembered{k, k.delivery, slices.Clip(k.filters), k.explicit}
	}
	m.links[name] = was
}

// restore puts the links back as they were.
func (e *Engine) restore(m memory) {
	e.retired = m.retired
	for name, was := range m.links {
		if was.link == nil {
			delete(e.links, name)
			e.table.Remove(name.source, name.sink)
			continue
		}
		k := was.link
		k.delivery, k.filters, k.explicit = was.delivery, was.filters, was.explicit
		e.install(k)
	}
}

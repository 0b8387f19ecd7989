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
	next, err := e.propose(c)
	if err != nil {
		return err
	}
	for _, p := range next {
		e.adopt(p)
	}
	e.swap()
	e.sweep()
	return nil
}

// proposal is what a change makes of the links of one pair. Nothing has changed yet.
type proposal struct {
	name     pairName
	source   *Module // nil for Any
	sink     *Module
	old      *link // nil: there is none
	replaced bool  // the old link goes, and a new one comes in its place if there is anything to it
	terms
}

// terms are what the links of a pair ask for.
type terms struct {
	delivery Delivery
	filters  []filter.Filter
	texts    map[string]struct{} // of filters
	accept   *filter.Filter      // the sink's, for a link from Any
	explicit bool                // made by Link, not by Accept alone
}

// proposed is the pairs of a change, each once, in the order in which it names them first.
type proposed struct {
	list []*proposal
	at   map[pairName]*proposal
}

func (e *Engine) propose(c Change) ([]*proposal, error) {
	all := proposed{at: make(map[pairName]*proposal)}
	for _, p := range c.Unlink {
		if err := all.of(e, pairName{p.Source, p.Sink}).unlink(); err != nil {
			return nil, err
		}
	}
	for _, l := range c.Link {
		source, sink, err := e.ends(l.Source, l.Sink)
		if err != nil {
			return nil, err
		}
		p := all.of(e, pairName{l.Source, l.Sink})
		p.source, p.sink = source, sink
		if err := p.link(l); err != nil {
			return nil, err
		}
	}
	return all.list, nil
}

// of returns the proposal for a pair.
func (all *proposed) of(e *Engine, name pairName) *proposal {
	p := all.at[name]
	if p == nil {
		p = &proposal{name: name, old: e.links[name]}
		if k := p.old; k != nil {
			p.source, p.sink, p.terms = k.source, k.sink, k.copied()
		}
		all.at[name] = p
		all.list = append(all.list, p)
	}
	return p
}

// copied returns terms that may be changed.
func (t terms) copied() terms {
	t.filters = slices.Clip(t.filters)
	texts := t.texts
	t.texts = make(map[string]struct{}, len(texts)+1)
	for text := range texts {
		t.texts[text] = struct{}{}
	}
	return t
}

// unlink takes all links away but what the sink accepts from the bus.
func (p *proposal) unlink() error {
	if !p.explicit {
		return fmt.Errorf("%w: link %s -> %s", ErrUnknown, p.name.source, p.name.sink)
	}
	p.replaced, p.terms = true, terms{accept: p.accept}
	return nil
}

func (p *proposal) link(l Link) error {
	text := l.Filter.String()
	if _, there := p.texts[text]; there {
		return fmt.Errorf("%w: link %s -> %s with this filter", ErrDuplicate, l.Source, l.Sink)
	}
	if p.explicit && p.delivery != l.Delivery {
		return fmt.Errorf("%w: %s -> %s has %v already", ErrDelivery, l.Source, l.Sink, p.delivery.WhenFull)
	}
	if p.delivery != l.Delivery {
		p.replaced = true // a link's delivery never changes
	}
	p.explicit, p.delivery = true, l.Delivery
	p.filters = append(p.filters, l.Filter)
	if p.texts == nil {
		p.texts = make(map[string]struct{})
	}
	p.texts[text] = struct{}{}
	return nil
}

// adopt makes of the pair's links what is proposed. Until swap no publisher sees it.
func (e *Engine) adopt(p *proposal) {
	k := p.old
	if k != nil && p.replaced {
		e.remove(k)
		k = nil
	}
	if !p.explicit && p.accept == nil {
		return
	}
	if k == nil {
		k = e.newLink(p.name, p.source, p.sink)
	}
	k.terms = p.terms
	e.table.Set(k.name.source, k.name.sink, k, k.filter())
}

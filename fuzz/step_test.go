package fuzz

import (
	"errors"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
)

var moduleNames = []string{"a", "b", "c", "d"}

func (w *world) name() string { return pick(w.steps, moduleNames...) }

func (w *world) step() {
	switch w.steps.next(16) {
	case 0:
		w.attach()
	case 1:
		w.detach()
	case 2, 3, 4:
		w.link()
	case 5:
		w.unlink()
	case 6:
		w.apply()
	case 7:
		w.quarantine()
	case 8:
		w.deadLetter()
	case 9:
		w.publishMeanwhile()
	case 10:
		w.look()
	default:
		w.publish()
	}
}

// allow fails the test for an error that is not among those that may be.
func (w *world) allow(err error, may ...error) {
	w.t.Helper()
	for _, m := range may {
		if errors.Is(err, m) {
			return
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) attach() {
	name := w.name()
	var h engine.Handler
	if kind := w.steps.next(7); kind > 0 {
		h = w.handler(name, kind)
	}
	o := engine.ModuleOptions{Capacity: 1 + w.steps.next(8), OnPanic: func(p engine.Panic) { w.panicked(p) }}
	if f := w.filter(); w.steps.next(4) == 0 {
		o.Accept = &f
	}
	m, err := w.e.Attach(name, h, o)
	w.allow(err, engine.ErrDuplicate, engine.ErrNoHandler, engine.ErrDelivery)
	if err == nil {
		w.modules[name] = m
		w.publishers[name] = w.newSource(m)
	}
}

func (w *world) detach() {
	name := w.name()
	m, attached := w.modules[name]
	if !attached {
		return
	}
	w.allow(m.Detach(w.ctx))
	delete(w.modules, name)
	delete(w.publishers, name)
}

func (w *world) filter() filter.Filter {
	return pick(w.steps, filter.Filter{}, filter.Less("digit", 5), filter.Equal("digit", "3"), filter.Exists("hops"))
}

func (w *world) aLink() engine.Link {
	return engine.Link{
		Source: pick(w.steps, append(moduleNames, engine.Any)...), Sink: w.name(), Filter: w.filter(),
		Delivery: pick(w.steps, engine.Delivery{}, engine.Delivery{WhenFull: engine.DropNewest},
			engine.Delivery{WhenFull: engine.DropOldest}, engine.Delivery{Timeout: time.Millisecond}),
	}
}

var linkErrors = []error{engine.ErrUnknown, engine.ErrDuplicate, engine.ErrNoHandler, engine.ErrDelivery, engine.ErrClosed}

func (w *world) link() { w.allow(w.e.Link(w.aLink()), linkErrors...) }

func (w *world) unlink() {
	l := w.aLink()
	w.allow(w.e.Unlink(l.Source, l.Sink), engine.ErrUnknown)
}

// apply makes several changes at one moment, or none.
func (w *world) apply() {
	var c engine.Change
	for range 1 + w.steps.next(3) {
		l := w.aLink()
		if w.steps.next(2) == 0 {
			c.Unlink = append(c.Unlink, engine.Pair{Source: l.Source, Sink: l.Sink})
		}
		c.Link = append(c.Link, l)
	}
	w.allow(w.e.Apply(c), linkErrors...)
}

func (w *world) quarantine() {
	if m, attached := w.modules[w.name()]; attached && w.steps.next(4) == 0 {
		m.Quarantine()
	}
}

func (w *world) deadLetter() {
	w.letters = true
	w.allow(w.e.DeadLetter(pick(w.steps, "", "a", "b", "c")), linkErrors...)
}

func (w *world) publish() {
	if s, attached := w.publishers[w.name()]; attached {
		s.publish(w.ctx, 1+w.steps.next(12), w.steps.next(2) == 0)
	}
}

// publishMeanwhile publishes from another goroutine, while the steps go on.
func (w *world) publishMeanwhile() {
	m, attached := w.modules[w.name()]
	if !attached {
		return
	}
	s, n, together := w.newSource(m), 1+w.steps.next(30), w.steps.next(2) == 0
	w.background.Go(func() {
		s.publish(w.ctx, n, together)
		s.close()
	})
}

// look reads the counters while messages move.
func (w *world) look() {
	for _, l := range w.e.Stats().Links {
		if l.Filtered > l.In {
			w.t.Fatalf("%+v", l)
		}
	}
	if calls := w.e.Calls(); len(calls) > len(moduleNames) {
		w.t.Fatalf("%+v", calls)
	}
}

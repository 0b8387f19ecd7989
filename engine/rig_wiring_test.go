package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
)

// want is a filter of the scripts, in the engine's words and in plain Go.
type want struct {
	text   string // empty: everything
	filter filter.Filter
	takes  func(digit int) bool
}

// readWant reads digit=3, digit<3 or digit>=3.
func readWant(text string) (want, error) {
	if text == "" {
		return want{takes: func(int) bool { return true }}, nil
	}
	for _, sign := range []string{">=", "<", "="} {
		name, value, found := strings.Cut(text, sign)
		n, err := strconv.Atoi(value)
		if !found || name != "digit" || err != nil {
			continue
		}
		switch sign {
		case ">=":
			return want{text, filter.AtLeast("digit", float64(n)), func(d int) bool { return d >= n }}, nil
		case "<":
			return want{text, filter.Less("digit", float64(n)), func(d int) bool { return d < n }}, nil
		}
		return want{text, filter.Equal("digit", value), func(d int) bool { return d == n }}, nil
	}
	return want{}, fmt.Errorf("%q is no filter of the scripts: want digit=3, digit<3 or digit>=3", text)
}

// edge is a link that is to be made.
type edge struct {
	engine.Pair
	want
	delivery engine.Delivery
}

// edit is a change of links, all at once.
type edit struct {
	cut  []engine.Pair
	make []edge
}

func (d edit) change() engine.Change {
	c := engine.Change{Unlink: d.cut}
	for _, l := range d.make {
		c.Link = append(c.Link, engine.Link{
			Source: l.Source, Sink: l.Sink, Filter: l.filter, Delivery: l.delivery,
		})
	}
	return c
}

// cable is all links of a pair.
type cable struct {
	wants    []want
	delivery engine.Delivery
	accepts  *want
}

func (c cable) takes(digit int) bool {
	ok := func(w want) bool { return w.takes(digit) }
	return slices.ContainsFunc(c.wants, ok) || (c.accepts != nil && c.accepts.takes(digit))
}

// wiring is modules and links as they stand at some moment. It never changes.
type wiring struct {
	modules map[string]*tap
	cables  map[engine.Pair]cable
	gone    *tap                 // a module that is being detached
	routes  map[*tap]*[10][]*tap // what sinks found before, by digit
}

func newWiring() *wiring {
	return &wiring{modules: make(map[string]*tap), cables: make(map[engine.Pair]cable)}
}

func (w *wiring) clone() *wiring {
	return &wiring{modules: maps.Clone(w.modules), cables: maps.Clone(w.cables)}
}

func (w *wiring) attached(t *tap) *wiring {
	next := w.clone()
	next.modules[t.name] = t
	if t.accepts != nil {
		next.cables[engine.Pair{Source: engine.Any, Sink: t.name}] = cable{accepts: t.accepts}
	}
	return next
}

// leaving takes away a module's own links. What its handler publishes to the end goes along those
// from Any still.
func (w *wiring) leaving(name string) *wiring {
	next := w.clone()
	next.gone = next.modules[name]
	maps.DeleteFunc(next.cables, func(p engine.Pair, _ cable) bool {
		return p.Source == name || p.Sink == name
	})
	return next
}

func (w *wiring) left() *wiring {
	next := w.clone()
	delete(next.modules, w.gone.name)
	return next
}

// edited is what Apply promises: all of the edit, or the error of its first impossible step.
func (w *wiring) edited(d edit) (*wiring, error) {
	next := w.clone()
	for _, p := range d.cut {
		c := next.cables[p]
		if len(c.wants) == 0 {
			return w, engine.ErrUnknown
		}
		delete(next.cables, p)
		if c.accepts != nil {
			next.cables[p] = cable{accepts: c.accepts}
		}
	}
	for _, l := range d.make {
		if err := next.lay(l); err != nil {
			return w, err
		}
	}
	return next, nil
}

func (w *wiring) lay(l edge) error {
	if w.modules[l.Sink] == nil || (l.Source != engine.Any && w.modules[l.Source] == nil) {
		return engine.ErrUnknown
	}
	c := w.cables[l.Pair]
	if slices.ContainsFunc(c.wants, func(old want) bool { return old.text == l.text }) {
		return engine.ErrDuplicate
	}
	if len(c.wants) > 0 && c.delivery != l.delivery {
		return engine.ErrDelivery
	}
	c.wants = append(slices.Clip(c.wants), l.want)
	c.delivery = l.delivery
	w.cables[l.Pair] = c
	return nil
}

// quarantined tells whether a module may have been put into quarantine: links with it are refused.
func (w *wiring) quarantined() bool {
	for _, t := range w.modules {
		if t.outcast.Load() {
			return true
		}
	}
	return false
}

// bus tells whether there is a link from Any.
func (w *wiring) bus() bool {
	for p := range w.cables {
		if p.Source == engine.Any {
			return true
		}
	}
	return false
}

// sinks returns where the links lead a source's message. One goroutine at a time.
func (w *wiring) sinks(source *tap, digit int) []*tap {
	if w.modules[source.name] != source {
		return nil
	}
	if w.routes == nil {
		w.routes = make(map[*tap]*[10][]*tap)
	}
	if w.routes[source] == nil {
		w.routes[source] = w.route(source)
	}
	return w.routes[source][digit]
}

func (w *wiring) route(source *tap) (byDigit *[10][]*tap) {
	byDigit = new([10][]*tap)
	for name, sink := range w.modules {
		own := w.cables[engine.Pair{Source: source.name, Sink: name}]
		bus := w.cables[engine.Pair{Source: engine.Any, Sink: name}]
		for digit := range byDigit {
			if sink != w.gone && (own.takes(digit) || (sink != source && bus.takes(digit))) {
				byDigit[digit] = append(byDigit[digit], sink)
			}
		}
	}
	return byDigit
}

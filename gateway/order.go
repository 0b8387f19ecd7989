package gateway

import (
	"slices"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
)

// stages sorts modules into the order in which links lead on: whatever leads to a module is in an
// earlier stage, or in a loop with it, and then in the same. Within a stage the order is the reverse
// of the list's.
//
// Loops are found by Tarjan's algorithm (1972), which meets them from the last on. What takes from the
// bus is walked as if that were a module more, where every module leads.
func stages(modules []*instance, links []document.Link) [][]*instance {
	s := sorter{sinks: make(map[string][]string), visits: make(map[string]*visit)}
	for _, in := range modules {
		s.sinks[in.doc.Name] = append(s.sinks[in.doc.Name], engine.Any)
		if in.doc.Filter != nil {
			s.sinks[engine.Any] = append(s.sinks[engine.Any], in.doc.Name)
		}
	}
	for _, l := range links {
		s.sinks[l.Source] = append(s.sinks[l.Source], l.Sink)
	}
	for _, in := range modules {
		s.walk(in.doc.Name)
	}
	s.level()
	var all [][]*instance
	for _, in := range slices.Backward(modules) {
		at := s.visits[in.doc.Name].stage
		for len(all) <= at {
			all = append(all, nil)
		}
		all[at] = append(all[at], in)
	}
	return slices.DeleteFunc(all, func(stage []*instance) bool { return len(stage) == 0 })
}

type sorter struct {
	sinks  map[string][]string
	visits map[string]*visit
	open   []*visit   // visited, and their loop is not known yet
	loops  [][]*visit // the last first; most are one module alone
}

type visit struct {
	name       string
	order, low int
	open       bool
	stage      int
}

func (s *sorter) walk(name string) *visit {
	if v := s.visits[name]; v != nil {
		return v
	}
	v := &visit{name: name, order: len(s.visits), low: len(s.visits), open: true}
	s.visits[name] = v
	s.open = append(s.open, v)
	for _, sink := range s.sinks[name] {
		if w := s.walk(sink); w.open {
			v.low = min(v.low, w.low)
		}
	}
	if v.low == v.order {
		s.close(v)
	}
	return v
}

// close takes the loop whose first module is v.
func (s *sorter) close(v *visit) {
	first := slices.Index(s.open, v)
	loop := slices.Clone(s.open[first:])
	s.open = s.open[:first]
	for _, w := range loop {
		w.open = false
	}
	s.loops = append(s.loops, loop)
}

// level gives each loop the first stage behind all that leads to it.
func (s *sorter) level() {
	for _, loop := range slices.Backward(s.loops) {
		at := 0
		for _, v := range loop {
			at = max(at, v.stage)
		}
		in := make(map[*visit]bool, len(loop))
		for _, v := range loop {
			v.stage, in[v] = at, true
		}
		for _, v := range loop {
			for _, sink := range s.sinks[v.name] {
				if w := s.visits[sink]; !in[w] {
					w.stage = max(w.stage, at+1)
				}
			}
		}
	}
}

package routing

// findLoops numbers the strongly connected components of more than one module, from 1, and returns
// which module is in which.
//
// The algorithm is Tarjan's (1972), with a stack of its own so that long chains are no concern. The
// links of Any would be as many as there are pairs of a module and a sink; with two sinks or more
// they are walked as if they led through one module more, named Any: every module leads there, and
// it to every sink. So a sink leads back to itself, which is right, for it does by way of another
// one. With one sink that would be wrong, and so it is one link more of every other module.
func findLoops[T any](s *Snapshot[T]) map[string]int {
	g := tarjan{
		sinks: func(name string) []string { return s.leads(name) },
		seen:  make(map[string]*visit),
		loops: make(map[string]int),
	}
	s.sources.each(func(k key, _ *Part[T]) { g.start(k.name) })
	for _, sink := range s.bus.names() {
		g.start(sink) // for those that nobody leads to but Any
	}
	return g.loops
}

// leads returns where a module leads, as findLoops has it.
func (s *Snapshot[T]) leads(name string) []string {
	r := s.Route(name)
	switch {
	case name == Any:
		return r.Any.names()
	case r.Any.Len() > 1:
		return append(r.Own.names(), Any)
	case r.Any.Len() == 1 && !r.Any.Has(name):
		return append(r.Own.names(), r.Any.names()...)
	}
	return r.Own.names()
}

type tarjan struct {
	sinks func(source string) []string
	seen  map[string]*visit
	open  []string // visited, component not closed yet
	path  []*visit // from the root of the walk to here
	found int
	loops map[string]int
}

type visit struct {
	name       string
	order, low int
	sinks      []string
	next       int // sink to look at
	open       bool
}

func (g *tarjan) start(root string) {
	if g.seen[root] == nil {
		g.walk(root)
	}
}

func (g *tarjan) enter(name string) {
	n := len(g.seen)
	v := &visit{name: name, order: n, low: n, sinks: g.sinks(name), open: true}
	g.seen[name] = v
	g.open = append(g.open, name)
	g.path = append(g.path, v)
}

func (g *tarjan) walk(root string) {
	g.enter(root)
	for len(g.path) > 0 {
		v := g.path[len(g.path)-1]
		if v.next == len(v.sinks) {
			g.leave(v)
			continue
		}
		to := v.sinks[v.next]
		v.next++
		if w := g.seen[to]; w == nil {
			g.enter(to)
		} else if w.open {
			v.low = min(v.low, w.order)
		}
	}
}

// leave goes back up, closing the component that v is the root of.
func (g *tarjan) leave(v *visit) {
	g.path = g.path[:len(g.path)-1]
	if len(g.path) > 0 {
		parent := g.path[len(g.path)-1]
		parent.low = min(parent.low, v.low)
	}
	if v.low != v.order {
		return
	}
	first := len(g.open) - 1
	for g.open[first] != v.name {
		first--
	}
	g.close(g.open[first:])
	g.open = g.open[:first]
}

func (g *tarjan) close(members []string) {
	if len(members) > 1 {
		g.found++
	}
	for _, name := range members {
		g.seen[name].open = false
		if len(members) > 1 {
			g.loops[name] = g.found
		}
	}
}

// comesBack walks from a source along all links, and more of them, and tells whether the walk comes
// by it again.
func (s *Snapshot[T]) comesBack(source string, more map[string][]string) bool {
	seen := make(map[string]bool)
	for todo := []string{source}; len(todo) > 0; {
		from := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, sinks := range [][]string{s.leads(from), more[from]} {
			for _, sink := range sinks {
				if sink == source {
					return true
				}
				if !seen[sink] {
					seen[sink] = true
					todo = append(todo, sink)
				}
			}
		}
	}
	return false
}

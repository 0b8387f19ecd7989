package routing

// findLoops numbers the strongly connected components of more than one module, from 1, and returns
// which module is in which. A module that has no route of its own leads where Any leads.
//
// The algorithm is Tarjan's (1972), with a stack of its own so that long chains are no concern.
func findLoops[T any](s *Snapshot[T]) map[string]int {
	g := tarjan{
		sinks: func(name string) []string { return s.Route(name).sinks },
		seen:  make(map[string]*visit),
		loops: make(map[string]int),
	}
	for _, page := range s.pages.list {
		for _, e := range page {
			if g.seen[e.source] == nil {
				g.walk(e.source)
			}
		}
	}
	return g.loops
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
		for _, sinks := range [][]string{s.Route(from).sinks, more[from]} {
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

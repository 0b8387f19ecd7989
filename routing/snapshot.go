package routing

import "sync"

// Snapshot is the links as they stood at one moment. It never changes.
type Snapshot[T any] struct {
	sources trie[*Part[T]] // of the sources that have links of their own
	bus     *Part[T]       // of Any

	once  sync.Once
	loops map[string]int // see findLoops
}

// Route returns the route of a source; one without links has an empty route.
func (s *Snapshot[T]) Route(source string) Route[T] {
	own, _ := s.sources.find(named(source))
	return Route[T]{Own: own, Any: s.bus, source: source}
}

// Linked tells whether a link leads from source to sink.
func (s *Snapshot[T]) Linked(source, sink string) bool { return s.Route(source).Leads(sink) }

// Loop tells whether messages that source sends to sink can come back to source along links: the
// two are one module or stand in one strongly connected component. The components are computed
// when the first caller asks, in time proportional to the links.
func (s *Snapshot[T]) Loop(source, sink string) bool {
	if source == sink {
		return true
	}
	loop := s.loopOf(source)
	return loop != 0 && loop == s.loopOf(sink)
}

// InLoop tells whether a message that source sends to some sink can come back to it along links, or
// along more of them that are not the snapshot's: the sinks of each source.
func (s *Snapshot[T]) InLoop(source string, more map[string][]string) bool {
	if len(more) > 0 {
		return s.comesBack(source, more)
	}
	return s.loopOf(source) != 0 || s.Linked(source, source)
}

// loopOf returns the number of the component that a module stands in, if it has others; else zero.
func (s *Snapshot[T]) loopOf(name string) int {
	s.once.Do(func() { s.loops = findLoops(s) })
	return s.loops[name]
}

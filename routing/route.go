package routing

// Route is where messages of one source go: along its own links, and along those of Any, but for
// sinks that Hides names. It never changes.
type Route[T any] struct {
	Own, Any *Part[T]

	source string
}

// Hides tells whether the links of Any do not lead this source's messages to a sink: it is the source
// itself, or the source's own link leads there and wants what either of the two would.
func (r Route[T]) Hides(sink string) bool { return sink == r.source || r.Own.Has(sink) }

// Leads tells whether a link leads to the sink.
func (r Route[T]) Leads(sink string) bool {
	return r.Own.Has(sink) || sink != r.source && r.Any.Has(sink)
}

// Empty tells whether no link leads anywhere.
func (r Route[T]) Empty() bool {
	return r.Own.Len() == 0 && (r.Any.Len() == 0 || r.Any.Len() == 1 && r.Any.Has(r.source))
}

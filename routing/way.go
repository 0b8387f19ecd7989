package routing

import (
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
)

// way is what the parts of one source are made from: the next part, and what only changes need. A
// number is a link's in the index too.
type way[T comparable] struct {
	next    Part[T]
	keys    *property.Keys
	filters map[uint32]filter.Filter // by number
	index   *index.Index
	count   uint32   // numbers that were given
	free    []uint32 // of those, the ones that nobody has
}

// logMin is how many changes a log has room for, beside one for each link.
const logMin = 64

func newWay[T comparable](keys *property.Keys) *way[T] {
	w := &way[T]{keys: keys, filters: make(map[uint32]filter.Filter)}
	w.next.log = new([]uint32)
	return w
}

// part returns the links as they stand.
func (w *way[T]) part() *Part[T] {
	if w.index != nil {
		w.next.filters = w.index.Snapshot()
	}
	p := w.next
	return &p
}

// set makes or replaces what leads to a sink.
func (w *way[T]) set(sink string, e entry[T], overlaps bool) {
	if w.stays(sink, e, overlaps) {
		return
	}
	w.remove(sink)
	s := slot{number: w.number(), always: e.filter.All(), overlaps: overlaps}
	w.next.sinks.set(named(sink), s)
	if overlaps {
		w.next.overlaps++
	}
	if s.always {
		w.next.always.set(numbered(s.number), e.target)
	} else {
		w.next.filtered.set(numbered(s.number), e.target)
		w.list(s.number, e.filter)
	}
	w.note(s.number)
}

// stays tells whether all but the filter is as it was, and then sets that.
func (w *way[T]) stays(sink string, e entry[T], overlaps bool) bool {
	s, there := w.next.sinks.find(named(sink))
	if !there || s.always != e.filter.All() || s.overlaps != overlaps {
		return false
	}
	among := &w.next.filtered
	if s.always {
		among = &w.next.always
	}
	if was, _ := among.find(numbered(s.number)); was != e.target {
		return false
	}
	if !s.always {
		w.unlist(s.number)
		w.list(s.number, e.filter)
	}
	return true
}

func (w *way[T]) remove(sink string) {
	s, there := w.next.sinks.find(named(sink))
	if !there {
		return
	}
	w.next.sinks.remove(named(sink))
	if s.overlaps {
		w.next.overlaps--
	}
	if s.always {
		w.next.always.remove(numbered(s.number))
	} else {
		w.next.filtered.remove(numbered(s.number))
		w.unlist(s.number)
	}
	w.free = append(w.free, s.number)
	w.note(s.number)
}

// number gives a number to a link.
func (w *way[T]) number() uint32 {
	if last := len(w.free) - 1; last >= 0 {
		n := w.free[last]
		w.free = w.free[:last]
		return n
	}
	w.count++
	return w.count - 1
}

// note notes that a number's link is another. A log that has become longer than going through all
// links would be begins anew. A part that shares the list does not see what comes after its end.
func (w *way[T]) note(number uint32) {
	if len(w.next.changes) >= logMin+2*w.next.sinks.size() {
		w.next.log, w.next.changes = new([]uint32), nil
	}
	w.next.changes = append(w.next.changes, number)
}

// list enters a filter into the index, and unlist takes it out.
func (w *way[T]) list(number uint32, f filter.Filter) {
	if w.index == nil {
		w.index = index.New(w.keys)
	}
	w.filters[number] = f
	if err := w.index.Add(int(number), f); err != nil {
		panic(err) // there are not so many links
	}
}

func (w *way[T]) unlist(number uint32) {
	w.index.Remove(int(number), w.filters[number])
	delete(w.filters, number)
}

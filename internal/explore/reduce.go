package explore

// observe looks at an event that was just added to the trace, or at one that a blocked thread cannot
// add. Each earlier event that it races with, so that nothing but the two being next to each other
// orders them, could have come after it. That other order is put on the list of the decision that
// led to the earlier event, unless something on the list leads to it (Abdulla, Aronis, Jonsson and
// Sagonas, POPL 2014, algorithm 1: source sets).
func (d *tree) observe(x *Run, e *event) {
	if d.plain || d.at <= d.known {
		return
	}
	for _, v := range e.visits {
		d.observeAt(x, e, v.place, v.before)
	}
}

// observeAt goes through the events at one place, from the newest.
func (d *tree) observeAt(x *Run, e *event, p *Place, newest int) {
	races := d.races[:0]
	for i := newest; i != noEvent; {
		other := &x.trace[i]
		v := other.at(p)
		ordered := other.precedes(&e.prior)
		if ordered && other.kind.changes() {
			break // and so is all before it
		}
		if !ordered && dependent(e.kind, other.kind) && v.possible(e.kind) && !x.between(other, races) {
			races = append(races, i)
			d.reverse(x, i, e)
		}
		i = v.before
	}
	d.races = races
}

// precedes tells whether the event is part of what a clock depends on.
func (e *event) precedes(c *clock) bool { return c[e.thread] >= e.local }

// between tells whether an event comes before another race with the same partner: then it is no
// race itself.
func (x *Run) between(e *event, races []int) bool {
	for _, i := range races {
		if e.precedes(&x.trace[i].after) {
			return true
		}
	}
	return false
}

// reverse has e tried before an event that it races with.
func (d *tree) reverse(x *Run, event int, e *event) {
	n := &d.path[event]
	first := x.initials(event, e) & n.enabled
	if first != 0 && first&n.backtrack == 0 {
		n.backtrack |= only(first.first())
	}
}

// initials returns who could run first, in place of an event, on the way to e: of the events since
// then that do not depend on it, and e, those that depend on no other of them.
func (x *Run) initials(event int, e *event) (threads set) {
	without := &x.trace[event]
	var first clock // of each thread among those events, its first
	for i := event + 1; i < len(x.trace); i++ {
		other := &x.trace[i]
		if other != e && !without.precedes(&other.after) && first[other.thread] == 0 {
			if !other.follows(&first) {
				threads |= only(other.thread)
			}
			first[other.thread] = other.local
		}
	}
	if first[e.thread] == 0 && !e.follows(&first) {
		threads |= only(e.thread)
	}
	return threads
}

// follows tells whether the event depends on one of the given: by thread the earliest, or 0.
func (e *event) follows(first *clock) bool {
	for thread, local := range first {
		if thread != e.thread && local > 0 && e.after[thread] >= local {
			return true
		}
	}
	return false
}

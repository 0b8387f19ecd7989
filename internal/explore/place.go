package explore

// Place is the explorer's side of one atomic, mutex or token. Whoever wraps such a thing embeds a
// Place and calls the method of the operation first, which returns when the schedule has come to
// it. Outside of a run the methods do nothing; those that return a bool then return false, and the
// caller does the real thing. The zero value is ready.
type Place struct {
	owner *Run // whose notes follow
	name  int  // by first use, for reports
	last  int  // newest event here, or noEvent

	held bool // of a mutex: locked; of a token: there

	published clock // what a reader synchronises with
	written   clock // the newest change, and all that it depends on
	read      clock // all that was read so far
}

// attach clears the notes of earlier runs.
func (p *Place) attach(x *Run) {
	if p.owner != x {
		*p = Place{owner: x, name: x.places, last: noEvent, held: p.held}
		x.places++
	}
}

// Load comes before an atomic load.
func (p *Place) Load() { perform(load, p) }

// Store comes before an atomic store.
func (p *Place) Store() { perform(store, p) }

// Update comes before an atomic read-modify-write that always writes.
func (p *Place) Update() { perform(update, p) }

// Attempt comes before a compare-and-swap; Attempted follows it with the outcome.
func (p *Place) Attempt() { reach(update, p) }

// Attempted follows Attempt: a compare-and-swap that failed was a load.
func (p *Place) Attempted(swapped bool) {
	t := caller()
	switch {
	case t == nil:
	case swapped:
		t.commit(update, p)
	default:
		t.commit(load, p)
	}
}

// Lock waits for a mutex and takes it.
func (p *Place) Lock() (explored bool) { return p.hold(lock, true) }

// Unlock gives a mutex back.
func (p *Place) Unlock() (explored bool) { return p.hold(unlock, false) }

// Give puts a token down. It waits while there is one: tokens have room for one.
func (p *Place) Give() (explored bool) { return p.hold(give, true) }

// Take waits for a token and takes it.
func (p *Place) Take() (explored bool) { return p.hold(take, false) }

// hold changes who holds the place. Before the threads begin, and after they ended, nobody could
// change it back, so that waiting would be for ever.
func (p *Place) hold(k kind, held bool) (explored bool) {
	if current == nil {
		return false
	}
	t := reach(k, p)
	if p.held == held && (t != nil || current.running == nil) {
		panic("explore: " + k.String() + " where there is nothing to " + k.String())
	}
	if t != nil {
		t.commit(k, p)
	}
	p.held = held
	return true
}

// TakeOrNot is Take with a time limit or another reason to give up, which may come at any moment.
func (p *Place) TakeOrNot() (took, explored bool) {
	if current == nil {
		return false, false
	}
	t := reach(takeOrNot, p)
	took = p.held && (t == nil || t.run.value(2) == 0)
	switch {
	case t == nil:
	case took:
		t.commit(takeOrNot, p)
	default:
		t.commit(load, p)
	}
	p.held = p.held && !took
	return took, true
}

// Pause lets other threads run.
func Pause() (explored bool) {
	if t := reach(pause, nil); t != nil {
		t.commitPause()
	}
	return current != nil
}

// Choose returns each number from 0 to n-1, each in a run of its own: for what the scheduler does
// not decide. It is for threads; elsewhere it returns 0.
func Choose(n int) int {
	t := reach(choose, nil)
	if t == nil {
		return 0
	}
	t.done(t.newEvent(choose, nil))
	return t.run.value(n)
}

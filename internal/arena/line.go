package arena

import "github.com/millrace/millrace/internal/park"

// line is the queue of those who wait for memory, first come first served: a large request is not
// passed by small ones for ever. Guarded by Arena.mu.
type line struct {
	first, last *request
	stuck       int64 // bytes in open drafts of those in line: they come free by none of them
}

// request is what one shard asks for. It is the owner's until it asks, then guarded by Arena.mu until
// it is ended.
type request struct {
	shard  *Shard
	class  int   // of the block, or large for bytes alone
	bytes  int64 // what it costs
	own    bool  // the shard's own block will do, and it is not a draft
	stuck  int64 // of line.stuck
	asking bool
	inLine bool
	owed   bool // a wake-up is under way
	err    error

	// What it got: a block of the shard's own, an image in the class, or bytes that are reserved; or
	// again, when the shard may make its own block anew.
	block *block
	image []byte
	got   int64
	again bool

	waiter     *park.Waiter
	next, prev *request
}

// queue takes the last place, or reports that whoever is first would wait for ever: the bytes that it
// needs are in drafts of those who wait.
func (a *Arena) queue(r *request) error {
	l := &a.line
	r.asking, r.inLine, r.err, r.prev, r.next = true, true, nil, l.last, nil
	if l.last == nil {
		l.first = r
	} else {
		l.last.next = r
	}
	l.last = r
	l.stuck += r.stuck
	// SYNC POINT: line. Memory that comes free from now on goes to the line.
	a.waiting.Add(1)
	if a.hopeless(r) || a.hopeless(l.first) {
		a.unqueue(r)
		return ErrOpenDrafts
	}
	return nil
}

func (a *Arena) unqueue(r *request) {
	l := &a.line
	if r.prev == nil {
		l.first = r.next
	} else {
		r.prev.next = r.next
	}
	if r.next == nil {
		l.last = r.prev
	} else {
		r.next.prev = r.prev
	}
	r.asking, r.inLine, r.prev, r.next = false, false, nil, nil
	l.stuck -= r.stuck
	a.waiting.Add(-1)
}

// hopeless tells whether a request could not be served if all came home that can without those in line.
func (a *Arena) hopeless(r *request) bool { return !r.own && r.bytes+a.line.stuck > a.most }

// end takes a request out of the line and wakes who waits for it.
func (a *Arena) end(r *request, err error) {
	a.unqueue(r)
	if err != nil {
		a.refund(r)
	}
	r.err = err
	r.wake()
}

func (r *request) wake() {
	if !r.owed {
		r.owed = true
		r.waiter.Wake()
	}
}

// refund gives back the bytes that a request got so far.
func (a *Arena) refund(r *request) {
	a.used.Add(-r.got)
	r.got = 0
}

// Nudge wakes every claim that waits, so that it asks its Gate again.
func (a *Arena) Nudge() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for r := a.line.first; r != nil; r = r.next {
		r.wake()
	}
}

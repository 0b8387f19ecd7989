package ring

import (
	"time"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// Ring is a bounded queue for many producers and one consumer.
//
// Field ledger (who writes / who reads, how often):
//
//	cells   the producer that grows the ring, the consumer that trims it / producers, a load a batch
//	tail    producers, a CAS a batch, and when one is woken in vain / producers; consumer when it asks
//	        for Tail or Drained
//	seen    producers, when it looks full / producers, a load a batch
//	head    consumer, a store a drain  / producers, when it looks full
//	next    consumer only              a private cursor; equals head between drains
//	end     consumer only              how far publication is known to reach
//	reading consumer only              the cells that next is in
//	bell, room  see package park
//	stamps  producer that claimed, a store a batch / consumer, a load a batch
//	slots   producer that claimed, then consumer
//
// Memory: see cells. A ring that nobody uses has none but its header, and grows as far as what is
// queued in it.
//
// Publication: a batch that was claimed at position p and ends at q is published by storing q into
// the stamp of p's slot alone. A stamp that lies ahead of the consumer's position says how far it
// may go; one left from an earlier lap never does. So a batch of any length costs one store
// (compare the one availability flag per slot of LMAX's multi-producer sequencer).
type Ring[T any] struct {
	cells atom.Pointer[cells[T]]
	size  uint64
	bell  *park.Bell     // rung after each publication
	room  park.WaitQueue // producers that wait for room
	empty cells[T]       // those of a ring without memory

	_       [cacheLine]byte
	tail    atom.Uint64 // { position: 46 bits, keepers: 16 bits, growing: 1 bit, closed: 1 bit }
	_       [cacheLine - 8]byte
	seen    atom.Uint64 // a head of the past: never ahead of head
	_       [cacheLine - 8]byte
	head    atom.Uint64 // what lies before it is free
	_       [cacheLine - 8]byte
	next    uint64
	end     uint64
	reading *cells[T]
	_       [cacheLine - 24]byte
}

// New makes a ring that holds at least capacity elements: the next power of two, at least two. Its
// consumer sleeps by the bell, which may serve other queues too.
func New[T any](capacity int, bell *park.Bell) *Ring[T] { return newAt[T](capacity, bell, 0) }

// newAt starts the counters at a position, so that tests reach their wrap.
func newAt[T any](capacity int, bell *park.Bell, start uint64) *Ring[T] {
	r := &Ring[T]{size: roundUp(capacity), bell: bell}
	r.tail.Store(start)
	r.seen.Store(start)
	r.head.Store(start)
	r.next, r.end = start, start
	r.reading = &r.empty
	r.cells.Store(&r.empty)
	return r
}

// Cap returns how many elements the ring holds.
func (r *Ring[T]) Cap() int { return int(r.size) }

// Push queues as many of vs as there is room for, in order and without gap between them, and
// returns how many. The error is nil when all were queued, else ErrFull or ErrClosed. Any
// goroutine may call it. While room is kept for others (see Keep) there is none.
func (r *Ring[T]) Push(vs []T) (int, error) { return r.push(vs, closed|growing|keepers) }

// PushKept is Push by a producer that has called Keep: what room there is, is for it.
func (r *Ring[T]) PushKept(vs []T) (int, error) { return r.push(vs, closed|growing) }

// push is Push unless the tail has one of those flags.
func (r *Ring[T]) push(vs []T, stop uint64) (int, error) {
	c, from, n, err := r.claim(len(vs), stop)
	if n == 0 {
		return 0, err
	}
	first := c.index(from)
	atom.WritesRun(c.slots, first, uint64(n))
	copied := copy(c.slots[first:], vs[:n])
	copy(c.slots, vs[copied:n])
	// SYNC POINT: publish. The slots were written before this store.
	c.stamps[first].Store(from + uint64(n)*step)
	r.bell.Ring()
	return n, err
}

// PushOne queues one element: nil, ErrFull or ErrClosed. Any goroutine may call it.
func (r *Ring[T]) PushOne(v T) error {
	c, from, n, err := r.claim(1, closed|growing|keepers)
	if n == 0 {
		return err
	}
	first := c.index(from)
	atom.Writes(&c.slots[first])
	c.slots[first] = v
	// SYNC POINT: publish. The slot was written before this store.
	c.stamps[first].Store(from + step)
	r.bell.Ring()
	return nil
}

// claim reserves up to want slots for the caller and returns where they are and how many.
func (r *Ring[T]) claim(want int, stop uint64) (c *cells[T], from uint64, n int, err error) {
	for {
		word := r.tail.Load()
		if word&stop != 0 {
			if err := stopped(word); err != nil {
				return nil, 0, 0, err
			}
			park.Yield()
			continue
		}
		tail := word &^ keepers
		// SYNC POINT: cells. Looked at after the tail: if the tail still is what it was when the claim
		// succeeds, then so are they, for whoever changes them moves the tail.
		c := r.cells.Load()
		// Signed: seen may lie further back than a lap, and a stale tail even before it.
		n := want
		if c.free(tail, r.seen.Load()) < int64(want) {
			n = int(min(max(c.free(tail, r.look()), 0), int64(want)))
		}
		if n < want && c.size() < r.size {
			if c, n := r.grow(c, word, want); n > 0 {
				return c, tail, n, fullUnless(n == want)
			}
			continue
		}
		if n == 0 {
			return nil, 0, 0, fullUnless(want == 0)
		}
		if r.tail.CompareAndSwap(word, word+uint64(n)*step) {
			return c, tail, n, fullUnless(n == want)
		}
	}
}

// stopped tells what a flag of the tail means for a claim: nil if it is to try again.
func stopped(word uint64) error {
	switch {
	case word&closed != 0:
		return ErrClosed
	case word&growing != 0:
		return nil
	}
	return ErrFull // room is kept for others
}

func fullUnless(done bool) error {
	if done {
		return nil
	}
	return ErrFull
}

// grow claims up to want slots at the tail, as the first of larger cells. It returns how many: none
// if somebody else claimed first.
func (r *Ring[T]) grow(old *cells[T], word uint64, want int) (*cells[T], int) {
	tail := word &^ keepers
	held := int64(old.size()) - old.free(tail, r.head.Load())
	c := makeCells[T](larger(old.size(), uint64(max(held, 0))+uint64(want), r.size), tail)
	n := int(min(c.free(tail, r.head.Load()), int64(want)))
	if n <= 0 || !r.tail.CompareAndSwap(word, (word+uint64(n)*step)|growing) {
		return nil, 0
	}
	atom.Writes(&old.last)
	old.last = tail
	// SYNC POINT: larger. The consumer goes on there when it has come to last.
	old.larger.Store(c)
	// SYNC POINT: cells. They are in place before anybody can claim behind this.
	r.cells.Store(c)
	r.tail.And(^uint64(growing))
	return c, n
}

// look re-reads the far index: the slow path of claim.
func (r *Ring[T]) look() uint64 {
	// SYNC POINT: free. What lies before head was copied out before it was stored.
	head := r.head.Load()
	r.seen.Store(head)
	return head
}

// Drain moves up to len(into) elements out, in order, and returns how many. The slots are free for
// producers when it returns; they keep their old values until overwritten. Consumer only.
func (r *Ring[T]) Drain(into []T) int {
	n := 0
	for n < len(into) && r.Ready() {
		c := r.reading
		first := c.index(r.next)
		run := min(uint64(len(into)-n), (r.end-r.next)/step, c.size()-first)
		atom.ReadsRun(c.slots, first, run)
		copy(into[n:], c.slots[first:first+run])
		n += int(run)
		r.next += run * step
	}
	if n > 0 {
		// SYNC POINT: free. The slots before next were copied out.
		r.head.Store(r.next)
		r.room.Wake(n)
	}
	return n
}

// DrainBefore is Drain for what was claimed before Tail returned position. Consumer only.
func (r *Ring[T]) DrainBefore(position uint64, into []T) int {
	left := max(int64(position-r.next)/step, 0)
	return r.Drain(into[:min(int64(len(into)), left)])
}

// Trim gives the ring's memory up if nothing is queued. Consumer only.
func (r *Ring[T]) Trim() {
	at := r.next
	if r.reading == &r.empty || !r.tail.CompareAndSwap(at, at|growing) {
		return
	}
	r.reading = &r.empty
	// SYNC POINT: cells. No claim that saw the old ones succeeds: the tail goes on by one.
	r.cells.Store(&r.empty)
	r.next, r.end = at+step, at+step
	r.head.Store(r.next)
	r.tail.Add(step - growing)
}

// Wait blocks a producer until there may be room, the ring is closed, done is closed or, if above
// zero, timeout has passed. Any goroutine may call it, each with a waiter of its own.
func (r *Ring[T]) Wait(w *park.Waiter, done <-chan struct{}, timeout time.Duration) park.Outcome {
	r.room.Join(w)
	if !r.Full() {
		r.room.Leave(w)
		return park.Woken
	}
	return r.room.Wait(w, done, timeout)
}

// Sleep blocks the consumer until there may be something to drain or the ring is drained for good.
// Consumer only; one whose bell serves several queues arms it itself.
func (r *Ring[T]) Sleep() {
	r.bell.Arm()
	if r.Ready() || r.Drained() { // closed is not enough: a claim may not be published yet
		r.bell.Disarm()
		return
	}
	r.bell.Sleep()
}

// Room is the line of producers that wait for room, for a consumer that has other news for them.
func (r *Ring[T]) Room() *park.WaitQueue { return &r.room }

// Ready tells whether Drain would find something. Consumer only.
func (r *Ring[T]) Ready() bool {
	if r.next != r.end {
		return true
	}
	for {
		// SYNC POINT: publish. A stamp ahead of us covers slots that were written before it.
		if stamp, ok := r.reading.published(r.next); ok {
			r.end = stamp
			return true
		}
		if !r.goOn() {
			return false
		}
	}
}

// goOn enters the larger cells if all that there was in those before has been drained.
func (r *Ring[T]) goOn() bool {
	// SYNC POINT: larger. They begin where those before end.
	c := r.reading.larger.Load()
	if c == nil {
		return false
	}
	atom.Reads(&r.reading.last)
	if r.next != r.reading.last {
		return false
	}
	r.reading.larger.Store(nil) // empty lives as long as the ring
	r.reading = c
	return true
}

// Len returns how many elements are claimed and not yet drained, at some moment during the call.
// Any goroutine may call it.
func (r *Ring[T]) Len() int {
	head := r.head.Load()
	used := int64(r.tail.Load()&^flags-head) / step
	return int(min(max(used, 0), int64(r.size)))
}

// Full tells whether a Push would find no room, at some moment during the call; false once closed.
// Any goroutine may call it.
func (r *Ring[T]) Full() bool {
	tail := r.tail.Load()
	return tail&closed == 0 && (tail&keepers != 0 || r.free(tail) <= 0)
}

// FullKept is Full for a PushKept.
func (r *Ring[T]) FullKept() bool {
	tail := r.tail.Load()
	return tail&closed == 0 && r.free(tail) <= 0
}

func (r *Ring[T]) free(tail uint64) int64 { return int64(r.size) - int64(tail&^flags-r.look())/step }

// Tail returns the position behind the last claim. Consumer only: see Reached.
func (r *Ring[T]) Tail() uint64 { return r.tail.Load() &^ flags }

// Reached tells whether all that was claimed when Tail returned position has been drained.
// Consumer only.
func (r *Ring[T]) Reached(position uint64) bool { return int64(r.next-position) >= 0 }

// Close makes every later claim fail; what was claimed before can still be drained. It may be
// called from any goroutine, more than once.
func (r *Ring[T]) Close() {
	// SYNC POINT: close. Claims and this bit share one word: no claim can slip in after it.
	r.tail.Or(closed)
	r.bell.Ring()
	r.room.WakeAll()
}

// Free gives the memory of a closed ring up. Consumer only, once it is Drained.
func (r *Ring[T]) Free() {
	r.reading = &r.empty
	r.cells.Store(&r.empty)
}

// Slots returns how many elements there is memory for now. Any goroutine may call it.
func (r *Ring[T]) Slots() int { return int(r.cells.Load().size()) }

// Closed tells whether Close was called.
func (r *Ring[T]) Closed() bool { return r.tail.Load()&closed != 0 }

// Drained tells whether the ring is closed and everything claimed was drained. Consumer only.
func (r *Ring[T]) Drained() bool {
	return r.tail.Load()&^keepers == r.next|closed
}

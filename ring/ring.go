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
//	tail    producers, a CAS a batch   / producers; consumer when it asks for Tail or Drained
//	seen    producers, when it looks full / producers, a load a batch
//	head    consumer, a store a drain  / producers, when it looks full
//	next    consumer only              a private cursor; equals head between drains
//	end     consumer only              how far publication is known to reach
//	bell, room  see package park
//	cells   the first producer to fill one, once / producers and consumer, a load a batch; the
//	        consumer at the end, when no claim can follow and all are drained
//	stamps  producer that claimed, a store a batch / consumer, a load a batch
//	slots   producer that claimed, then consumer
//
// The cells are made by the first push: a ring that nobody uses takes no memory but its header.
//
// Publication: a batch that was claimed at position p and ends at q is published by storing q into
// the stamp of p's slot alone. A stamp that lies ahead of the consumer's position says how far it
// may go; one left from an earlier lap never does. So a batch of any length costs one store
// (compare the one availability flag per slot of LMAX's multi-producer sequencer).
type Ring[T any] struct {
	cells atom.Pointer[cells[T]]
	size  uint64
	start uint64     // the first position
	bell  *park.Bell // rung after each publication
	room  park.Line  // producers that wait for room

	_    [line]byte
	tail atom.Uint64 // { position: 63 bits, closed: 1 bit }
	_    [line - 8]byte
	seen atom.Uint64 // a head of the past: never ahead of head
	_    [line - 8]byte
	head atom.Uint64 // what lies before it is free
	_    [line - 8]byte
	next uint64
	end  uint64
	_    [line - 16]byte
}

// cells is the memory of a ring.
type cells[T any] struct {
	slots  []T
	stamps []atom.Uint64
}

// New makes a ring that holds at least capacity elements: the next power of two, at least two. Its
// consumer sleeps by the bell, which may serve other queues too.
func New[T any](capacity int, bell *park.Bell) *Ring[T] { return newAt[T](capacity, bell, 0) }

// newAt starts the counters at a position, so that tests reach their wrap.
func newAt[T any](capacity int, bell *park.Bell, start uint64) *Ring[T] {
	r := &Ring[T]{size: roundUp(capacity), start: start, bell: bell}
	r.tail.Store(start)
	r.seen.Store(start)
	r.head.Store(start)
	r.next, r.end = start, start
	return r
}

// Cap returns how many elements the ring holds.
func (r *Ring[T]) Cap() int { return int(r.size) }

// Push queues as many of vs as there is room for, in order and without gap between them, and
// returns how many. The error is nil when all were queued, else ErrFull or ErrClosed. Any
// goroutine may call it.
func (r *Ring[T]) Push(vs []T) (int, error) {
	from, n, err := r.claim(len(vs))
	if n == 0 {
		return 0, err
	}
	c, first := r.made(), r.index(from)
	atom.WritesRun(c.slots, first, uint64(n))
	copied := copy(c.slots[first:], vs[:n])
	copy(c.slots, vs[copied:n])
	// SYNC POINT: publish. The slots were written before this store.
	c.stamps[first].Store(from + uint64(n)*step)
	r.bell.Ring()
	return n, err
}

// Push1 queues one element: nil, ErrFull or ErrClosed. Any goroutine may call it.
func (r *Ring[T]) Push1(v T) error {
	from, n, err := r.claim(1)
	if n == 0 {
		return err
	}
	c, first := r.made(), r.index(from)
	atom.Writes(&c.slots[first])
	c.slots[first] = v
	// SYNC POINT: publish. The slot was written before this store.
	c.stamps[first].Store(from + step)
	r.bell.Ring()
	return nil
}

// made returns the cells, made if need be.
func (r *Ring[T]) made() *cells[T] {
	if c := r.cells.Load(); c != nil {
		return c
	}
	return r.make()
}

func (r *Ring[T]) make() *cells[T] {
	c := &cells[T]{slots: make([]T, r.size), stamps: make([]atom.Uint64, r.size)}
	for i := range c.stamps {
		c.stamps[i].Store(r.start)
	}
	// SYNC POINT: cells. The stamps were set before this; of several producers one has its way.
	if r.cells.CompareAndSwap(nil, c) {
		return c
	}
	return r.cells.Load()
}

// claim reserves up to want slots for the caller and returns where they begin and how many.
func (r *Ring[T]) claim(want int) (from uint64, n int, err error) {
	for {
		tail := r.tail.Load()
		if tail&closed != 0 {
			return 0, 0, ErrClosed
		}
		// Signed: seen may lie further back than a lap, and a stale tail even before it.
		n := want
		if r.free(tail, r.seen.Load()) < int64(want) {
			n = int(min(max(r.free(tail, r.look()), 0), int64(want)))
		}
		if n == 0 {
			return 0, 0, fullUnlessEmpty(want)
		}
		if r.tail.CompareAndSwap(tail, tail+uint64(n)*step) {
			if n < want {
				return tail, n, ErrFull
			}
			return tail, n, nil
		}
	}
}

func (r *Ring[T]) free(tail, head uint64) int64 {
	return int64(r.size) - int64(tail-head)/step
}

func fullUnlessEmpty(want int) error {
	if want == 0 {
		return nil
	}
	return ErrFull
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
		first, slots := r.index(r.next), r.cells.Load().slots
		run := min(uint64(len(into)-n), (r.end-r.next)/step, r.size-first)
		atom.ReadsRun(slots, first, run)
		copy(into[n:], slots[first:first+run])
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
func (r *Ring[T]) Room() *park.Line { return &r.room }

// Ready tells whether Drain would find something. Consumer only.
func (r *Ring[T]) Ready() bool {
	if r.next != r.end {
		return true
	}
	// SYNC POINT: cells. Until they are made nothing was pushed.
	c := r.cells.Load()
	if c == nil {
		return false
	}
	// SYNC POINT: publish. A stamp ahead of us covers slots that were written before it.
	stamp := c.stamps[r.index(r.next)].Load()
	if int64(stamp-r.next) <= 0 {
		return false
	}
	r.end = stamp
	return true
}

// Len returns how many elements are claimed and not yet drained, at some moment during the call.
// Any goroutine may call it.
func (r *Ring[T]) Len() int {
	head := r.head.Load()
	used := int64(r.tail.Load()&^closed-head) / step
	return int(min(max(used, 0), int64(r.size)))
}

// Full tells whether a Push would find no room, at some moment during the call; false once closed.
// Any goroutine may call it.
func (r *Ring[T]) Full() bool {
	tail := r.tail.Load()
	return tail&closed == 0 && r.free(tail, r.look()) <= 0
}

// Tail returns the position behind the last claim. Consumer only: see Reached.
func (r *Ring[T]) Tail() uint64 { return r.tail.Load() &^ closed }

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
func (r *Ring[T]) Free() { r.cells.Store(nil) }

// Closed tells whether Close was called.
func (r *Ring[T]) Closed() bool { return r.tail.Load()&closed != 0 }

// Drained tells whether the ring is closed and everything claimed was drained. Consumer only.
func (r *Ring[T]) Drained() bool { return r.tail.Load() == r.next|closed }

func (r *Ring[T]) index(position uint64) uint64 { return position / step & (r.size - 1) }

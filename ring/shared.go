package ring

import (
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// Shared is a bounded queue for many producers and many consumers, after Dmitry Vyukov's bounded
// MPMC queue (1024cores.net). It lets a producer pop the oldest element to make room for its own.
//
// Ownership of a slot passes by its turn: at position p the slot is the producer's while turn is p
// and the consumer's while turn is p+step; the consumer hands it to the next lap with p+lap.
//
// Memory is as in Ring: cells that grow. Field ledger:
//
//	cells   the producer that grows, and Trim / producers, a load a push
//	oldest  consumers, when all of the cells before is taken, and Trim / consumers, a load a pop
//	tail    producers, a CAS a push    / everybody
//	head    consumers, a CAS a pop     / everybody
type Shared[T any] struct {
	cells  atom.Pointer[sharedCells[T]] // that the tail is in
	oldest atom.Pointer[sharedCells[T]] // that the head is in
	size   uint64
	_      [cacheLine]byte
	tail   atom.Uint64 // { position: 62 bits, growing: 1 bit, closed: 1 bit }
	_      [cacheLine - 8]byte
	head   atom.Uint64
	_      [cacheLine - 8]byte
}

// NewShared makes a queue that holds at least capacity elements: the next power of two, at least
// two.
func NewShared[T any](capacity int) *Shared[T] { return newSharedAt[T](capacity, 0) }

func newSharedAt[T any](capacity int, start uint64) *Shared[T] {
	s := &Shared[T]{size: roundUp(capacity)}
	s.holdNothing(start)
	s.tail.Store(start)
	s.head.Store(start)
	return s
}

// holdNothing replaces the cells by ones without memory, from a position on.
func (s *Shared[T]) holdNothing(from uint64) {
	none := &sharedCells[T]{first: from}
	s.cells.Store(none)
	s.oldest.Store(none)
}

// Cap returns how many elements the queue holds.
func (s *Shared[T]) Cap() int { return int(s.size) }

// Slots returns how many elements there is memory for now. Any goroutine may call it.
func (s *Shared[T]) Slots() int { return int(s.cells.Load().size()) }

// Push queues v: nil, ErrFull or ErrClosed. It may report ErrFull while a Pop is under way in the
// slot it needs. Any goroutine may call it.
func (s *Shared[T]) Push(v T) error {
	for {
		tail := s.tail.Load()
		if tail&flags != 0 {
			if tail&closed != 0 {
				return ErrClosed
			}
			park.Yield()
			continue
		}
		// SYNC POINT: cells. Looked at after the tail, as in Ring.
		c := s.cells.Load()
		// SYNC POINT: turn. The slot's last reader was done before it gave this turn.
		switch ahead := c.turnOf(tail); {
		case ahead < 0 && c.size() < s.size:
			if s.grow(c, tail, v) {
				return nil
			}
		case ahead < 0 || (ahead == 0 && s.crowded(c, tail)):
			return ErrFull
		case ahead == 0 && s.tail.CompareAndSwap(tail, tail+step):
			c.fill(tail, v)
			return nil
		}
	}
}

// grow queues v as the first of larger cells, or returns false if somebody else claimed first.
func (s *Shared[T]) grow(old *sharedCells[T], tail uint64, v T) bool {
	c := makeSharedCells[T](larger(old.size(), old.size()+1, s.size), tail)
	if !s.tail.CompareAndSwap(tail, (tail+step)|growing) {
		return false
	}
	atom.Writes(&old.last)
	old.last = tail
	// SYNC POINT: larger. Consumers go on there when the head has come to last.
	old.larger.Store(c)
	// SYNC POINT: cells. They are in place before anybody can claim behind this.
	s.cells.Store(c)
	s.tail.And(^uint64(growing))
	c.fill(tail, v)
	return true
}

// crowded tells whether the queue is full by what still stands in smaller cells: those at the tail do
// not know of it in their first lap.
func (s *Shared[T]) crowded(c *sharedCells[T], tail uint64) bool {
	lap := s.size * step
	return tail-c.first < lap && int64(tail-s.head.Load()-lap) >= 0
}

// Pop takes the oldest element, or reports false when there is none that has been published. Any
// goroutine may call it.
func (s *Shared[T]) Pop() (v T, ok bool) { return s.PopBefore(s.Tail()) }

// PopSurplus takes the oldest element if there is no room for one more. It reports false also when
// room is just being made: a Pop is under way in the slot that the next Push needs. Any goroutine
// may call it.
func (s *Shared[T]) PopSurplus() (v T, ok bool) {
	return s.PopBefore(s.Tail() - (s.size-1)*step)
}

// PopBefore is Pop for an element that was claimed before Tail returned position. Others may take
// elements at the same time, so that asking Reached and then calling Pop would not be the same.
func (s *Shared[T]) PopBefore(position uint64) (v T, ok bool) {
	for {
		head := s.head.Load()
		if int64(head-position) >= 0 {
			return v, false
		}
		c := s.cellsAt(head)
		if c == nil {
			continue
		}
		// SYNC POINT: turn. The value was written before this turn was given.
		ahead := c.turnOf(head) - step
		if ahead < 0 {
			return v, false
		}
		if ahead == 0 && s.head.CompareAndSwap(head, head+step) {
			return c.take(head), true
		}
	}
}

// cellsAt returns the cells of a head that was just read, or nil if it has gone on since.
func (s *Shared[T]) cellsAt(head uint64) *sharedCells[T] {
	for {
		c := s.oldest.Load()
		if int64(head-c.first) < 0 {
			return nil
		}
		// SYNC POINT: larger. They begin where those before end.
		next := c.larger.Load()
		if next == nil {
			return c
		}
		atom.Reads(&c.last)
		if int64(head-c.last) < 0 {
			return c
		}
		s.oldest.CompareAndSwap(c, next)
	}
}

// Trim gives the queue's memory up if nothing is queued. One goroutine at a time may call it.
func (s *Shared[T]) Trim() {
	head := s.head.Load()
	if s.Slots() == 0 || !s.tail.CompareAndSwap(head, head|growing) {
		return
	}
	// SYNC POINT: cells. No claim that saw the old ones succeeds: head and tail go on by one.
	s.holdNothing(head + step)
	s.head.Store(head + step)
	s.tail.Add(step - growing)
}

// Ready tells whether Pop would find something now.
func (s *Shared[T]) Ready() bool {
	for {
		head := s.head.Load()
		if c := s.cellsAt(head); c != nil {
			return c.turnOf(head) >= step
		}
	}
}

// Full tells whether a Push would find no room, at some moment during the call; false once closed.
func (s *Shared[T]) Full() bool {
	tail := s.tail.Load()
	if tail&closed != 0 {
		return false
	}
	c, tail := s.cells.Load(), tail&^flags
	return c.size() == s.size && (c.turnOf(tail) < 0 || s.crowded(c, tail))
}

// Len returns how many elements are queued, at some moment during the call.
func (s *Shared[T]) Len() int {
	head := s.head.Load()
	used := int64(s.tail.Load()&^flags-head) / step
	return int(min(max(used, 0), int64(s.size)))
}

// Tail returns the position behind the last claim.
func (s *Shared[T]) Tail() uint64 { return s.tail.Load() &^ flags }

// Reached tells whether all that was claimed when Tail returned position has been taken.
func (s *Shared[T]) Reached(position uint64) bool { return int64(s.head.Load()-position) >= 0 }

// Close makes every later Push fail; what is queued can still be popped. It may be called more
// than once.
func (s *Shared[T]) Close() { s.tail.Or(closed) }

// Drained tells whether the queue is closed and everything pushed was popped.
func (s *Shared[T]) Drained() bool {
	tail := s.tail.Load()
	return tail&closed != 0 && s.head.Load() == tail&^flags
}

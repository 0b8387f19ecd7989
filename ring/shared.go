package ring

import "github.com/millrace/millrace/internal/atom"

// Shared is a bounded queue for many producers and many consumers, after Dmitry Vyukov's bounded
// MPMC queue (1024cores.net). It lets a producer pop the oldest element to make room for its own.
//
// Ownership of a slot passes by its turn: at position p the slot is the producer's while turn is p
// and the consumer's while turn is p+step; the consumer hands it to the next lap with p+lap.
type Shared[T any] struct {
	slots []sharedSlot[T]
	size  uint64
	_     [line]byte
	tail  atom.Uint64 // { position: 63 bits, closed: 1 bit }
	_     [line - 8]byte
	head  atom.Uint64
	_     [line - 8]byte
}

type sharedSlot[T any] struct {
	turn  atom.Uint64
	value T
}

// NewShared makes a queue that holds at least capacity elements: the next power of two, at least
// two.
func NewShared[T any](capacity int) *Shared[T] { return newSharedAt[T](capacity, 0) }

func newSharedAt[T any](capacity int, start uint64) *Shared[T] {
	size := roundUp(capacity)
	s := &Shared[T]{slots: make([]sharedSlot[T], size), size: size}
	for p := start; p != start+size*step; p += step {
		s.slots[s.index(p)].turn.Store(p)
	}
	s.tail.Store(start)
	s.head.Store(start)
	return s
}

// Cap returns how many elements the queue holds.
func (s *Shared[T]) Cap() int { return int(s.size) }

// Push queues v: nil, ErrFull or ErrClosed. It may report ErrFull while a Pop is under way in the
// slot it needs. Any goroutine may call it.
func (s *Shared[T]) Push(v T) error {
	for {
		tail := s.tail.Load()
		if tail&closed != 0 {
			return ErrClosed
		}
		slot := &s.slots[s.index(tail)]
		// SYNC POINT: turn. The slot's last reader was done before it gave this turn.
		ahead := int64(slot.turn.Load() - tail)
		if ahead < 0 {
			return ErrFull
		}
		if ahead == 0 && s.tail.CompareAndSwap(tail, tail+step) {
			atom.Writes(&slot.value)
			slot.value = v
			// SYNC POINT: turn. The value was written before this store.
			slot.turn.Store(tail + step)
			return nil
		}
	}
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
		slot := &s.slots[s.index(head)]
		// SYNC POINT: turn. The value was written before this turn was given.
		ahead := int64(slot.turn.Load() - (head + step))
		if ahead < 0 {
			return v, false
		}
		if ahead == 0 && s.head.CompareAndSwap(head, head+step) {
			v = slot.value
			atom.Reads(&slot.value)
			// SYNC POINT: turn. The value was read before this store.
			slot.turn.Store(head + s.size*step)
			return v, true
		}
	}
}

// Ready tells whether Pop would find something now.
func (s *Shared[T]) Ready() bool {
	head := s.head.Load()
	return int64(s.slots[s.index(head)].turn.Load()-(head+step)) >= 0
}

// Full tells whether a Push would find no room, at some moment during the call; false once closed.
func (s *Shared[T]) Full() bool {
	tail := s.tail.Load()
	return tail&closed == 0 && int64(s.slots[s.index(tail)].turn.Load()-tail) < 0
}

// Len returns how many elements are queued, at some moment during the call.
func (s *Shared[T]) Len() int {
	head := s.head.Load()
	used := int64(s.tail.Load()&^closed-head) / step
	return int(min(max(used, 0), int64(s.size)))
}

// Tail returns the position behind the last claim.
func (s *Shared[T]) Tail() uint64 { return s.tail.Load() &^ closed }

// Reached tells whether all that was claimed when Tail returned position has been taken.
func (s *Shared[T]) Reached(position uint64) bool { return int64(s.head.Load()-position) >= 0 }

// Close makes every later Push fail; what is queued can still be popped. It may be called more
// than once.
func (s *Shared[T]) Close() { s.tail.Or(closed) }

// Drained tells whether the queue is closed and everything pushed was popped.
func (s *Shared[T]) Drained() bool {
	tail := s.tail.Load()
	return tail&closed != 0 && s.head.Load() == tail&^closed
}

func (s *Shared[T]) index(position uint64) uint64 { return position / step & (s.size - 1) }

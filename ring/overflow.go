package ring

import (
	"slices"

	"github.com/millrace/millrace/internal/atom"
)

// Overflow is an unbounded queue for many producers and one consumer that takes everything at once.
// Producers push onto a stack (Treiber 1986); the consumer swaps the whole stack out and turns it
// round, so there is no ABA problem. Its user bounds it. The zero value is ready.
type Overflow[T any] struct {
	top atom.Pointer[overflowed[T]] // &end once closed
	end overflowed[T]
}

type overflowed[T any] struct {
	value T
	below *overflowed[T]
}

// Push queues v: nil or ErrClosed. Any goroutine may call it.
func (s *Overflow[T]) Push(v T) error {
	node := &overflowed[T]{value: v}
	for {
		node.below = s.top.Load()
		if node.below == &s.end {
			return ErrClosed
		}
		// SYNC POINT: overflow. The node was written before it became the top.
		if s.top.CompareAndSwap(node.below, node) {
			return nil
		}
	}
}

// Empty tells whether there is nothing to take.
func (s *Overflow[T]) Empty() bool {
	top := s.top.Load()
	return top == nil || top == &s.end
}

// TakeAll appends everything queued to list, oldest first, and returns the longer list. Consumer
// only.
func (s *Overflow[T]) TakeAll(list []T) []T {
	if s.Empty() {
		return list
	}
	return s.swap(nil, list)
}

// Close makes every later Push fail and takes what is left, as TakeAll does. Consumer only.
func (s *Overflow[T]) Close(list []T) []T { return s.swap(&s.end, list) }

func (s *Overflow[T]) swap(top *overflowed[T], list []T) []T {
	from := len(list)
	// SYNC POINT: overflow. Every node below the top was written before it got there.
	for node := s.top.Swap(top); node != nil && node != &s.end; node = node.below {
		list = append(list, node.value)
	}
	slices.Reverse(list[from:])
	return list
}

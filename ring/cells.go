package ring

import "github.com/millrace/millrace/internal/atom"

// cells is the memory of a Ring, for now. When it is full and the ring has not reached its capacity, a
// producer makes larger ones, and claims the next place as the first in them: what was claimed before
// stays where it is, and the consumer goes on to the larger cells when it has drained the rest.
// They are made before the claim, so that nobody waits for memory behind one.
//
//	slots, stamps  see Ring
//	last    the producer that grows, before larger / the consumer, after it: where they end
//	larger  the producer that grows, once / the consumer, when it finds nothing published
type cells[T any] struct {
	slots  []T
	stamps []atom.Uint64
	last   uint64
	larger atom.Pointer[cells[T]]
}

// makeCells makes cells whose first position is from: no stamp is ahead of it.
func makeCells[T any](size, from uint64) *cells[T] {
	c := &cells[T]{slots: make([]T, size), stamps: make([]atom.Uint64, size)}
	for i := range c.stamps {
		c.stamps[i].Store(from)
	}
	return c
}

// larger returns the size of cells that hold at least so many, if most allows it: by factors of four,
// so that a ring grows in a few steps.
func larger(size, hold, most uint64) uint64 {
	size = max(4*size, firstSlots)
	for size < hold {
		size *= 4
	}
	return min(size, most)
}

func (c *cells[T]) size() uint64 { return uint64(len(c.slots)) }

func (c *cells[T]) index(position uint64) uint64 { return position / step & (c.size() - 1) }

// free returns how many may be claimed. What stands in smaller cells still counts, as if it stood here.
func (c *cells[T]) free(tail, head uint64) int64 {
	return int64(c.size()) - int64(tail-head)/step
}

// published returns how far publication reaches from a position on, if it does.
func (c *cells[T]) published(position uint64) (end uint64, ok bool) {
	if len(c.stamps) == 0 {
		return 0, false
	}
	end = c.stamps[c.index(position)].Load()
	return end, int64(end-position) > 0
}

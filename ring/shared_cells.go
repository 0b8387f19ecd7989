package ring

import "github.com/millrace/millrace/internal/atom"

// sharedCells is the memory of a Shared, for now: see cells. Positions from first on, and before last
// once there are larger ones, have their slots here.
//
//	first   constant
//	last    the producer that grows, before larger / consumers, after it
//	larger  the producer that grows, once / consumers, a load a pop
type sharedCells[T any] struct {
	slots  []sharedSlot[T]
	first  uint64
	last   uint64
	larger atom.Pointer[sharedCells[T]]
}

type sharedSlot[T any] struct {
	turn  atom.Uint64
	value T
}

func makeSharedCells[T any](size, first uint64) *sharedCells[T] {
	c := &sharedCells[T]{slots: make([]sharedSlot[T], size), first: first}
	for i := range size {
		p := first + i*step
		c.slots[c.index(p)].turn.Store(p)
	}
	return c
}

func (c *sharedCells[T]) size() uint64 { return uint64(len(c.slots)) }

func (c *sharedCells[T]) index(position uint64) uint64 { return position / step & (c.size() - 1) }

// turnOf returns how far the turn of a position's slot is ahead of the position.
func (c *sharedCells[T]) turnOf(position uint64) int64 {
	if len(c.slots) == 0 {
		return -1
	}
	return int64(c.slots[c.index(position)].turn.Load() - position)
}

// fill writes a slot that the caller has claimed, and gives it to a consumer.
func (c *sharedCells[T]) fill(position uint64, v T) {
	slot := &c.slots[c.index(position)]
	atom.Writes(&slot.value)
	slot.value = v
	// SYNC POINT: turn. The value was written before this store.
	slot.turn.Store(position + step)
}

// take reads a slot that the caller has claimed, and gives it to the producer of the next lap.
func (c *sharedCells[T]) take(position uint64) T {
	slot := &c.slots[c.index(position)]
	v := slot.value
	atom.Reads(&slot.value)
	// SYNC POINT: turn. The value was read before this store.
	slot.turn.Store(position + c.size()*step)
	return v
}

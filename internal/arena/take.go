package arena

import "github.com/millrace/millrace/internal/atom"

// How many free blocks collect makes ready at once, and of how many bytes, but not more than a part of
// the cap: what is ready is hidden from others while the owner's session lasts.
const (
	maxReady      = 64
	maxReadyBytes = 32 << 10
)

// take returns a free block of the likely class or, when the cap leaves none, of the least that will
// do. The session is entered.
func (s *Shard) take(least, likely int) (*block, error) {
	for {
		if b := s.unused(least, likely); b != nil {
			return b, nil
		}
		if err := s.ask(least, costs[least]); err != nil {
			return nil, err
		}
		if b := s.granted(); b != nil {
			return b, nil
		}
	}
}

// unused returns a block that can be had without asking anybody, or nil.
func (s *Shard) unused(least, likely int) *block {
	for {
		if b := s.ready[likely].pop(); b != nil {
			return b
		}
		if !s.collect() {
			break
		}
	}
	if b := s.grow(likely); b != nil {
		return b
	}
	if likely != least {
		if b := s.ready[least].pop(); b != nil {
			return b
		}
		if b := s.grow(least); b != nil {
			return b
		}
	}
	return s.makeOwn(least)
}

// collect makes some blocks ready that are free or have come home.
func (s *Shard) collect() bool {
	// SYNC POINT: return. Who released a block was done with it before it was pushed.
	b := s.rest.Load()
	if b != nil {
		b = s.rest.Swap(nil)
	}
	if b == nil {
		b = turned(s.returned.Swap(nil))
	}
	if b == nil {
		return false
	}
	most := min(maxReadyBytes, int(s.arena.most/32))
	n, bytes := 0, 0
	enough := func() bool { return b == nil || (n > 0 && (n >= maxReady || bytes >= most)) }
	for !enough() {
		class, first, last := b.Class, b, b
		for !enough() && b.Class == class {
			atom.Writes(b)
			n, bytes = n+1, bytes+sizes[class]
			last, b = b, b.next
		}
		s.ready[class].append(first, last)
	}
	if b != nil {
		// SYNC POINT: return. The owner has done with the rest.
		s.rest.Store(b)
	}
	s.stored = true
	return true
}

// turned turns a stack round: first in, first out.
func turned(b *block) (oldest *block) {
	for b != nil {
		atom.Writes(b)
		b, b.next, oldest = b.next, oldest, b
	}
	return oldest
}

// grow makes a block, unless there is no memory for it, or others wait for that.
func (s *Shard) grow(class int) *block {
	a := s.arena
	if a.waiting.Load() > 0 {
		return nil
	}
	s.meet()
	if image := a.fromStock(class); image != nil {
		return s.newBlock(class, image)
	}
	if !a.reserve(costs[class]) {
		return nil
	}
	s.grew.Or(1 << class)
	return s.newBlock(class, make([]byte, sizes[class]))
}

// meet makes the shard known to its arena, before it has memory. Owner only.
func (s *Shard) meet() {
	if !s.known {
		s.known = true
		s.arena.mu.Lock()
		s.arena.join(s)
		s.arena.mu.Unlock()
	}
}

// makeOwn makes the block that the shard may have beyond the cap, unless there is one.
func (s *Shard) makeOwn(class int) *block {
	// SYNC POINT: private. Who dropped the last one said so after it was uncharged.
	if class > ownClass || s.hasOwn.Load() {
		return nil
	}
	s.meet()
	s.hasOwn.Store(true)
	s.arena.private.Add(costs[class])
	s.own = s.newBlock(class, make([]byte, sizes[class]))
	s.own.SetPrivate(true)
	return s.own
}

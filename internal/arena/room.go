package arena

import "fmt"

// room makes place for more bytes at the end of a draft's image, moving it to a larger class, or to
// bytes of its own, if it must.
func (s *Shard) room(b *block, more int) error {
	need := b.Size() + more
	if need <= len(b.Buffer()) {
		return nil
	}
	if s.over(b.claim) {
		return ErrSpent
	}
	entered := s.entered
	if !entered {
		s.enter()
	}
	err := s.move(b, need)
	if !entered {
		s.leave()
	}
	return err
}

// move puts a draft's image where there is room for so many bytes.
func (s *Shard) move(b *block, need int) error {
	class := classFor(need)
	if class == large || (class > ownClass && costs[class] > s.arena.most) {
		return s.enlarge(b, need)
	}
	other := s.unused(class, class)
	if other == nil && b.Private() && class <= ownClass {
		s.widen(b, class)
		return nil
	}
	if other == nil {
		s.slim(b)
		var err error
		if other, err = s.take(class, class); err != nil {
			return err
		}
	}
	s.swap(b, other)
	return nil
}

// slim makes a draft that is about to wait take as little of the cap as it can: none if the shard's own
// block is to be had. Else drafts that wait, each in a block that the last message needed, might hold
// what the first of them waits for.
func (s *Shard) slim(b *block) {
	class := classFor(b.Size())
	if b.Private() || class == large || int(b.Class) == large {
		return
	}
	if own := s.makeOwn(class); own != nil {
		s.swap(b, own)
	} else if class < int(b.Class) {
		saved := b.cost() - costs[class]
		s.dressAnew(b, class, sizes[class])
		s.arena.used.Add(-saved) // and who asks next looks at the line
	}
}

// dressAnew moves a draft into an image that is made for it.
func (s *Shard) dressAnew(b *block, class, size int) {
	s.drafts.remove(b)
	image := make([]byte, size)
	copy(image, b.Image())
	b.dress(class, image)
	s.drafts.add(b)
}

// swap moves a draft into another block's image. The header stays, for the draft's handle points to it.
func (s *Shard) swap(b, other *block) {
	s.drafts.remove(b)
	copy(other.Buffer(), b.Image())
	exchange(b, other)
	if b.Private() {
		s.own = b
	} else if other.Private() {
		s.own = other
	}
	s.drafts.add(b)
	s.ready[other.Class].push(other)
	s.stored = true
}

// widen gives the block beyond the cap an image of a larger class.
func (s *Shard) widen(b *block, class int) {
	s.arena.private.Add(costs[class] - b.cost())
	s.dressAnew(b, class, sizes[class])
}

// enlarge gives a draft bytes for itself alone, which go with the message.
func (s *Shard) enlarge(b *block, need int) error {
	most := s.arena.most
	if int64(need)+blockBytes > most {
		return fmt.Errorf("%w: %d bytes of at most %d", ErrBeyondMemory, need+blockBytes, most)
	}
	size := min(max(int64(need), min(2*int64(b.Size()), most/8)), most-blockBytes)
	if int(b.Class) == large {
		if err := s.obtain(b, size-int64(len(b.Buffer()))); err != nil {
			return err
		}
		s.dressAnew(b, large, int(size))
		return nil
	}
	if err := s.obtain(b, size+blockBytes); err != nil {
		return err
	}
	s.arena.large.Add(1)
	s.swap(b, s.newBlock(large, make([]byte, size)))
	return nil
}

// obtain reserves bytes for a draft, which it may have to wait for.
func (s *Shard) obtain(b *block, bytes int64) error {
	s.meet()
	if s.arena.waiting.Load() == 0 && s.arena.reserve(bytes) {
		return nil
	}
	s.slim(b)
	if err := s.ask(large, bytes); err != nil {
		return err
	}
	s.request.got = 0
	return nil
}

// free takes a draft's block back. Owner only.
func (s *Shard) free(b *block) {
	claim := b.claim
	b.claim = 0
	b.unask()
	if s.over(claim) {
		return
	}
	s.drafts.remove(b)
	b.died()
	if int(b.Class) == large {
		s.arena.restore(b.scrap())
		s.settle()
		return
	}
	if !s.entered {
		s.enter()
	}
	s.ready[b.Class].push(b)
	s.stored = true
	s.leave()
}

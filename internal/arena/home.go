package arena

import "github.com/millrace/millrace/internal/atom"

// giveBack sends a chain of blocks home, which were that many messages. Any goroutine may call it.
func (s *Shard) giveBack(first, last *block, messages int) {
	if messages > 0 {
		s.back.Add(uint64(messages))
	}
	s.push(first, last)
	// SYNC POINT: skip. A thief that did not see the blocks has changed the state before.
	if s.state.Load() != listed {
		s.cameHome()
	}
}

func (s *Shard) push(first, last *block) {
	for {
		atom.Writes(last)
		last.next = s.returned.Load()
		// SYNC POINT: return. The releaser is done with every block of the chain.
		if s.returned.CompareAndSwap(last.next, first) {
			return
		}
	}
}

// cameHome looks after what was sent to a shard that nobody would look through.
func (s *Shard) cameHome() {
	a := s.arena
	a.mu.Lock()
	gone := s.state.Load() == closed
	if !gone {
		a.list(s)
		a.feed()
	}
	a.mu.Unlock()
	if gone {
		s.drop()
	}
}

// release takes a message's block back whose bytes are for it alone, and drops it. Any goroutine may
// call it.
func (s *Shard) releaseLarge(b *block) {
	s.back.Add(1)
	s.arena.restore(b.scrap())
	s.forgetIfHome()
}

// discard ends a draft for a goroutine that does not own the shard.
func (s *Shard) discard(b *block) {
	claim := b.claim
	b.claim = 0
	b.unask()
	if s.over(claim) {
		return
	}
	s.discarded.Add(b.cost())
	s.discards.Add(1)
	b.died()
	if int(b.Class) == large {
		s.arena.restore(b.scrap())
	} else {
		s.giveBack(b, b, 0)
	}
}

// scrap ends a block and returns how many bytes of the cap come free by that.
func (b *block) scrap() (bytes int64) {
	a := b.home.arena
	if b.Private() {
		a.private.Add(-b.cost())
		b.SetPrivate(false)
		// SYNC POINT: private. The owner makes another only after it has seen this.
		b.home.hasOwn.Store(false)
	} else {
		bytes = b.cost()
	}
	b.strip()
	b.forgotten()
	return bytes
}

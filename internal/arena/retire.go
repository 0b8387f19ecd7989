package arena

import "github.com/millrace/millrace/internal/atom"

// Close ends the owner's use of the shard, and drafts that have not ended. What is free is dropped at
// once, what is out when it comes home, and then the arena forgets the shard.
func (s *Shard) Close() {
	s.EndDrafts()
	s.done = nil
	a := s.arena
	a.mu.Lock() // no thief is in, and none comes any more
	if s.state.Load() == listed {
		a.cut(s)
	}
	s.counted = s.sealed
	s.session.Store(s.outside())
	// SYNC POINT: retire. Who sends a block home looks at the state after it: one of the two drops it.
	s.state.Store(closed)
	a.mu.Unlock()
	bytes := int64(0)
	for class := range s.ready {
		bytes += scrapAll(s.ready[class].first, true)
	}
	s.ready, s.bare, s.gate, s.own = [classes]queue{}, queue{}, nil, nil
	a.restore(bytes)
	s.drop()
}

// drop drops what has come home. Any goroutine may call it, once the shard is closed.
func (s *Shard) drop() {
	rest, returned := s.takeFree()
	s.arena.restore(scrapAll(rest, true) + scrapAll(returned, true))
	s.forgetIfHome()
}

// scrapAll drops a chain of free blocks. Of a shard that is gone a handle that somebody forgot, such as
// the old value of a queue's slot, keeps the header alive, but neither the shard nor the arena.
func scrapAll(b *block, gone bool) (bytes int64) {
	for b != nil {
		atom.Writes(b)
		next := b.next
		bytes += b.scrap()
		if gone {
			b.home = nil
		}
		b = next
	}
	return bytes
}

// forgetIfHome makes the arena forget a closed shard of which nothing is out.
func (s *Shard) forgetIfHome() {
	// SYNC POINT: retire. Who is the last to come home looks at the state after it was counted.
	if s.state.Load() != closed || s.back.Load() != s.Counted() {
		return
	}
	a := s.arena
	a.mu.Lock()
	if s.index != nowhere {
		a.forget(s)
	}
	a.mu.Unlock()
}

// Retire ends an arena whose module is gone: all that is free goes at once, in a shard whose owner is
// at work when it has done, and what is out when it is released.
func (a *Arena) Retire() {
	a.mu.Lock()
	a.retired = true
	a.clear()
	a.mu.Unlock()
}

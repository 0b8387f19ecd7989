package arena

import "github.com/millrace/millrace/internal/atom"

// The states of a shard, changed under Arena.mu, of which everybody may look at the latest.
const (
	idle    uint32 = iota // nothing is free in it, as far as is known
	listed                // something may be, and it is in Arena.listed
	skipped               // something may be, but a thief was shut out by the owner's session
	closed                // it has no owner any more: what comes home is dropped
)

// maxBare is how many headers a shard keeps that have no image.
const maxBare = 3

// list makes known that something is free in the shard.
func (s *Shard) list() {
	a := s.arena
	a.mu.Lock()
	a.list(s)
	a.feed()
	a.mu.Unlock()
}

func (a *Arena) list(s *Shard) {
	switch s.state.Load() {
	case idle, skipped:
		s.state.Store(listed)
		if s.below = a.listed; s.below != nil {
			s.below.above = s
		}
		a.listed = s
		if a.retired {
			a.clear()
		} else {
			a.tell()
		}
	}
}

// unlist takes the shard that was listed last from the list; it is to be looked through.
func (a *Arena) unlist() *Shard {
	s := a.listed
	if s == nil {
		return nil
	}
	a.cut(s)
	// SYNC POINT: skip. This comes before the look: who makes something free after that, or leaves a
	// session that shuts the thief out, finds it.
	s.state.Store(skipped)
	return s
}

// cut takes a shard out of the list. Arena.mu is held.
func (a *Arena) cut(s *Shard) {
	if s.above == nil {
		a.listed = s.below
	} else {
		s.above.below = s.below
	}
	if s.below != nil {
		s.below.above = s.above
	}
	s.above, s.below = nil, nil
}

// sweep makes what one shard has free serve a request; it returns false if no shard is listed.
// Arena.mu is held.
func (a *Arena) sweep(r *request) bool {
	s := a.unlist()
	if s == nil {
		return false
	}
	rest, returned := s.takeFree()
	if !s.steal() {
		a.stockAll(rest)
		a.stockAll(returned)
		return true
	}
	s.gather(rest)
	s.gather(turned(returned))
	a.plunder(s, r)
	s.state.Store(idle)
	if s.anyReady() {
		a.list(s)
	}
	s.endTheft()
	return true
}

// takeFree takes what is free outside the session.
func (s *Shard) takeFree() (rest, returned *block) {
	// SYNC POINT: return. Who takes the blocks has them alone.
	return s.rest.Swap(nil), s.returned.Swap(nil)
}

// gather makes a chain of free blocks ready. In a session.
func (s *Shard) gather(b *block) {
	for b != nil {
		atom.Writes(b)
		next := b.next
		s.ready[b.Class].push(b)
		b = next
	}
}

func (s *Shard) anyReady() bool {
	for class := range s.ready {
		if s.ready[class].first != nil {
			return true
		}
	}
	return false
}

// stockAll puts a chain of free blocks into the stock. Their headers go.
func (a *Arena) stockAll(b *block) {
	for b != nil {
		atom.Writes(b)
		next := b.next
		if b.Private() {
			a.offerOwn(b)
		} else {
			a.stock.put(int(b.Class), b.strip())
			b.forgotten()
		}
		b = next
	}
}

// plunder serves a request from a shard's ready blocks, in a thief's session: with one of its class, or
// by dropping others until the bytes are there.
func (a *Arena) plunder(s *Shard, r *request) {
	if r.class < large {
		for b := s.ready[r.class].pop(); b != nil; b = s.ready[r.class].pop() {
			switch {
			case b.Private():
				a.offerOwn(b)
			case r.shard == s:
				r.block = b
			default:
				r.image = b.strip()
				s.keepBare(b)
			}
			if r.block != nil || r.image != nil {
				return
			}
		}
	}
	for class := classes - 1; class >= 0; class-- {
		for !a.fill(r) {
			b := s.ready[class].pop()
			if b == nil {
				break
			}
			if b.Private() {
				a.offerOwn(b)
			} else {
				a.used.Add(-b.cost())
				b.strip()
				s.keepBare(b)
			}
		}
	}
}

// keepBare keeps a header for an image to come. In a session.
func (s *Shard) keepBare(b *block) {
	if s.bares < maxBare {
		s.bares++
		s.bare.push(b)
	} else {
		b.forgotten()
	}
}

// offerOwn gives a shard's own block, which is beyond the cap, to the shard's owner if that asks, and
// drops it otherwise: others have no right to it.
func (a *Arena) offerOwn(b *block) {
	r := b.home.request
	wanted := r != nil && r.asking && r.own && r.block == nil
	if wanted && int(b.Class) >= r.class {
		r.block = b
	} else {
		b.scrap()
		if wanted {
			r.again = true // and may make a larger one
		}
	}
	if wanted && r.inLine {
		a.refund(r)
		a.end(r, nil)
	}
}

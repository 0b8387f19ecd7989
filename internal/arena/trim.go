package arena

import "github.com/millrace/millrace/internal/atom"

// WhenFree makes the arena call f when something in it comes free that Trim may give back, and not
// again before a Trim has found nothing left. f is called under a lock: it must not call the arena, nor
// wait. It is set before the first claim.
func (a *Arena) WhenFree(f func()) { a.whenFree = f }

// tell calls for a Trim. Arena.mu is held.
func (a *Arena) tell() {
	if !a.told && a.whenFree != nil {
		a.told = true
		a.whenFree()
	}
}

// Trim drops the memory that was free at the last Trim and still is, of classes of which nothing had
// to be made in between: so what was not needed for the time between two calls goes. It tells whether
// anything is left that the next may drop. While somebody waits for memory nothing is free.
func (a *Arena) Trim() (more bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var kept []*Shard
	for s := a.unlist(); s != nil; s = a.unlist() {
		if a.trim(s) {
			kept = append(kept, s)
		}
	}
	for _, s := range kept {
		a.list(s)
	}
	a.stock.trim(&a.used)
	a.told = a.listed != nil || a.stock.count.Load() > 0
	return a.told
}

// trim drops what a shard has to spare, and tells whether something stays free. What does has come home
// anew. Arena.mu is held.
func (a *Arena) trim(s *Shard) bool {
	rest, returned := s.takeFree()
	var free heap
	free.add(rest)
	free.add(turned(returned))
	if s.steal() {
		for class := range s.ready {
			free.add(s.ready[class].first)
		}
		s.ready, s.bare, s.bares = [classes]queue{}, queue{}, 0
		s.state.Store(idle)
		s.endTheft()
	}
	grew := s.grew.Swap(0)
	for class := range free.blocks {
		spare := min(s.spare[class], free.count[class])
		if grew&(1<<class) != 0 {
			spare = 0
		}
		free.count[class] -= spare
		s.spare[class] = free.count[class]
		for ; spare > 0; spare-- {
			a.used.Add(-free.blocks[class].pop().scrap())
		}
	}
	return free.sendHome(s)
}

// heap is free blocks by class.
type heap struct {
	blocks [classes]queue
	count  [classes]uint32
}

func (h *heap) add(b *block) {
	for b != nil {
		atom.Writes(b)
		next := b.next
		h.blocks[b.Class].push(b)
		h.count[b.Class]++
		b = next
	}
}

// sendHome pushes all blocks to what has returned to their shard, and tells whether there are any.
func (h *heap) sendHome(s *Shard) (some bool) {
	for class := range h.blocks {
		if q := &h.blocks[class]; q.first != nil {
			s.push(q.first, q.last)
			some = true
		}
	}
	return some
}

// trim is Trim for the stock.
func (s *stock) trim(used *atom.Int64) {
	for class := range s.images {
		spare := min(s.spare[class], len(s.images[class]))
		for range spare {
			s.take(class)
			used.Add(-costs[class])
		}
		s.spare[class] = len(s.images[class])
	}
}

// clear drops all that is free and can be got at. Arena.mu is held.
func (a *Arena) clear() {
	for a.stock.drop(&a.used) {
	}
	for s := a.unlist(); s != nil; s = a.unlist() {
		a.empty(s)
	}
}

// empty drops what a shard has free. Arena.mu is held.
func (a *Arena) empty(s *Shard) {
	rest, returned := s.takeFree()
	bytes := scrapAll(rest, false) + scrapAll(returned, false)
	if s.steal() {
		for class := range s.ready {
			bytes += scrapAll(s.ready[class].first, false)
		}
		s.ready, s.bare, s.bares = [classes]queue{}, queue{}, 0
		s.state.Store(idle)
		s.endTheft()
	}
	a.used.Add(-bytes)
}

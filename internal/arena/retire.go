package arena

import (
	"github.com/millrace/millrace/internal/assert"
	"github.com/millrace/millrace/internal/atom"
)

// Retire ends an arena whose module is gone: the memory of a shard that is closed goes at once, what
// is still out when it is released. A handle that somebody forgot, such as the old value of a queue's
// slot, then keeps alive the headers of the blocks that were made with its own, 5 KiB at most, and none
// of their bytes. No shard should be made any more.
func (a *Arena) Retire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.retired = true
	for _, s := range a.spare {
		s.retire()
	}
	a.spare = nil
}

// retire drops a shard's free blocks, and lets every releaser drop what comes home. It has no owner,
// or is called by it.
func (s *Shard) retire() {
	for class := range s.ready {
		s.dropAll(s.ready[class].first)
	}
	s.ready = [classes]queue{}
	s.gate = nil
	if !assert.Enabled { // which name the holders
		s.mu.Lock()
		s.chunks = nil
		s.mu.Unlock()
	}
	// SYNC POINT: retire. Who sends a block home looks at retired after it: one of the two drops it.
	s.retired.Store(true)
	s.drop()
}

// drop drops what has come home. Any goroutine may call it, once the shard is retired.
func (s *Shard) drop() {
	// SYNC POINT: return. Who takes the blocks has them alone.
	s.dropAll(s.returned.Swap(nil))
}

func (s *Shard) dropAll(b *block) {
	if b == nil {
		return
	}
	bytes := int64(0)
	for b != nil {
		atom.Writes(b)
		next := b.next
		bytes += cost(int(b.class))
		b.own, b.buf, b.table, b.next = nil, nil, nil, nil
		b.size, b.count, b.content = 0, 0, 0
		b = next
	}
	s.arena.restore(bytes)
}

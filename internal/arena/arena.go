package arena

import (
	"fmt"
	"slices"
	"strings"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/internal/park"
)

// DefaultMemory is the byte cap of an arena that states none.
const DefaultMemory = 64 << 20

// MaxOwn is how many bytes a shard may take beyond the cap: one block of up to 2 KiB, so that no
// publisher waits for ever for others, nor is a handler refused that has nothing out; and what the
// shard itself is made of.
const MaxOwn = 4 << 10

// Arena holds the memory of one module's messages under one byte cap. Any goroutine may use it.
//
// Where free memory is: in a shard's ready lists, of which its owner takes blocks in a session; in
// its rest and what returned to it, which anybody may take at any time; in the stock, without a
// shard; and unreserved. While nobody is short each shard uses its own. Who is short joins the line,
// and as long as there is one all that is free or comes home goes to the head of it: see feed.
//
// Field ledger: used and private are written by whoever takes or gives bytes; waiting is the line's
// length, written under mu; escaped by holders that retain; the rest is guarded by mu.
type Arena struct {
	keys  *layout.Keys
	annex *layout.Annex // that its blocks share
	most  int64

	waiting atom.Int32 // requests in line
	escaped atom.Int64 // messages out that somebody has retained or shared
	large   atom.Uint64

	_       [128]byte
	used    atom.Int64 // bytes reserved under the cap
	private atom.Int64 // bytes of the shards' own blocks, beyond it
	_       [112]byte

	mu      park.Mutex
	shards  []*Shard // all that have memory, or messages out
	listed  *Shard   // of those, the ones that may have something free; a stack by below
	line    line
	stock   stock
	retired bool // nothing is kept that is free

	whenFree func() // set before there is memory
	told     bool   // it was called, and a Trim is to come
}

// Stats is what an arena holds at some moment.
type Stats struct {
	Bytes, MaxBytes int64  // taken, with MaxOwn at most for each publisher beyond the cap; and the cap
	Large           uint64 // messages so far that were larger than the largest size class
}

// NewArena makes an arena; memory is its cap in bytes, 0 for DefaultMemory. No memory is taken until
// the first claim. Beyond the cap each shard may take MaxOwn bytes.
func NewArena(keys *layout.Keys, limits Limits, memory int64) *Arena {
	if memory <= 0 {
		memory = DefaultMemory
	}
	return &Arena{keys: keys, annex: layout.NewAnnex(keys, limits), most: memory}
}

// Stats returns what the arena holds.
func (a *Arena) Stats() Stats {
	return Stats{Bytes: a.used.Load() + a.private.Load(), MaxBytes: a.most, Large: a.large.Load()}
}

// Held counts the messages that somebody still holds, and in assertion builds says who took them.
// It is exact when nothing is being published or released.
func (a *Arena) Held() (int, error) {
	a.mu.Lock()
	shards := slices.Clone(a.shards)
	a.mu.Unlock()
	held, names := 0, []string(nil)
	for _, s := range shards {
		back := s.back.Load() // first: what came home was counted before
		held += int(s.Counted() - back)
		names = append(names, s.whoHolds()...)
	}
	if held == 0 {
		return 0, nil
	}
	return held, fmt.Errorf("message: %d not released%s", held, strings.Join(names, ""))
}

// reserve takes bytes from the cap, or reports that they are not there.
func (a *Arena) reserve(bytes int64) bool {
	for {
		used := a.used.Load()
		if used+bytes > a.most {
			return false
		}
		if a.used.CompareAndSwap(used, used+bytes) {
			return true
		}
	}
}

// restore gives bytes back to the cap, and with it to who waits.
func (a *Arena) restore(bytes int64) {
	a.used.Add(-bytes)
	// SYNC POINT: line. The bytes were given back before this look.
	if a.waiting.Load() > 0 {
		a.mu.Lock()
		a.feed()
		a.mu.Unlock()
	}
}

// join and leave keep the list of shards. Arena.mu is held.
func (a *Arena) join(s *Shard) {
	s.index = len(a.shards)
	a.shards = append(a.shards, s)
}

func (a *Arena) forget(s *Shard) {
	last := len(a.shards) - 1
	a.shards[s.index] = a.shards[last]
	a.shards[s.index].index = s.index
	a.shards[last] = nil
	a.shards = a.shards[:last]
	s.index = nowhere
}

const nowhere = -1

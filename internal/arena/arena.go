package arena

import (
	"fmt"
	"strings"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/property"
)

// DefaultMemory is the byte cap of an arena that states none.
const DefaultMemory = 64 << 20

// Arena holds the memory of one module's messages under one byte cap. Any goroutine may use it.
type Arena struct {
	keys   *property.Keys
	limits Limits
	most   int64

	used    atom.Int64 // bytes reserved: chunks of blocks, and large messages while they live
	large   atom.Uint64
	escaped atom.Int64 // messages out that somebody has retained or shared
	space   park.Line  // shards that wait for a block of their own to come home, or for bytes

	mu      park.Mutex
	shards  []*Shard // all there are; guarded by mu
	spare   []*Shard // of those, the ones without an owner; guarded by mu
	retired bool     // a shard without an owner will have none; guarded by mu
}

// Stats is what an arena holds at some moment.
type Stats struct {
	Bytes, MaxBytes int64  // reserved, and the cap
	Large           uint64 // messages so far that were larger than the largest size class
}

// NewArena makes an arena; memory is its cap in bytes, 0 for DefaultMemory. No memory is taken
// until the first claim. Beyond the cap each shard may own one block of each size class (90 KiB)
// and one larger message, so that no publisher can starve another for ever.
func NewArena(keys *property.Keys, limits Limits, memory int64) *Arena {
	if memory <= 0 {
		memory = DefaultMemory
	}
	return &Arena{keys: keys, limits: limits.withDefaults(), most: memory}
}

// Stats returns what the arena holds.
func (a *Arena) Stats() Stats {
	return Stats{Bytes: a.used.Load(), MaxBytes: a.most, Large: a.large.Load()}
}

// Nudge wakes every claim that waits, so that it asks its Gate again.
func (a *Arena) Nudge() { a.space.WakeAll() }

// Held counts the messages that somebody still holds, and in assertion builds says who took them.
// It is exact when nothing is being published or released.
func (a *Arena) Held() (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	held, names := 0, []string(nil)
	for _, s := range a.shards {
		back := s.back.Load() // first: what came home was counted before
		held += int(s.counted.Load() - back)
		s.eachBlock(func(b *block) { names = append(names, b.whoHolds()...) })
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

// fits tells whether reserve would succeed, at this moment.
func (a *Arena) fits(bytes int64) bool { return a.used.Load()+bytes <= a.most }

func (a *Arena) restore(bytes int64) {
	a.used.Add(-bytes)
	// SYNC POINT: space. The bytes were given back before this.
	a.space.WakeAll()
}

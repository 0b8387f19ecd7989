//go:build explore

package arena

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/property"
)

// scene is an arena of which each shard has one small block that is not in use.
type scene struct {
	x     *explore.Run
	arena *Arena
}

// wait is the gate of those who may wait.
func wait() error { return nil }

func newScene(x *explore.Run, memory int64) *scene {
	return &scene{x, NewArena(property.NewKeys(8), Limits{}, memory)}
}

// tight returns a shard that owns one block more than are in use; the cap leaves no other.
func (s *scene) tight(gate Gate) *Shard {
	shard := s.arena.NewShard(gate)
	for range firstChunk - 1 {
		s.claim(shard)
	}
	return shard
}

func (s *scene) claim(shard *Shard) Draft {
	d, err := shard.Claim(nil)
	s.x.Check(err == nil, "claim: %v", err)
	return d
}

func (s *scene) send(shard *Shard, content string, holders int) Message {
	d := s.claim(shard)
	d.SetContent([]byte(content))
	m, err := d.Seal(holders)
	s.x.Check(err == nil, "seal: %v", err)
	shard.Count()
	return m
}

func (s *scene) reads(m Message, want string) {
	got := string(m.Content())
	s.x.Check(got == want, "content is %q, not %q", got, want)
}

// expectHome checks that nobody holds anything, and that the shards' free blocks are so many, each
// once.
func (s *scene) expectHome(free int) {
	held, err := s.arena.Held()
	s.x.Check(held == 0 && err == nil, "%d held: %v", held, err)
	seen := make(map[*block]bool)
	for _, shard := range s.arena.shards {
		shard.collect()
		for class := range shard.ready {
			for b := shard.ready[class].pop(); b != nil; b = shard.ready[class].pop() {
				s.x.Check(!seen[b] && !b.out && b.shares.Load() == 0 && b.home == shard,
					"a block came home twice, with holders or to another")
				seen[b] = true
			}
		}
	}
	s.x.Check(len(seen) == free, "%d blocks free, not %d", len(seen), free)
}

const oneChunk = firstChunk * (256 + blockBytes)

// Two holders read and release while the owner waits for the block, writes it anew and sends it
// once more: each reads what it was given, and the block comes home once.
func TestExploreRelease(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, oneChunk)
		shard := s.tight(wait)
		m := s.send(shard, "first", 2)
		hold := func() {
			s.reads(m, "first")
			m.Release()
		}
		x.Go("holder 1", hold)
		x.Go("holder 2", hold)
		x.Go("owner", func() {
			again := s.send(shard, "second", 1)
			s.reads(again, "second")
			again.Release()
		})
		x.Finally(func() { s.expectHome(1) })
	})
}

// A holder that keeps the message longer: it is retained before the hold is given up.
func TestExploreRetain(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, oneChunk)
		shard := s.tight(wait)
		m := s.send(shard, "first", 2)
		x.Go("keeper", func() {
			m.Retain()
			m.Release()
			s.reads(m, "first")
			m.Release()
		})
		x.Go("holder", func() {
			s.reads(m, "first")
			m.Release()
		})
		x.Go("owner", func() { s.send(shard, "second", 1).Release() })
		x.Finally(func() { s.expectHome(1) })
	})
}

// Three holders at once.
func TestExploreReleaseOfThree(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, oneChunk)
		shard := s.tight(wait)
		m := s.send(shard, "first", 3)
		for _, name := range []string{"holder 1", "holder 2", "holder 3"} {
			x.Go(name, func() {
				s.reads(m, "first")
				m.Release()
			})
		}
		x.Finally(func() { s.expectHome(1) })
	})
}

// Chains of blocks come home from two goroutines while the owner takes them in: none is lost, and
// none comes twice.
func TestExploreReturns(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, oneChunk)
		shard := s.arena.NewShard(wait)
		var sent [4]Message
		for i := range sent {
			sent[i] = s.send(shard, "first", 1)
		}
		giveBack := func(list ...Message) func() {
			return func() {
				var r Returns
				for _, m := range list {
					s.reads(m, "first")
					r.Release(m)
				}
				r.Flush()
			}
		}
		x.Go("releaser 1", giveBack(sent[0], sent[1]))
		x.Go("releaser 2", giveBack(sent[2], sent[3]))
		x.Go("owner", func() {
			for range 2 {
				s.send(shard, "second", 1).Release()
			}
		})
		x.Finally(func() { s.expectHome(4) })
	})
}

// Messages of two shards in one chain: each goes to its own.
func TestExploreReturnsOfTwoShards(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 2*oneChunk)
		one, two := s.tight(wait), s.tight(wait)
		list := []Message{s.send(one, "one", 1), s.send(two, "two", 2)}
		x.Go("releaser", func() {
			var r Returns
			for _, m := range list {
				r.Release(m)
			}
			r.Flush()
		})
		x.Go("other holder", func() { list[1].Release() })
		x.Go("owner of two", func() { s.send(two, "again", 1).Release() })
		x.Finally(func() { s.expectHome(2) })
	})
}

// Whoever asks how many messages are held while they come and go is told a number that was true.
func TestExploreHeld(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, oneChunk)
		shard := s.arena.NewShard(wait)
		m := s.send(shard, "first", 2)
		x.Go("owner", func() { s.send(shard, "second", 1).Release() })
		x.Go("holder", func() { m.Release() })
		x.Go("watcher", func() {
			for range 2 {
				held, _ := s.arena.Held()
				x.Check(1 <= held && held <= 2, "%d held of two, one of them for good", held)
			}
		})
		x.Finally(func() { m.Release(); s.expectHome(4) })
	})
}

// A large message for which there are not enough bytes waits until one of its shard is released, or
// bytes of another shard's are given back.
func TestExploreLargeMessages(t *testing.T) {
	exploretest.Bound(t, 2, exploretest.Any, func(x *explore.Run) {
		s := newScene(x, 200<<10)
		one, two := s.arena.NewShard(wait), s.arena.NewShard(wait)
		keep, other := s.sendLarge(one), s.sendLarge(two)
		x.Go("owner", func() { s.sendLarge(one).Release() })
		x.Go("holder 1", func() { keep.Release() })
		x.Go("holder 2", func() { other.Release() })
		x.Finally(func() {
			x.Check(one.large.Load() == 0 && two.large.Load() == 0, "large messages are left")
			owned, used := one.owned()+two.owned(), s.arena.used.Load()
			x.Check(used == owned, "%d bytes used, %d owned", used, owned)
		})
	})
}

// It waits as well for a large draft that is given up.
func TestExploreLargeDraft(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 240<<10)
		one, two := s.arena.NewShard(wait), s.arena.NewShard(wait)
		s.sendLarge(one)
		draft := s.claim(two)
		draft.SetContent(largeContent)
		x.Go("owner", func() { s.sendLarge(one).Release() })
		x.Go("other owner", func() { draft.Abort() })
	})
}

var largeContent = make([]byte, 80<<10)

// owned returns what the shard's blocks cost.
func (s *Shard) owned() (bytes int64) {
	for class, n := range s.grown {
		bytes += int64(n) * cost(class)
	}
	return bytes
}

func (s *scene) sendLarge(shard *Shard) Message {
	d := s.claim(shard)
	d.SetContent(largeContent)
	m, err := d.Seal(1)
	s.x.Check(err == nil, "seal: %v", err)
	shard.Count()
	return m
}

// Two shards grow at once: together they stay within the cap, but for the one block of its class
// that each may have in any case.
func TestExploreGrowth(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, oneChunk+oneChunk/2)
		one, two := s.arena.NewShard(nil), s.arena.NewShard(nil)
		claims := func(shard *Shard, got *int) func() {
			return func() {
				for {
					if _, err := shard.Claim(nil); err != nil {
						x.Check(errors.Is(err, ErrExhausted), "%v", err)
						return
					}
					*got++
				}
			}
		}
		var first, second int
		x.Go("owner 1", claims(one, &first))
		x.Go("owner 2", claims(two, &second))
		x.Finally(func() {
			used := s.arena.used.Load()
			beyond := one.firstBlock() + two.firstBlock()
			x.Check(used == one.owned()+two.owned() && used <= s.arena.most+beyond,
				"%d bytes used of %d", used, s.arena.most)
			x.Check(first >= 1 && second >= 1, "one claimed %d, the other %d", first, second)
		})
	})
}

// firstBlock returns the bytes of a block that is the shard's only one.
func (s *Shard) firstBlock() int64 {
	if s.grown[0] == 1 {
		return cost(0)
	}
	return 0
}

// A claim waits, and then must not wait any more: the news reaches it.
func TestExploreNudge(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		var stopped atom.Bool
		refusal := errors.New("stopped")
		s := newScene(x, oneChunk)
		shard := s.tight(func() error {
			if stopped.Load() {
				return refusal
			}
			return nil
		})
		m := s.send(shard, "first", 2)
		x.Go("owner", func() {
			_, err := shard.Claim(nil)
			x.Check(err == nil || errors.Is(err, refusal), "%v", err)
		})
		x.Go("closer", func() { stopped.Store(true); s.arena.Nudge() })
		x.Go("holder", func() { m.Release() })
	})
}

// A shard changes hands while its messages are out: they come home to its new owner.
func TestExploreShardChangesHands(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, oneChunk)
		shard := s.arena.NewShard(wait)
		m := s.send(shard, "first", 1)
		x.Go("owner", func() {
			s.claim(shard)
			shard.Close()
		})
		x.Go("holder", func() {
			s.reads(m, "first")
			m.Release()
		})
		x.Go("other owner", func() {
			next := s.arena.NewShard(wait)
			s.send(next, "second", 1).Release()
			next.Close()
		})
	})
}

// An arena is retired while messages are out, and while its other shard's owner is about to close: no
// block is forgotten, and none goes that somebody holds.
func TestExploreRetire(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 2*oneChunk)
		one, two := s.arena.NewShard(wait), s.arena.NewShard(wait)
		first, second := s.send(one, "first", 1), s.send(two, "second", 1)
		one.Close()
		x.Go("module", s.arena.Retire)
		x.Go("holder", func() {
			s.reads(first, "first")
			first.Release()
			s.reads(second, "second")
			second.Release()
		})
		x.Go("owner", func() {
			s.send(two, "third", 1).Release()
			two.Close()
		})
		x.Finally(func() {
			held, err := s.arena.Held()
			x.Check(held == 0 && err == nil, "%d held: %v", held, err)
			x.Check(s.arena.used.Load() == 0, "%d bytes were forgotten", s.arena.used.Load())
		})
	})
}

//go:build explore

package arena

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
	"github.com/millrace/millrace/internal/layout"
)

// scene is an arena with room for so many small blocks.
type scene struct {
	x     *explore.Run
	arena *Arena
}

// wait is the gate of those who may wait.
func wait() error { return nil }

func newScene(x *explore.Run, blocks int) *scene {
	memory := max(1, int64(blocks)*costs[0])
	return &scene{x, NewArena(layout.NewKeys(8), Limits{}, memory)}
}

// bound returns a shard whose own block is a draft for good, so that all its others are of the cap.
func (s *scene) bound(gate Gate) *Shard {
	shard := s.arena.NewShard(gate)
	shard.enter()
	own := shard.makeOwn(0)
	shard.claims++
	own.begin(shard.claims)
	shard.drafts.add(own)
	shard.leave()
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

// expectHome checks that nobody holds anything, that nobody waits, and that so many bytes are reserved
// as the free blocks have, each of which is there once.
func (s *scene) expectHome(shards ...*Shard) {
	a := s.arena
	held, err := a.Held()
	s.x.Check(held == 0 && err == nil, "%d held: %v", held, err)
	s.x.Check(a.line.first == nil && a.waiting.Load() == 0, "somebody is left in line")
	seen, bytes := make(map[*block]bool), int64(0)
	for _, shard := range shards {
		shard.gather(shard.rest.Swap(nil))
		shard.gather(turned(shard.returned.Swap(nil)))
		for class := range shard.ready {
			for b := shard.ready[class].pop(); b != nil; b = shard.ready[class].pop() {
				s.x.Check(!seen[b] && b.Out == home && b.shares.Load() == 0 && b.home == shard,
					"a block came home twice, with holders or to another")
				s.x.Check(shard.state.Load() == listed, "nobody would find a free block: state %d", shard.state.Load())
				seen[b] = true
				if !b.Private() {
					bytes += b.cost()
				}
			}
		}
	}
	for class, images := range a.stock.images {
		bytes += int64(len(images)) * costs[class]
	}
	s.x.Check(a.used.Load() == bytes, "%d bytes reserved, %d free", a.used.Load(), bytes)
	s.x.Check(bytes <= a.most, "%d bytes of %d", bytes, a.most)
}

// Two holders read and release while the owner waits for the block, writes it anew and sends it
// once more: each reads what it was given, and the block comes home once.
func TestExploreRelease(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 1)
		shard := s.bound(wait)
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
		x.Finally(func() { s.expectHome(shard) })
	})
}

// A holder that keeps the message longer: it is retained before the hold is given up.
func TestExploreRetain(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 1)
		shard := s.bound(wait)
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
		x.Finally(func() { s.expectHome(shard) })
	})
}

// Three holders at once.
func TestExploreReleaseOfThree(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 1)
		shard := s.bound(wait)
		m := s.send(shard, "first", 3)
		for _, name := range []string{"holder 1", "holder 2", "holder 3"} {
			x.Go(name, func() {
				s.reads(m, "first")
				m.Release()
			})
		}
		x.Finally(func() { s.expectHome(shard) })
	})
}

// Chains of blocks come home from two goroutines while the owner takes them in: none is lost, and
// none comes twice.
func TestExploreReturns(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 3)
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
		x.Finally(func() { s.expectHome(shard) })
	})
}

// Messages of two shards in one chain: each goes to its own.
func TestExploreReturnsOfTwoShards(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 2)
		one, two := s.bound(wait), s.bound(wait)
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
		x.Finally(func() { s.expectHome(one, two) })
	})
}

// Whoever asks how many messages are held while they come and go is told a number that was true.
func TestExploreHeld(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 1)
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
		x.Finally(func() { m.Release(); s.expectHome(shard) })
	})
}

// A large message for which there are not enough bytes waits until others give theirs back.
func TestExploreLargeMessages(t *testing.T) {
	exploretest.Bound(t, 2, 4, func(x *explore.Run) {
		s := newLargeScene(x)
		one, two := s.arena.NewShard(wait), s.arena.NewShard(wait)
		keep, other := s.sendLarge(one), s.sendLarge(two)
		x.Go("owner", func() { s.sendLarge(one).Release() })
		x.Go("holder 1", func() { keep.Release() })
		x.Go("holder 2", func() { other.Release() })
		x.Finally(func() { s.expectHome(one, two) })
	})
}

// It waits as well for a large draft that is given up.
func TestExploreLargeDraft(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newLargeScene(x)
		one, two := s.arena.NewShard(wait), s.arena.NewShard(wait)
		s.sendLarge(one)
		draft := s.claim(two)
		draft.SetContent(largeContent)
		x.Go("owner", func() { s.sendLarge(one).Release() })
		x.Go("other owner", func() { draft.Abort() })
	})
}

var largeContent = make([]byte, 80<<10)

// newLargeScene is an arena with room for two large messages.
func newLargeScene(x *explore.Run) *scene {
	return &scene{x, NewArena(layout.NewKeys(8), Limits{}, 170<<10)}
}

func (s *scene) sendLarge(shard *Shard) Message {
	d := s.claim(shard)
	d.SetContent(largeContent)
	m, err := d.Seal(1)
	s.x.Check(err == nil, "seal: %v", err)
	shard.Count()
	return m
}

// Two shards grow at once: together they stay within the cap, but for the block of its own that each
// may have in any case.
func TestExploreGrowth(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 1)
		shards := []*Shard{s.arena.NewShard(nil), s.arena.NewShard(nil)}
		var got [2]int
		for i, name := range []string{"owner 1", "owner 2"} {
			x.Go(name, func() {
				for {
					if _, err := shards[i].Claim(nil); err != nil {
						x.Check(errors.Is(err, ErrExhausted), "%v", err)
						return
					}
					got[i]++
				}
			})
		}
		x.Finally(func() {
			used, private := s.arena.used.Load(), s.arena.private.Load()
			x.Check(used <= s.arena.most && private == 2*costs[0], "%d bytes used, %d private", used, private)
			x.Check(got[0] >= 1 && got[1] >= 1 && got[0]+got[1] == 3, "claimed %v", got)
		})
	})
}

// A claim waits, and then must not wait any more: the news reaches it.
func TestExploreNudge(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		var stopped atom.Bool
		refusal := errors.New("stopped")
		s := newScene(x, 1)
		shard := s.bound(func() error {
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

// A claim gives up, is nudged and is served, all at once, and then waits again: each wake-up is had once.
func TestExploreNudgeAmid(t *testing.T) {
	done := make(chan struct{})
	close(done)
	exploretest.Bound(t, 2, 4, func(x *explore.Run) {
		s := newScene(x, 1)
		shard, other := s.bound(wait), s.bound(nil)
		m := s.send(other, "first", 1)
		x.Go("owner", func() {
			if d, err := shard.Claim(done); err == nil {
				d.Abort()
			}
			s.send(shard, "second", 1).Release()
		})
		x.Go("nudger", s.arena.Nudge)
		x.Go("holder", func() { m.Release() })
		x.Finally(func() { s.expectHome(shard, other) })
	})
}

// Who gives up in line leaves the bytes that it had so far to the next.
func TestExploreCancelledWithBytes(t *testing.T) {
	done := make(chan struct{})
	close(done)
	exploretest.Bound(t, 3, 4, func(x *explore.Run) {
		s := newScene(x, 2)
		big, small, other := s.bound(wait), s.bound(wait), s.bound(nil)
		m := s.send(other, "first", 1)
		x.Go("big", func() {
			big.done = done
			big.enter()
			err := big.ask(large, 2*costs[0])
			x.Check(errors.Is(err, ErrExhausted), "%v", err)
			big.leave()
		})
		x.Go("small", func() { s.send(small, "second", 1).Release() })
		x.Finally(func() {
			m.Release()
			s.expectHome(big, small, other)
		})
	})
}

// A thief needs what an owner has ready, who is at work: it gets it, during a session or after it, and
// both write what they claimed alone.
func TestExploreThief(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 1)
		owner, thief := s.bound(nil), s.bound(wait)
		s.claim(owner).Abort()
		x.Go("owner", func() {
			if d, err := owner.Claim(nil); err == nil {
				d.Abort()
			}
		})
		x.Go("thief", func() { s.send(thief, "second", 1).Release() })
		x.Finally(func() { s.expectHome(owner, thief) })
	})
}

// The same while a message of the owner's comes home.
func TestExploreThiefAndReturn(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 2)
		owner, thief := s.bound(wait), s.bound(wait)
		m := s.send(owner, "first", 1)
		s.claim(owner).Abort()
		x.Go("owner", func() { s.send(owner, "third", 1).Release() })
		x.Go("holder", func() { m.Release() })
		x.Go("thief", func() {
			one, two := s.send(thief, "second", 1), s.claim(thief)
			one.Release()
			two.Abort()
		})
		x.Finally(func() { s.expectHome(owner, thief) })
	})
}

// A thief takes what has come home and is not ready yet, while the owner takes from it.
func TestExploreThiefOfTheRest(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 3)
		owner, thief := s.bound(nil), s.bound(wait)
		var r Returns
		for _, m := range []Message{s.send(owner, "1", 1), s.send(owner, "2", 1), s.send(owner, "3", 1)} {
			r.Release(m)
		}
		r.Flush()
		x.Go("owner", func() {
			one, two := s.send(owner, "again", 1), s.send(owner, "again", 1)
			s.reads(one, "again")
			one.Release()
			two.Release()
		})
		x.Go("thief", func() { s.send(thief, "mine", 1).Release() })
		x.Finally(func() { s.expectHome(owner, thief) })
	})
}

// Two wait for what one holder releases: both are served, one by the other's release.
func TestExploreTwoInLine(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 1)
		one, two, three := s.bound(wait), s.bound(wait), s.bound(nil)
		m := s.send(three, "first", 1)
		x.Go("waiter 1", func() { s.send(one, "second", 1).Release() })
		x.Go("waiter 2", func() { s.send(two, "third", 1).Release() })
		x.Go("holder", func() { m.Release() })
		x.Finally(func() { s.expectHome(one, two, three) })
	})
}

// A waiter that was cancelled beforehand leaves what it got to the next.
func TestExploreCancelledInLine(t *testing.T) {
	done := make(chan struct{})
	close(done)
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 1)
		one, two, three := s.bound(wait), s.bound(wait), s.bound(nil)
		m := s.send(three, "first", 1)
		x.Go("cancelled", func() {
			if d, err := one.Claim(done); err == nil {
				d.Abort()
			} else {
				x.Check(errors.Is(err, ErrExhausted), "%v", err)
			}
		})
		x.Go("waiter", func() { s.send(two, "second", 1).Release() })
		x.Go("holder", func() { m.Release() })
		x.Finally(func() { s.expectHome(one, two, three) })
	})
}

// The block beyond the cap comes home while its owner waits, and others too: it serves its owner alone.
func TestExploreOwnBlock(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 0)
		one, two := s.arena.NewShard(wait), s.arena.NewShard(wait)
		first, second := s.send(one, "first", 1), s.send(two, "first", 1)
		x.Go("owner 1", func() { s.send(one, "second", 1).Release() })
		x.Go("owner 2", func() { s.send(two, "second", 1).Release() })
		x.Go("holder", func() {
			s.reads(first, "first")
			first.Release()
			second.Release()
		})
		x.Finally(func() { s.expectHome(one, two) })
	})
}

// A shard is closed while messages come home: nothing is left of it.
func TestExploreClose(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 8)
		shard := s.arena.NewShard(wait)
		first, second := s.send(shard, "first", 1), s.send(shard, "second", 2)
		x.Go("owner", func() {
			s.claim(shard)
			shard.Close()
		})
		x.Go("holder 1", func() {
			s.reads(first, "first")
			first.Release()
			second.Release()
		})
		x.Go("holder 2", func() { second.Release() })
		x.Finally(func() { s.expectGone() })
	})
}

// A message that somebody keeps is counted as held also when its shard is closed.
func TestExploreCloseHeld(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		s := newScene(x, 8)
		shard := s.arena.NewShard(wait)
		kept, m := s.send(shard, "kept", 1), s.send(shard, "first", 1)
		x.Go("owner", func() { shard.Close() })
		x.Go("holder", func() { m.Release() })
		x.Finally(func() {
			held, _ := s.arena.Held()
			x.Check(held == 1, "%d held, not 1", held)
			s.reads(kept, "kept")
			kept.Release()
			s.expectGone()
		})
	})
}

// expectGone checks that the arena has nothing any more.
func (s *scene) expectGone() {
	held, err := s.arena.Held()
	s.x.Check(held == 0 && err == nil, "%d held: %v", held, err)
	stats := s.arena.Stats()
	s.x.Check(stats.Bytes == 0, "%d bytes were forgotten", stats.Bytes)
	s.x.Check(len(s.arena.shards) == 0, "%d shards are left", len(s.arena.shards))
}

// The same while somebody waits for what it has.
func TestExploreCloseUnderPressure(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 1)
		shard, other := s.bound(nil), s.bound(wait)
		m := s.send(shard, "first", 1)
		x.Go("owner", func() { shard.Close() })
		x.Go("holder", func() { m.Release() })
		x.Go("waiter", func() {
			s.send(other, "second", 1).Release()
			other.Close()
		})
		x.Finally(func() { s.expectGone() })
	})
}

// An arena is retired while messages are out, and while its other shard's owner is about to close: no
// block is forgotten, and none goes that somebody holds.
func TestExploreRetire(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 8)
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
		x.Finally(func() { s.expectGone() })
	})
}

// Memory is trimmed while its owner claims and a message comes home: what goes is in nobody's hands.
func TestExploreTrim(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 4)
		shard := s.bound(nil)
		m := s.send(shard, "first", 1)
		s.claim(shard).Abort()
		s.arena.Trim()
		x.Go("owner", func() { s.send(shard, "second", 1).Release() })
		x.Go("holder", func() {
			s.reads(m, "first")
			m.Release()
		})
		x.Go("keeper", func() { s.arena.Trim(); s.arena.Trim() })
		x.Finally(func() { s.expectHome(shard) })
	})
}

// Trimming while somebody at the cap waits: either leaves the other what it needs.
func TestExploreTrimUnderPressure(t *testing.T) {
	exploretest.Bound(t, 2, 3, func(x *explore.Run) {
		s := newScene(x, 1)
		shard, other := s.bound(nil), s.bound(wait)
		m := s.send(shard, "first", 1)
		x.Go("waiter", func() { s.send(other, "second", 1).Release() })
		x.Go("holder", func() { m.Release() })
		x.Go("keeper", func() { s.arena.Trim() })
		x.Finally(func() { s.expectHome(shard, other) })
	})
}

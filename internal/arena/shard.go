package arena

import (
	"github.com/millrace/millrace/internal/atom"
)

// Gate is asked before a claim waits for memory: nil lets it wait, an error refuses the claim with
// that error. It is asked again once the claim stands in line, and after each Nudge.
type Gate func() error

// Shard is the part of an arena that one publisher owns. Its methods belong to one goroutine at a
// time; blocks come home from any.
//
// Field ledger: arena is never written, state under Arena.mu and read by everybody; ended by the owner,
// read by who discards a draft. Then the owner's, of which ready, bare and bares belong to who has the
// session, the owner or a thief. session and rest are written by the owner and by thieves; returned and
// back by every releaser, returned is taken whole by the owner and by thieves; both counts are read by
// Arena.Held. The rest is guarded by Arena.mu.
type Shard struct {
	arena *Arena
	state atom.Uint32 // idle, listed, skipped or closed: see sweep.go
	ended atom.Uint32 // drafts of claims up to this one have ended
	gate  Gate
	_     [32]byte

	done      <-chan struct{} // of the context of the draft being written
	drafts    drafts          // that have not ended
	asking    *askings        // of theirs, and of some that have ended; nil where nobody asks
	class     int             // of the last message sealed: the next is likely to be like it
	sealed    uint64          // messages so far
	counted   uint64          // of those, as of the last Count
	claims    uint32          // so far: each handle has its own number
	entered   bool            // the session is the owner's
	stored    bool            // something was made free in it
	known     bool            // to the arena
	own       *block          // the one beyond the cap, while hasOwn
	request   *request        // made when it is needed
	recent    recentKeys
	ready     [classes]queue // free blocks
	bare      queue          // headers without an image
	bares     int            // how many
	_         [32]byte
	session   atom.Uint64         // { counted, thief: 1 bit, owner: 1 bit }
	rest      atom.Pointer[block] // free blocks that are not ready, oldest first
	hasOwn    atom.Bool           // there is a block beyond the cap
	discards  atom.Int32          // drafts that others ended
	discarded atom.Int64          // their bytes
	grew      atom.Uint32         // classes of which blocks were made since the last Trim, as bits
	_         [32]byte

	returned atom.Pointer[block] // a stack of chains, newest first
	back     atom.Uint64         // messages that came home
	_        [48]byte

	index int    // in Arena.shards
	above *Shard // in Arena.listed
	below *Shard
	spare [classes]uint32 // how many blocks were free at the last Trim

	roster roster // for assertion builds
}

// NewShard makes a shard. A nil gate never waits: a claim is refused with ErrExhausted. No memory is
// taken, and the arena does not know the shard, until its first claim.
func (a *Arena) NewShard(gate Gate) *Shard {
	if gate == nil {
		gate = func() error { return ErrExhausted }
	}
	return &Shard{
		arena: a, gate: gate, index: nowhere,
	}
}

// Claim starts a draft. When the arena is at its cap it waits, if the gate lets it, until there is
// memory or done is closed; done also bounds the waits of the draft's own growth. The error is
// ErrExhausted, ErrOpenDrafts or the gate's.
func (s *Shard) Claim(done <-chan struct{}) (Draft, error) {
	if s.done != done {
		s.done = done
	}
	if !s.entered {
		s.enter()
	}
	b := s.ready[s.class].pop()
	if b == nil {
		var err error
		if b, err = s.take(0, s.class); err != nil {
			s.settle()
			return Draft{}, err
		}
	}
	claim := max(1, s.claims+1) // 0 is no draft's
	s.claims = claim
	b.begin(claim)
	s.drafts.count[int(b.Class)&large]++
	return Draft{tag: b.born(), claim: claim, b: b}, nil
}

// over tells whether the owner's claims up to that one were ended. Any goroutine may ask.
func (s *Shard) over(claim uint32) bool { return int32(claim-s.ended.Load()) <= 0 }

// EndDrafts ends the drafts that the owner has not finished. Their bytes are nobody's any more: a handle
// that outlives its draft reaches nothing that another writes.
func (s *Shard) EndDrafts() {
	if s.drafts.open() == 0 {
		return
	}
	bytes, own := s.heldNow(), s.ownDraft()
	s.ended.Store(s.claims)
	s.forgetAsking()
	if own != nil {
		own.scrap()
	}
	s.drafts = drafts{}
	s.discards.Store(0)
	s.discarded.Store(0)
	s.arena.restore(bytes)
	s.settle()
}

// heldNow returns how many bytes under the cap the open drafts take.
func (s *Shard) heldNow() int64 {
	bytes := s.drafts.bytes() - s.discarded.Load()
	if own := s.ownDraft(); own != nil {
		bytes -= own.cost()
	}
	return bytes
}

// ownDraft returns the block beyond the cap if it is a draft.
func (s *Shard) ownDraft() *block {
	if s.own != nil && s.hasOwn.Load() && s.own.drafted() && !s.over(s.own.claim) {
		return s.own
	}
	return nil
}

// sealing counts a draft that becomes a message.
func (s *Shard) sealing(b *block) {
	s.drafts.remove(b)
	s.sealed++
}

// surprises tells whether a message is not of the class that was expected.
func (s *Shard) surprises(b *block) bool {
	return int(b.Class) != s.class || b.Size() <= above[int(b.Class)&large]
}

// expect notes how long the last message was.
func (s *Shard) expect(size int) {
	s.class = classFor(size)
	if s.class == large { // which starts small, and takes its bytes when it knows how many
		s.class = 0
	}
}

// Count makes the messages that were sealed known to Arena.Held, and ends the session. Engines call it
// once for a batch, before they hand it on.
func (s *Shard) Count() {
	if !s.entered {
		s.enter()
	}
	s.counted = s.sealed
	s.leave()
}

// Counted returns how many messages were sealed when Count was last called. Any goroutine may call
// it.
func (s *Shard) Counted() uint64 { return s.session.Load() >> sessionBits }

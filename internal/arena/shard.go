package arena

import (
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
)

// Gate is asked before a claim waits for memory: nil lets it wait, an error refuses the claim with
// that error. It is asked again after each wake-up.
type Gate func() error

// Shard is the part of an arena that one publisher owns. Its methods belong to one goroutine at a
// time; blocks come home from any.
//
// Field ledger: returned is written by every releaser and taken whole by the owner; back by every
// releaser, counted by the owner, and both read by Arena.Held; chunks is written by the owner under
// mu, which is for assertion builds, that read it; retired is set once, when there is no owner any more,
// by who then has what was the owner's, and read by every releaser, who then takes what came home too;
// the rest is the owner's.
type Shard struct {
	arena         *Arena
	gate          Gate
	done          <-chan struct{} // of the context of the draft being written
	ready         [classes]queue  // free blocks
	grown         [classes]int    // blocks owned, free or not
	propertiesEnd uint32          // of an image, by the limits
	class         int             // of the last message sealed: the next is likely to be like it
	open          int             // drafts that have not ended
	sealed        uint64          // messages so far
	wait          *park.Waiter

	recent recentKeys

	mu     park.Mutex
	chunks [][]block // guarded by mu

	counted atom.Uint64 // sealed, as of the last Count

	_        [128]byte
	returned atom.Pointer[block] // a stack of chains, newest first
	back     atom.Uint64         // messages that came home
	retired  atom.Bool           // what comes home is dropped
	_        [108]byte
	large    atom.Int32 // messages alive that are larger than the largest class
}

// queue is a list of free blocks, first in first out.
type queue struct{ first, last *block }

// NewShard makes a shard. A nil gate never waits: a claim is refused with ErrExhausted.
func (a *Arena) NewShard(gate Gate) *Shard {
	if gate == nil {
		gate = func() error { return ErrExhausted }
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.spare); n > 0 {
		s := a.spare[n-1]
		a.spare = a.spare[:n-1]
		s.gate = gate
		return s
	}
	s := &Shard{
		arena:         a,
		gate:          gate,
		wait:          park.NewWaiter(),
		propertiesEnd: uint32(headerBytes + a.limits.PropertyBytes),
	}
	a.shards = append(a.shards, s)
	return s
}

// Close ends the owner's use of the shard, and drafts that have not ended; its memory serves the next
// NewShard, or goes if the arena is retired. Messages that are out come home as ever.
func (s *Shard) Close() {
	s.EndDrafts()
	s.arena.mu.Lock()
	defer s.arena.mu.Unlock()
	s.done = nil
	if s.arena.retired {
		s.retire()
	} else {
		s.arena.spare = append(s.arena.spare, s)
	}
}

// Claim starts a draft. When the arena is at its cap it waits, if the gate lets it, until a block
// comes home or done is closed; done also bounds the waits of the draft's own growth. The error is
// ErrExhausted or the gate's.
func (s *Shard) Claim(done <-chan struct{}) (Draft, error) {
	s.done = done
	b, err := s.take(0, s.class)
	if err != nil {
		return Draft{}, err
	}
	b.reset()
	s.open++
	return Draft{tag: b.born(), claim: b.claim, b: b}, nil
}

// EndDrafts takes back the drafts that the owner has not finished: a handle that outlives its
// shard's owner must not reach into what the next one writes.
func (s *Shard) EndDrafts() {
	if s.open > 0 {
		s.eachBlock(func(b *block) {
			if b.drafted {
				s.free(b)
			}
		})
	}
	s.open = 0 // some may have been discarded by others
}

// Count makes the messages that were sealed known to Arena.Held. Engines call it once for a batch,
// before they hand it on.
func (s *Shard) Count() { s.counted.Store(s.sealed) }

// Counted returns how many messages were sealed when Count was last called. Any goroutine may call
// it.
func (s *Shard) Counted() uint64 { return s.counted.Load() }

// ClaimFrom starts a draft that has m's properties and no content.
func (s *Shard) ClaimFrom(m Message, done <-chan struct{}) (Draft, error) {
	m.check()
	return s.claimLike(m.b, done)
}

// ClaimLike starts a draft that has the properties written so far in another draft, and no content.
// The other may be of any shard, but its writer must be the caller.
func (s *Shard) ClaimLike(d Draft, done <-chan struct{}) (Draft, error) {
	if err := d.Err(); err != nil {
		return Draft{}, err
	}
	return s.claimLike(d.b, done)
}

func (s *Shard) claimLike(b *block, done <-chan struct{}) (Draft, error) {
	d, err := s.Claim(done)
	if err != nil {
		return d, err
	}
	if b.home.arena.keys != s.arena.keys {
		return d.rewritten(b)
	}
	prefix := b.properties()
	if err := s.room(d.b, len(prefix)-headerBytes); err != nil {
		d.Abort()
		return Draft{}, err
	}
	d.b.begin(prefix, b)
	return d, nil
}

// rewritten writes the properties of a block of another interner, whose key ids mean nothing here
// and whose limits may have been wider.
func (d Draft) rewritten(b *block) (Draft, error) {
	for key, value := range b.view().All() {
		d.SetBytes(key, value)
	}
	if err := d.Err(); err != nil {
		d.Abort()
		return Draft{}, err
	}
	return d, nil
}

// room makes place for more bytes at the end of a draft's image, moving it to a larger class or to
// the heap if it must.
func (s *Shard) room(b *block, more int) error {
	need := int(b.size) + more
	if need <= len(b.buf) {
		return nil
	}
	class := classFor(need)
	if class == classes {
		return s.enlarge(b, need)
	}
	other, err := s.take(class, class)
	if err != nil {
		return err
	}
	// The header stays, for the draft's handle points to it; the memory changes places.
	copy(other.own, b.image())
	b.own, other.own = other.own, b.own
	b.class, other.class = other.class, b.class
	b.buf, other.buf = b.own, other.own
	b.rebound()
	s.ready[other.class].push(other)
	return nil
}

// enlarge gives a draft bytes from the heap.
func (s *Shard) enlarge(b *block, need int) error {
	size := max(int64(need), min(2*int64(b.size), s.arena.most/8))
	was := s.charged(b)
	if err := s.charge(size, was > 0); err != nil {
		return err
	}
	if was > 0 {
		s.arena.restore(was)
	} else {
		s.large.Add(1)
		s.arena.large.Add(1)
	}
	buf := make([]byte, size)
	copy(buf, b.image())
	b.buf = buf
	b.rebound()
	return nil
}

// charge reserves bytes for a large message, which may itself be one that grows. One at a time may
// go beyond the cap.
func (s *Shard) charge(bytes int64, grows bool) error {
	alone := func() bool { return s.large.Load() == 0 || (grows && s.large.Load() == 1) }
	for !s.arena.reserve(bytes) {
		if alone() {
			s.arena.used.Add(bytes)
			return nil
		}
		fits := func() bool { return alone() || s.arena.fits(bytes) }
		if err := s.sleep(fits); err != nil {
			return err
		}
	}
	return nil
}

// charged returns how many bytes of the cap a block's image takes beside its chunk.
func (s *Shard) charged(b *block) int64 {
	if b.oversized() {
		return int64(len(b.buf))
	}
	return 0
}

// take returns a free block of the likely class or, when the cap leaves none, of any class from
// least up.
func (s *Shard) take(least, likely int) (*block, error) {
	for {
		if b := s.ready[likely].pop(); b != nil {
			return b, nil
		}
		if s.collect() || s.grow(likely) {
			continue
		}
		if b := s.another(least); b != nil {
			return b, nil
		}
		there := func() bool { return s.returned.Load() != nil || s.arena.fits(cost(least)) }
		if err := s.sleep(there); err != nil {
			return nil, err
		}
	}
}

// another serves a claim that would have to wait for a block of its likely class.
func (s *Shard) another(least int) *block {
	for class := least; class < classes; class++ {
		if b := s.ready[class].pop(); b != nil {
			return b
		}
	}
	if s.grow(least) {
		return s.ready[least].pop()
	}
	return nil
}

// collect takes in what has come home.
func (s *Shard) collect() bool {
	// SYNC POINT: return. Who released a block was done with it before it was pushed.
	b := s.returned.Swap(nil)
	if b == nil {
		return false
	}
	var oldest *block
	for b != nil { // turn the stack round: first in, first out
		atom.Writes(b)
		b, b.next, oldest = b.next, oldest, b
	}
	for oldest != nil {
		b, oldest = oldest, oldest.next
		s.ready[b.class].push(b)
	}
	return true
}

// grow adds a chunk of blocks, or one block when the cap leaves no more, or the class's first.
func (s *Shard) grow(class int) bool {
	each := cost(class)
	n := max(1, min(max(s.grown[class], firstChunk), mostChunk/sizes[class]))
	if !s.arena.reserve(int64(n) * each) {
		n = 1
		if !s.arena.reserve(each) {
			if s.grown[class] > 0 {
				return false
			}
			s.arena.used.Add(each)
		}
	}
	s.grown[class] += n
	for n > 0 {
		blocks := newChunk(s, class, min(n, mostHeaders))
		n -= len(blocks)
		s.ready[class].append(&blocks[0], &blocks[len(blocks)-1])
		s.mu.Lock()
		s.chunks = append(s.chunks, blocks)
		s.mu.Unlock()
	}
	return true
}

// sleep waits for memory unless there is some already. It returns an error if the gate refuses or
// done is closed.
func (s *Shard) sleep(there func() bool) error {
	if err := s.gate(); err != nil {
		return err
	}
	line := &s.arena.space
	// SYNC POINT: space. Whoever gives memory back looks at the line after it.
	line.Join(s.wait)
	// SYNC POINT: escape. A gate that asks whether a message has escaped is asked after the claim joined.
	if there() || s.gate() != nil {
		line.Leave(s.wait)
		return s.gate()
	}
	if line.Wait(s.wait, s.done, 0) == park.Cancelled {
		return ErrExhausted
	}
	return nil
}

// free takes a draft's block back. Owner only.
func (s *Shard) free(b *block) {
	b.drafted = false
	s.open--
	s.shrink(b)
	b.died()
	s.ready[b.class].push(b)
}

// giveBack sends a chain of blocks home, which were that many messages. Any goroutine may call it.
func (s *Shard) giveBack(first, last *block, messages int) {
	for b := first; ; b = b.next {
		s.shrink(b)
		if b == last {
			break
		}
	}
	if messages > 0 {
		s.back.Add(uint64(messages))
	}
	s.sendHome(first, last)
	if s.retired.Load() {
		s.drop()
	}
	s.arena.space.WakeAll()
}

func (s *Shard) sendHome(first, last *block) {
	for {
		atom.Writes(last)
		last.next = s.returned.Load()
		// SYNC POINT: return. The releaser is done with every block of the chain.
		if s.returned.CompareAndSwap(last.next, first) {
			return
		}
	}
}

// shrink gives a large message's bytes back.
func (s *Shard) shrink(b *block) {
	if bytes := s.charged(b); bytes > 0 {
		b.buf, b.size = b.own, 0
		s.large.Add(-1)
		s.arena.restore(bytes)
	}
}

func (s *Shard) eachBlock(visit func(*block)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, chunk := range s.chunks {
		for i := range chunk {
			visit(&chunk[i])
		}
	}
}

func (q *queue) push(b *block) { q.append(b, b) }

func (q *queue) append(first, last *block) {
	last.next = nil
	if q.first == nil {
		q.first = first
	} else {
		q.last.next = first
	}
	q.last = last
}

func (q *queue) pop() *block {
	b := q.first
	if b != nil {
		q.first = b.next
	}
	return b
}

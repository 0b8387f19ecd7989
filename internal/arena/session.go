package arena

// The owner takes ready blocks without a lock between blocks: it enters a session at the first claim
// after a Count, and Count, which stores a word anyway, ends it. Who is short of memory may enter as
// a thief meanwhile, under Arena.mu, and so there is one at most.

const (
	byOwner     = 1
	byThief     = 2
	sessionBits = 2
)

func (s *Shard) outside() uint64 { return s.counted << sessionBits }

// enter begins the owner's session.
func (s *Shard) enter() {
	// SYNC POINT: session. What a thief did to the lists comes before.
	if !s.session.CompareAndSwap(s.outside(), s.outside()|byOwner) {
		s.enterAfterThief()
	}
	s.entered = true
}

// enterAfterThief waits for the thief, who holds the lock as long as it is in.
func (s *Shard) enterAfterThief() {
	s.arena.mu.Lock()
	s.session.Store(s.outside() | byOwner)
	s.arena.mu.Unlock()
}

// leave ends the owner's session.
func (s *Shard) leave() {
	s.entered = false
	// SYNC POINT: session. What the owner did to the lists comes before.
	s.session.Store(s.outside())
	// SYNC POINT: skip. A thief that was shut out said so before it tried.
	if state := s.state.Load(); state == skipped || (state == idle && s.stored) {
		s.stored = false
		s.list()
	}
}

// settle ends a session that nothing keeps open: there is no draft for whose successor it is.
func (s *Shard) settle() {
	if s.entered && s.drafts.open() == int(s.discards.Load()) {
		s.leave()
	}
}

// steal begins a thief's session, unless the owner has its own. Arena.mu is held.
func (s *Shard) steal() bool {
	// SYNC POINT: session. What the owner did to the lists comes before.
	word := s.session.Load()
	return word&byOwner == 0 && s.session.CompareAndSwap(word, word|byThief)
}

// endTheft ends it. Arena.mu is held.
func (s *Shard) endTheft() {
	// SYNC POINT: session. What the thief did to the lists comes before.
	s.session.Store(s.session.Load() &^ byThief)
}

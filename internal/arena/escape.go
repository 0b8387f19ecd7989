package arena

// A message escapes when a holder retains it or shares it: from then on it may be anywhere, and not
// only where the links of its module have led it. The arena counts those that are out, because what
// may wait for its memory depends on it.

// Escaped tells whether a message of the arena's is out that somebody has retained or shared.
func (a *Arena) Escaped() bool { return a.escaped.Load() > 0 }

// escape notes that a holder is about to make other holders.
func (b *block) escape() {
	if b.Escaped.Load() || !b.Escaped.CompareAndSwap(false, true) {
		return
	}
	a := b.home.arena
	a.escaped.Add(1)
	// SYNC POINT: escape. Counted before this; a claim in line looks at the count after it has joined.
	if a.waiting.Load() > 0 {
		a.Nudge()
	}
}

// recapture notes that the last holder is gone.
func (b *block) recapture() {
	if b.Escaped.Load() {
		b.Escaped.Store(false)
		b.home.arena.escaped.Add(-1)
	}
}

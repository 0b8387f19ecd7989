package arena

import (
	"fmt"

	"github.com/millrace/millrace/internal/park"
)

// ask gets memory from others of the arena, and waits for it if the gate lets it. What it got is in
// s.request; see granted.
func (s *Shard) ask(class int, bytes int64) error {
	if bytes > s.arena.most && class > ownClass {
		return fmt.Errorf("%w: %d bytes of at most %d", ErrBeyondMemory, bytes, s.arena.most)
	}
	s.meet()
	s.prepare(class, bytes)
	s.stored = true // what is free here is for whoever is first, too
	s.leave()
	err := s.wait()
	s.enter()
	return err
}

func (s *Shard) prepare(class int, bytes int64) {
	if s.request == nil {
		s.arena.mu.Lock()
		s.request = &request{shard: s, waiter: park.NewWaiter()}
		s.arena.mu.Unlock()
	}
	r := s.request
	r.class, r.bytes = class, bytes
	r.block, r.image, r.got, r.again = nil, nil, 0, false
	r.own = class <= ownClass && s.ownDraft() == nil
	r.stuck = 0
	if !r.own {
		r.stuck = s.heldNow()
	}
}

func (s *Shard) wait() error {
	a, r := s.arena, s.request
	if a.try(r, false) {
		return nil
	}
	if err := s.gate(); err != nil {
		if a.try(r, true) { // who may not wait may pass those who do
			return nil
		}
		return err
	}
	a.mu.Lock()
	if r.mayMakeOwn() {
		a.mu.Unlock()
		return nil
	}
	err := a.queue(r)
	if err == nil {
		a.feed()
	}
	a.mu.Unlock()
	if err != nil {
		return err
	}
	return s.stand(r)
}

// mayMakeOwn tells whether the shard's own block was dropped since the owner looked. Arena.mu is held.
func (r *request) mayMakeOwn() bool { return r.own && !r.shard.hasOwn.Load() }

// try serves a request from what is free, without waiting. Unless it barges it lets those in line
// go first.
func (a *Arena) try(r *request, barges bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.line.first != nil && !barges {
		return false
	}
	r.asking = true
	served := r.mayMakeOwn() || a.serve(r)
	r.asking = false
	if !served {
		a.refund(r)
		a.feed()
	}
	return served
}

// stand waits in line until the request is ended, or gives up.
func (s *Shard) stand(r *request) error {
	for {
		// SYNC POINT: gate. Who shuts the gate nudges those in line after it.
		// SYNC POINT: escape. A gate that asks whether a message has escaped is asked after the claim joined.
		refusal := s.gate()
		woken := refusal == nil && r.waiter.Sleep(s.done) == park.Woken
		if refusal == nil && !woken {
			refusal = ErrExhausted
		}
		if over, err := s.arena.look(r, woken, refusal); over {
			return err
		}
	}
}

// look tells whether a request has ended, and ends it if it is refused.
func (a *Arena) look(r *request, woken bool, refusal error) (over bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if woken {
		r.owed = false
	}
	switch {
	case !r.inLine:
		err = r.err
	case refusal != nil:
		a.unqueue(r)
		a.refund(r)
		a.feed()
		err = refusal
	default:
		return false, nil
	}
	if r.owed {
		r.waiter.Take() // it has been given under the lock
		r.owed = false
	}
	return true, err
}

// granted returns the block that was asked for, or nil if the shard is to look again.
func (s *Shard) granted() *block {
	r := s.request
	b, image, got := r.block, r.image, r.got
	r.block, r.image, r.got = nil, nil, 0
	switch {
	case b != nil:
		return b
	case image != nil:
		return s.newBlock(r.class, image)
	case got > 0:
		s.grew.Or(1 << r.class)
		return s.newBlock(r.class, make([]byte, sizes[r.class]))
	}
	return nil
}

package arena

import (
	"fmt"

	"github.com/millrace/millrace/internal/layout"
)

// Draft is a message being written, by one goroutine: properties first, then the content. The
// first mistake sticks: what follows it is ignored, and it comes out of Err and of Publish. A
// draft ends by being published or by Abort; writing to it afterwards panics.
type Draft struct {
	tag   tag // empty but in assertion builds
	claim uint32
	b     *block
}

// Delete removes a property if it is there, for drafts that began as a copy.
func (d Draft) Delete(key string) {
	b := d.writable()
	if b.Err() == nil {
		b.note(b.Delete(b.home.arena.keys.Lookup(key), key))
	}
}

// Content returns what SetContent set, or nil.
func (d Draft) Content() []byte { return d.writable().Content() }

// Properties returns a view of what was set so far, valid until the next change.
func (d Draft) Properties() layout.View { return d.writable().View() }

// Err returns the first mistake made in writing.
func (d Draft) Err() error { return d.writable().Err() }

// Abort gives the draft up. Aborting a draft that has ended does nothing.
func (d Draft) Abort() {
	if d.live() {
		d.b.home.free(d.b)
	}
}

// Discard is Abort for a goroutine that has the draft but does not own its shard.
func (d Draft) Discard() {
	if d.live() {
		d.b.home.discard(d.b)
	}
}

// Enlist returns the error that Seal would return, or ErrSpent for a draft that is in the batch
// already; who enlisted a draft delists it when the batch was looked through.
func (d Draft) Enlist() error {
	b, err := d.complete()
	switch {
	case err != nil:
		return err
	case b.Listed():
		return fmt.Errorf("%w: it is in the batch twice", ErrSpent)
	}
	b.List(true)
	return nil
}

// Sealable tells whether a draft is that shard's and nothing speaks against Seal; false where it is to be
// asked in detail.
func (d Draft) Sealable(s *Shard) bool {
	b := d.b
	return b != nil && b.home == s && b.claim == d.claim && d.current() && !s.over(d.claim) && b.Complete()
}

// EnlistAtOnce is Enlist for a draft that is Sealable; false for others.
func (d Draft) EnlistAtOnce(s *Shard) bool {
	b := d.b
	return b != nil && b.home == s && b.claim == d.claim && d.current() && !s.over(d.claim) && b.ListComplete()
}

// Delist ends what Enlist began.
func (d Draft) Delist() { d.b.List(false) }

// Seal ends the draft as a message with that many holders, each of whom owes one Release. It
// returns the first mistake made in writing, or ErrSpent, and then no message. Only the goroutine
// that owns the shard may call it, and it owes the shard a Count.
func (d Draft) Seal(holders int) (Message, error) {
	b := d.b
	if !d.live() || !b.Complete() || b.home.over(d.claim) {
		var err error
		if b, err = d.complete(); err != nil {
			return Message{}, err
		}
	}
	b.Seal()
	b.claim = 0
	s := b.home
	s.sealing(b)
	if s.surprises(b) {
		s.expect(b.Size())
	}
	b.publish()
	if holders > 1 {
		b.shares.Store(int32(holders - 1))
	}
	m := Message{tag: d.tag, b: b}
	m.sealed()
	return m, nil
}

// Of tells whether the draft was claimed from s.
func (d Draft) Of(s *Shard) bool { return d.b != nil && d.b.home == s }

// Check returns the error that Seal would return.
func (d Draft) Check() error {
	_, err := d.complete()
	return err
}

// complete returns the draft's block as it can be sealed, with an empty content if none was set.
func (d Draft) complete() (*block, error) {
	if !d.live() || d.b.home.over(d.claim) {
		return nil, ErrSpent
	}
	b := d.b
	if !b.HasContent() && b.Err() == nil {
		b.putContent(nil)
	}
	return b, b.Err()
}

func (d Draft) writable() *block {
	if !d.live() {
		panic("message: draft used after it was published or aborted")
	}
	return d.b
}

// live tells whether d is the draft that its block is used for now. What it reads belongs to the
// goroutine that writes the draft.
func (d Draft) live() bool { return d.b != nil && d.b.claim == d.claim && d.current() }

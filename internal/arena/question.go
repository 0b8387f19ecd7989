package arena

import (
	"slices"

	"github.com/millrace/millrace/internal/completion"
)

// What the Out field of a block says.
const (
	home  = iota // free, or a draft
	out          // a message
	asked        // a message that carries a token
)

// Ask makes the message carry a question, one hold on which passes to it. The error is ErrAsked or
// ErrSpent; then nothing has passed.
func (d Draft) Ask(t *completion.Token) error {
	if !d.live() || d.b.home.over(d.claim) {
		return ErrSpent
	}
	if !d.asking().Ask(t) {
		return ErrAsked
	}
	return nil
}

// Carry makes the message carry a token on, one hold on which passes to it.
func (d Draft) Carry(t *completion.Token) { d.asking().Carry(t) }

// Derive makes the message carry on what its parents carry; the caller holds them.
func (d Draft) Derive(parents []Message) error {
	if !d.live() || d.b.home.over(d.claim) {
		return ErrSpent
	}
	var tokens []*completion.Token
	for _, m := range parents {
		if t := m.Token(); t != nil {
			tokens = append(tokens, t)
		}
	}
	if t := completion.Merge(tokens); t != nil {
		d.Carry(t)
	}
	return nil
}

// Answer ends the draft's questions, for one that nobody wants, with what became of it.
func (d Draft) Answer(s completion.Severity) {
	a := d.b.Asking()
	if a == nil {
		return
	}
	a.Settle()
	if a.Token != nil {
		a.Token.Note(s)
		a.Token.Done()
	}
	d.b.SetAsking(nil)
}

// asking returns what the draft asks, which its shard keeps in mind until the draft ends.
func (d Draft) asking() *completion.Asking {
	a := d.b.Asking()
	if a == nil {
		a = &completion.Asking{}
		d.b.SetAsking(a)
		d.b.home.remember(a)
	}
	return a
}

// remember keeps what an open draft asks, so that EndDrafts can end it. The shard's owner calls it, or
// who has one of its drafts while the owner waits for that.
func (s *Shard) remember(a *completion.Asking) {
	if s.asking == nil {
		s.asking = &askings{}
	}
	list := s.asking.list
	if len(list) >= 64 && len(list) > 2*s.drafts.open() {
		list = slices.DeleteFunc(list, (*completion.Asking).Settled)
	}
	list = append(list, a)
	s.asking.list = list
}

// askings is what the drafts of a shard ask.
type askings struct{ list []*completion.Asking }

// forgetAsking ends what the open drafts ask.
func (s *Shard) forgetAsking() {
	if s.asking == nil {
		return
	}
	for _, a := range s.asking.list {
		a.Drop()
	}
	s.asking = nil
}

// Token returns what the message carries, or nil. The caller holds the message.
func (m Message) Token() *completion.Token {
	m.check()
	if m.b == nil || m.b.Out != asked {
		return nil
	}
	return m.b.Asking().Token
}

// Note tells who asked what became of the message. The caller holds it.
func (m Message) Note(s completion.Severity) {
	if t := m.Token(); t != nil {
		t.Note(s)
	}
}

// publish makes the block a message that is out.
func (b *block) publish() {
	b.Out = out
	if b.HasOwnAnnex() {
		b.publishAsking()
	}
}

func (b *block) publishAsking() {
	a := b.Asking()
	if a == nil {
		return
	}
	a.Settle()
	if a.Token != nil {
		b.Out = asked
	} else {
		b.SetAsking(nil)
	}
}

// unask ends what a draft asks that is given up.
func (b *block) unask() {
	if a := b.Asking(); a != nil {
		a.Drop()
		b.SetAsking(nil)
	}
}

// arrive ends the message's life as one that is out, and returns what it carried.
func (b *block) arrive() (t *completion.Token) {
	if b.Out == asked {
		t = b.Asking().Token
		b.SetAsking(nil)
	}
	b.Out = home
	return t
}

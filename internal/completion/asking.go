package completion

import "github.com/millrace/millrace/internal/atom"

// Asking is what a message that is being written asks, and what it carries on. Field ledger:
//
//	settled   who ends the draft, once: publishing it, giving it up, or ending its owner
//	question, carried  the draft's writer until then; after that who settled it
//	Token     set by who publishes, constant while the message lives
type Asking struct {
	settled  atom.Bool
	question *Token // the draft's own, one hold
	carried  *Token // merged of its parents', one hold

	Token *Token // what the message carries, one hold
}

// Ask adds the draft's own question, one hold on which passes to it. It reports false if there is one.
func (a *Asking) Ask(t *Token) bool {
	if a.question != nil {
		return false
	}
	a.question = t
	return true
}

// Carry adds what a parent carries, one hold on which passes to the draft.
func (a *Asking) Carry(t *Token) {
	if a.carried == nil {
		a.carried = t
		return
	}
	a.carried = join(a.carried, t)
}

// Settle ends the draft as a message: it carries Token if that is not nil.
func (a *Asking) Settle() {
	if !a.take() {
		return
	}
	switch {
	case a.question == nil:
		a.Token = a.carried
	case a.carried == nil:
		a.Token = a.question
	default:
		a.Token = join(a.question, a.carried)
	}
	a.question, a.carried = nil, nil
}

// Drop ends the draft as none: its own question is not answered.
func (a *Asking) Drop() {
	if !a.take() {
		return
	}
	if a.question != nil {
		a.question.Void()
		a.question.Done()
	}
	if a.carried != nil {
		a.carried.Done()
	}
	a.question, a.carried = nil, nil
}

// Settled tells whether the draft has ended. Any goroutine may ask.
func (a *Asking) Settled() bool { return a.settled.Load() }

// take tells whether the caller is the one that settles it.
func (a *Asking) take() bool {
	// SYNC POINT: settled. Of who publishes a draft and who ends its owner one has what it asks.
	return a.settled.CompareAndSwap(false, true)
}

// join merges two tokens and takes over the holds on both.
func join(a, b *Token) *Token {
	m := Merge([]*Token{a, b})
	a.Done()
	b.Done()
	return m
}

// Package completion counts what is still to be done for a message whose source asked to be told.
//
// A Token stands for one question, or for several at once: messages carry it, each message that is
// made of them carries it on, and when the last of them is done with, the question is answered: put
// into the Inbox of whoever asked, for a goroutine of the asker's own to take. A token is small and
// knows no message: what carries it keeps nobody's memory alive.
package completion

import (
	"github.com/millrace/millrace/internal/atom"
)

// Severity orders outcomes: of all that became of what carries a token the largest is told. 0 is
// that nothing went wrong. What the numbers mean is the engine's to say.
type Severity uint32

// Token is a counted question. Field ledger:
//
//	holders  everybody who carries the token: a message until its last release, a token merged of
//	         it, and for a moment whoever attaches it. Who holds it may add holders.
//	worst    any holder
//	void     a holder who alone may set it, before it gives its hold up; read by the last holder
//	next     the last holder, then the inbox: see Inbox
//	the rest constant from Ask or Merge until the last holder is gone, then the pool's
//
// Handover holders -> last holder: SYNC POINT holders.
type Token struct {
	holders atom.Int32
	worst   atom.Uint32
	void    bool

	pool    *Pool
	inbox   *Inbox // of a question; nil for a merged token
	id      uint64 // what the asker calls it
	parents []*Token
	depth   int // of parents of parents
	next    *Token
}

// Hold adds holders. The caller holds the token.
func (t *Token) Hold(n int) { t.holders.Add(int32(n)) }

// Note tells what became of something that carries the token. The caller holds the token.
func (t *Token) Note(s Severity) {
	for worst := t.worst.Load(); uint32(s) > worst; worst = t.worst.Load() {
		if t.worst.CompareAndSwap(worst, uint32(s)) {
			return
		}
	}
}

// Void makes the question one that nobody is told the answer of, because the asker has it already:
// the message was refused. Only its asker may call it, holding the token.
func (t *Token) Void() {
	atom.Writes(t)
	t.void = true
}

// Done gives one hold up; the last one answers the question, or tells the tokens it was merged of.
func (t *Token) Done() {
	// SYNC POINT: holders. What a holder noted and wrote came before this; the last one sees it all.
	if t.holders.Add(-1) > 0 {
		return
	}
	atom.Reads(t)
	if t.inbox != nil {
		t.inbox.answer(t)
		return
	}
	worst := Severity(t.worst.Load())
	for _, parent := range t.parents { // no deeper than maxDepth
		parent.Note(worst)
		parent.Done()
	}
	t.pool.put(t)
}

package engine

import (
	"math/bits"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/completion"
	"github.com/millrace/millrace/message"
)

// progress is how far a handler's call has come with its batch, as far as Each can tell. It goes by
// what the messages are: a handler may call an Each handler with a part of its batch, in any order,
// and with messages that it has kept from earlier ones. Only the outermost Each on the way tells; what
// it calls is its own affair. It belongs to the module's handler.
type progress struct {
	batch []entry // of the call under way; empty between calls
	next  int     // where the message is most likely that comes next
	at    int     // the message that Each is at; nowhere without
	done  bitset  // those that Each has returned from
	depth int     // of Each handlers within each other

	failed bitset // those that the handler says it could not do its work with

	one    message.Message   // that the innermost Each is at; zero without
	merged *completion.Token // of the batch, one hold; nil until it is asked for, and where there is none
	looked bool              // for it
}

// nowhere is the place of what is not in the batch.
const nowhere = -1

// bitset has a bit for each message of a batch.
type bitset uint64

func (s *bitset) add(i int) { *s |= 1 << i }

func (s *bitset) remove(i int) { *s &^= 1 << i }

func (s bitset) has(i int) bool { return s>>i&1 != 0 }

// firstMissing returns the first of n places that is not in the set, or n.
func (s bitset) firstMissing(n int) int { return min(n, bits.TrailingZeros64(uint64(^s))) }

func (p *progress) begin(batch []entry) { *p = progress{batch: batch, at: nowhere} }

// enter notes that an Each handler begins with some messages; leave follows, however it ends.
func (p *progress) enter() { p.depth++ }

func (p *progress) leave() { p.depth-- }

// reach notes that Each begins with a message.
func (p *progress) reach(m message.Message) {
	p.one = m
	if p.depth > 1 {
		return
	}
	i := p.next
	if i >= len(p.batch) || p.batch[i].m != arena.Message(m) {
		i = p.find(m)
	}
	if p.at = i; i == nowhere {
		return
	}
	p.done.remove(i)
	p.next = i + 1
}

// pass notes that Each has returned from the message that it was at.
func (p *progress) pass() {
	if p.depth > 1 || p.at == nowhere {
		return
	}
	p.done.add(p.at)
	p.at = nowhere
}

// reached returns how many messages Each has begun with, if it took them in their order.
func (p *progress) reached() int {
	n := p.done.firstMissing(len(p.batch))
	if p.at == n {
		n++
	}
	return n
}

// find returns where a message is. One that is in the batch twice is at the first place that Each has
// not been at, if there is one.
func (p *progress) find(m message.Message) int {
	found := nowhere
	for i, e := range p.batch {
		if e.m != arena.Message(m) {
			continue
		}
		if !p.done.has(i) {
			return i
		}
		found = i
	}
	return found
}

// fail notes that the handler has failed over a message; not, if the call is not about it.
func (p *progress) fail(m message.Message, from int) (next int) {
	n := len(p.batch)
	for k := range n {
		i := (from + k) % n
		if p.batch[i].m == arena.Message(m) && !p.failed.has(i) {
			p.failed.add(i)
			return i + 1
		}
	}
	return from
}

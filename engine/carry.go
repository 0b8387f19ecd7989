package engine

import (
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/completion"
)

// carryOn makes a draft carry on the questions about what the handler, whose own publisher this is, is
// called with. Questions are asked before there is anything to carry, so a publish that sees none has
// none to see.
func (p *Publisher) carryOn(d arena.Draft) {
	if !p.engine.asks.Load() {
		return
	}
	if t := p.progress.token(); t != nil {
		d.Carry(t)
	}
}

// token returns what a message carries that is published now, one hold on which is the caller's; nil
// if nobody asked.
func (p *progress) token() *completion.Token {
	var t *completion.Token
	if p.one.IsZero() {
		t = p.ofBatch()
	} else {
		t = arena.Message(p.one).Token()
	}
	if t != nil {
		t.Hold(1)
	}
	return t
}

// ofBatch returns what the messages of the batch carry together.
func (p *progress) ofBatch() *completion.Token {
	if !p.looked {
		var tokens []*completion.Token
		for _, e := range p.batch {
			if t := e.m.Token(); t != nil {
				tokens = append(tokens, t)
			}
		}
		p.merged, p.looked = completion.Merge(tokens), true
	}
	return p.merged
}

// forgetToken ends the call's hold on what its batch carries.
func (p *progress) forgetToken() {
	if p.merged != nil {
		p.merged.Done()
	}
	p.merged, p.looked = nil, false
}

// outcomeOf says what it means to the source that a message was dropped for a reason.
func outcomeOf(why string) Outcome {
	switch why {
	case byCycle.String():
		return OutcomeCycle
	case byClosed.String(), byCancelled.String():
		return OutcomeLeft
	case byNewest.String(), byOldest.String(), byTimeout.String():
		return OutcomeDropped
	}
	return OutcomeFailed
}

// note tells the source of a message that it was dropped. A dead letter that is dropped in its turn is
// as bad as what it tells of.
func note(why string, m arena.Message) {
	if m.Token() == nil {
		return
	}
	if reason, letter := m.Property(DeadLetterReason); letter {
		why = string(reason)
	}
	m.Note(outcomeOf(why).severity())
}

func noteAll(why string, es []entry) {
	for _, e := range es {
		note(why, e.m)
	}
}

func noteLeft(es []entry) {
	for _, e := range es {
		e.m.Note(OutcomeLeft.severity())
	}
}

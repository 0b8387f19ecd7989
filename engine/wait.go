package engine

import (
	"context"
	"time"

	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
)

// role is what a publisher is for: what it may wait for depends on it. See the package comment.
type role int

const (
	outside   role = iota // nobody that a sink needs waits for it
	ofHandler             // a handler's own
	ofRelay               // its module's handler may wait for it: see Relay
	ofLetters             // it writes dead letters, and never waits
	roles
)

// action is what a publish does about a full sink.
type action int

const (
	waits action = iota // if it may; else it overflows
	overflows
	drops
)

// whenFull tells what the publisher does with messages for a sink that is full, by the link's policy
// and its own role. Those of a link that drops the oldest come here only while older ones have
// overflowed.
func (p *Publisher) whenFull(t *target) action {
	return [...][roles]action{
		Block:      {outside: waits, ofHandler: waits, ofRelay: waits, ofLetters: drops},
		DropNewest: {outside: drops, ofHandler: drops, ofRelay: drops, ofLetters: drops},
		DropOldest: {outside: overflows, ofHandler: overflows, ofRelay: overflows, ofLetters: drops},
	}[t.delivery.WhenFull][p.role]
}

// caller is who uses a publisher at the moment.
type caller int

const (
	unknown  caller = iota
	outsider        // neither a handler nor a relay
	party           // the module's handler, or a relay of it
	stranger        // another module's handler
)

// caller tells who uses the publisher. It costs about a microsecond where the role does not tell.
func (p *Publisher) caller() caller {
	if p.role == ofHandler {
		return party
	}
	switch p.engine.inHandler() {
	case p.module:
		return party
	case nil:
		if p.role == ofRelay {
			return party
		}
		return outsider
	}
	return stranger
}

// mayWait tells whether the caller may wait for room at the sink: rule R of the package comment. A
// link that was removed leads nowhere. A handler that uses another module's publisher draws an edge
// that no link shows, so it never waits.
func (p *Publisher) mayWait(c caller, t *target) bool {
	if c != party {
		return c == outsider
	}
	s := p.engine.snapshot.Load()
	source, sink := p.module.name, t.flow.sink.name
	return s.Linked(source, sink) && !s.Loop(source, sink)
}

// mayWaitForMemory tells whether the caller may wait for memory of the module: rule M of the package
// comment.
func (p *Publisher) mayWaitForMemory() bool {
	switch {
	case p.role == ofHandler, p.role == ofLetters, p.engine.inHandler() != nil:
		return false
	case p.role == ofRelay:
		return !p.module.arena.Escaped() && p.unlooped()
	}
	return true
}

// patience is one publish's wait for room at one sink.
type patience struct {
	caller   caller
	lingered bool
	woken    bool      // from a sleep
	vain     bool      // the last one: others had taken all the room
	first    bool      // it was in vain, so it comes before those who do not wait
	kept     bool      // room is kept for it
	deadline time.Time // by the link's timeout
}

// end ends the wait.
func (w *patience) end(t *target) {
	if w.kept {
		t.queue.main.EndKeep()
	}
}

// What await returns beside the reasons for which messages are dropped.
const (
	waited  reason = -1 // there may be room
	mustNot reason = -2 // the caller must not wait
)

// await waits until the sink may have room, or tells why the messages are not to wait.
func (p *Publisher) await(ctx context.Context, t *target, w *patience) reason {
	if p.role == ofHandler { // which may be asked at no cost
		w.caller = party
	}
	if w.caller == party && !p.mayWait(party, t) {
		return mustNot
	}
	if !w.lingered {
		w.lingered = true // once: who loses the room to others again and again looks at the time
		if p.linger(t, w) {
			return waited
		}
	}
	if w.caller == unknown {
		w.caller = p.caller()
	}
	if !p.mayWait(w.caller, t) {
		return mustNot
	}
	return p.sleep(ctx, t, w)
}

// linger gives a sink that is at work a moment to make room, before the publisher goes to sleep for
// it: falling asleep, being woken, and asking whether it may, cost more than most waits last.
func (p *Publisher) linger(t *target, w *patience) bool {
	for range park.Spins(lingering) {
		park.Yield()
		if p.mayPush(t, w) {
			return true
		}
	}
	return false
}

// lingering is how often a publisher yields before it sleeps: a few microseconds in all.
const lingering = 16

// sleep blocks until the sink may have room, or returns why the messages are to be dropped.
func (p *Publisher) sleep(ctx context.Context, t *target, w *patience) reason {
	if ctx.Err() != nil {
		return byCancelled
	}
	left, ok := t.timeLeft(&w.deadline)
	if !ok {
		return byTimeout
	}
	p.waiting.Store(int32(w.caller))
	defer p.waiting.Store(0)
	room := t.queue.main.Room()
	p.engine.waiting.join(room) // before the links are looked at again
	defer p.engine.waiting.leave(room)
	if w.vain {
		room.Rejoin(p.waiter)
	} else {
		room.Join(p.waiter)
	}
	if p.mayPush(t, w) || !p.mayWait(w.caller, t) {
		room.Leave(p.waiter)
		return waited
	}
	switch room.Wait(p.waiter, ctx.Done(), left) {
	case park.Cancelled:
		return byCancelled
	case park.TimedOut:
		return byTimeout
	}
	w.woken = true
	return waited
}

// timeLeft starts or reads the clock of a delivery with a timeout.
func (t *target) timeLeft(deadline *time.Time) (time.Duration, bool) {
	if t.delivery.Timeout == 0 {
		return 0, true
	}
	if deadline.IsZero() {
		*deadline = time.Now().Add(t.delivery.Timeout)
	}
	left := time.Until(*deadline)
	return left, left > 0
}

// mayPush tells whether a push could succeed, or would fail for good.
func (p *Publisher) mayPush(t *target, w *patience) bool {
	switch {
	case p.above(t):
		return t.queue.main.Closed()
	case !t.laneEmpty():
		return !t.lane.Full()
	case w.first:
		return !t.queue.main.FullKept()
	}
	return !t.queue.main.Full()
}

// gate is asked by the shard before a claim waits, and whenever it is woken.
func (p *Publisher) gate() error {
	if err := p.refuses(); err != nil {
		return err
	}
	if !p.mayWaitForMemory() {
		return message.ErrExhausted
	}
	who := outsider
	if p.role == ofRelay {
		who = party // its module's handler may wait with it
	}
	p.waiting.Store(int32(who))
	return nil
}

package engine_test

import (
	"context"
	"strconv"
	"sync"

	"github.com/millrace/millrace/message"
)

// gate is where a handler is held: open, or not.
type gate struct {
	mu    sync.Mutex
	shut  chan struct{} // closed when the gate opens; nil: it is open
	hands []receipt     // of the handler that waits
}

func (g *gate) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		g.shut = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}

// pass waits while the gate is shut and, unless deaf, the context is not done.
func (g *gate) pass(ctx context.Context, deaf bool, batch []receipt) {
	g.mu.Lock()
	shut := g.shut
	if shut != nil {
		g.hands = batch
	}
	g.mu.Unlock()
	if shut == nil {
		return
	}
	done := ctx.Done()
	if deaf {
		done = nil
	}
	select {
	case <-shut:
	case <-done:
	}
	g.mu.Lock()
	g.hands = nil
	g.mu.Unlock()
}

// holds returns the numbers that a handler at the gate has in its hands.
func (g *gate) holds() (numbers []int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.hands {
		numbers = append(numbers, r.number)
	}
	return numbers
}

// attic holds messages for longer than their handlers ran; whoever brings one too many lets go the
// oldest, whosever it was.
type attic struct {
	mu   sync.Mutex
	kept []keepsake
}

type keepsake struct {
	m    message.Message
	from receipt
}

const atticRoom = 8

func (a *attic) keep(r *rig, m message.Message, from receipt) {
	m.Retain()
	a.mu.Lock()
	a.kept = append(a.kept, keepsake{m, from})
	var old []keepsake
	if len(a.kept) > atticRoom {
		old, a.kept = a.kept[:1], a.kept[1:]
	}
	a.mu.Unlock()
	release(r, old)
}

// messages counts what is kept: several modules may keep the same message.
func (a *attic) messages() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	different := make(map[receipt]bool)
	for _, k := range a.kept {
		different[k.from] = true
	}
	return len(different)
}

func (a *attic) clear(r *rig) {
	release(r, a.kept)
	a.kept = nil
}

func release(r *rig, list []keepsake) {
	for _, k := range list {
		r.check(k.m, k.from, "after it was kept")
		k.m.Release()
	}
}

// read takes the message's name from its properties.
func (t *tap) read(m message.Message) receipt {
	from := receipt{numberIn(m, "sender"), numberIn(m, "sequence"), numberIn(m, "number")}
	t.rig.check(m, from, "when "+t.name+" received it")
	return from
}

// check compares a message with what was written.
func (r *rig) check(m message.Message, from receipt, when string) {
	if digit, _ := m.Property("digit"); string(digit) != strconv.Itoa(from.number%10) {
		r.fault("immutable: %s message %d has the digit %q", when, from.number, digit)
	}
	if numberIn(m, "sender") != from.sender || numberIn(m, "sequence") != from.sequence {
		r.fault("alive until released: %s message %d is another", when, from.number)
	}
	for i, b := range m.Content() {
		if b != byte(31*from.sender+7*from.sequence+i) {
			r.fault("immutable: %s message %d reads %q", when, from.number, m.Content())
			return
		}
	}
}

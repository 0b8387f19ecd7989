package engine

import (
	"cmp"
	"slices"
)

// Quarantine takes a module out of the traffic for good: its links stay, but what is sent to it from
// now on is counted as dropped (closed), what is queued for it as failed, and its publishers refuse.
// Whoever waits for room at it goes on at once. A handler that is at work is not waited for: its
// context is cancelled, and its messages count when it returns. Any goroutine may call it, also the
// module's handler.
func (m *Module) Quarantine() {
	m.engine.mu.Lock()
	defer m.engine.mu.Unlock()
	if m.queue != nil {
		m.queue.quarantined.Store(true) // before it is abandoned: see discard
	}
	m.stop()
	m.abandon()
}

// Call is what a module's handler is doing.
type Call struct {
	Module   string
	Number   uint64 // counts the handler's calls: it stays the same while one lasts
	Messages int    // in the latest call
	Busy     bool   // that call has not returned, or another has begun since
	Waiting  bool   // the handler or a relay waits for room at a sink, or a relay for memory
}

// Calls tells what every handler is doing, sorted by module: two looks that show a module Busy in the
// same call, and not Waiting, show a handler that takes its time. A module is Waiting for long only
// while another takes its time, for none wait for each other: see the package comment.
func (e *Engine) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []Call
	for _, m := range e.modules {
		if m.queue != nil {
			list = append(list, m.call())
		}
	}
	slices.SortFunc(list, func(a, b Call) int { return cmp.Compare(a.Module, b.Module) })
	return list
}

// call looks at the module's handler. Engine.mu is held.
func (m *Module) call() Call {
	word := m.calls.Load()
	c := Call{Module: m.name, Number: word >> callShift, Messages: int(word & (1<<callShift - 1))}
	c.Busy = !m.queue.idle.Load() && c.Number > 0
	for p := range m.publishers {
		c.Waiting = c.Waiting || caller(p.waiting.Load()) == party
	}
	return c
}

// callShift leaves room for the number of messages in the word that counts calls.
const callShift = 8

func nextCall(word uint64, messages int) uint64 {
	return (word>>callShift+1)<<callShift | uint64(messages)
}

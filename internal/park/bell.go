// Package park is sleeping and waking: the only place of the engine that blocks. A Bell wakes the
// one consumer of a queue; a WaitQueue keeps producers that wait for room. Both cost one atomic load
// when nobody sleeps.
package park

import "github.com/millrace/millrace/internal/atom"

// Bell wakes one sleeper. Any goroutine may Ring; one goroutine at a time may sleep:
//
//	bell.Arm()
//	if workIsThere() {
//		bell.Disarm()
//	} else {
//		bell.Sleep()
//	}
//
// A Ring after the work was made visible is never lost: either the sleeper's check sees the work,
// or Ring sees the sleeper.
type Bell struct {
	armed atom.Bool // set by the sleeper, cleared by whoever wakes it
	token token     // at most one: owed to the sleeper by whoever cleared armed
}

// NewBell makes a bell.
func NewBell() *Bell { return &Bell{token: newToken()} }

// Ring wakes the sleeper if there is one.
func (b *Bell) Ring() {
	// SYNC POINT: bell. The caller published its work before this load.
	if b.armed.Load() && b.armed.CompareAndSwap(true, false) {
		b.token.give()
	}
}

// Arm announces that the caller is about to sleep; it must look for work once more after it.
func (b *Bell) Arm() {
	// SYNC POINT: bell. The caller looks for work after this store.
	b.armed.Store(true)
}

// Disarm takes an Arm back.
func (b *Bell) Disarm() {
	if !b.armed.CompareAndSwap(true, false) {
		b.token.take() // a Ring got in between: its token is ours to take
	}
}

// Sleep blocks until a Ring. It follows an Arm.
func (b *Bell) Sleep() { b.token.take() }

package engine

import "runtime/debug"

// Panic says what a handler panicked with.
type Panic struct {
	Value    any    // of the panic: any type, as Go has it
	Stack    []byte // as debug.Stack formats it
	Messages int    // how many messages were counted as failed
}

// unknownIndex is where a handler is that does not say which message it handles.
const unknownIndex = -1

// ended gives up a batch whose handler returned, or panicked with a value; it returns how many
// messages that are. Drafts that a panicking handler had not published have ended.
func (r *receiver) ended(batch []entry, value any) (handled int) {
	if value == nil {
		r.release(batch, (*flow).countDelivered)
		return len(batch)
	}
	p := Panic{Value: value, Stack: debug.Stack()}
	at, handled := 0, len(batch)
	if i := r.module.out.handling; i != unknownIndex {
		at, handled = i, i+1
	}
	p.Messages = handled - at
	if at > 0 {
		r.release(batch[:at], (*flow).countDelivered)
	}
	r.fail(batch[at:handled], "panic")
	r.module.out.shard.EndDrafts()
	r.module.onPanic(p)
	return handled
}

// fail gives up messages as dropped; a dead letter says why.
func (r *receiver) fail(batch []entry, why string) {
	r.module.engine.bury(why, batch)
	r.release(batch, (*flow).countFailed)
}

package engine

import "runtime/debug"

// Panic says what a handler panicked with.
type Panic struct {
	Value    any    // of the panic: any type, as Go has it
	Stack    []byte // as debug.Stack formats it
	Messages int    // how many messages were counted as failed: none if Each was at one kept from before
}

// ended gives up what a call was about that has ended: it returned, or it panicked with a value, or it
// ended its goroutine. Drafts that it had not published then have ended.
func (r *receiver) ended(returned bool, value any) {
	r.progress.forgetToken()
	if returned {
		r.release(r.take(len(r.pending)), (*flow).countDelivered)
		return
	}
	why := "panic"
	if value == nil {
		why = "goexit"
		r.progress.pass() // who ends its goroutine has ended its call, as if by return
	}
	failed := r.giveUp(r.take(r.reached()), why)
	r.module.out.shard.EndDrafts()
	if value != nil {
		r.module.onPanic(Panic{Value: value, Stack: debug.Stack(), Messages: failed})
	}
}

// reached returns how many of the pending messages a call was about that did not return: those as far
// as the one that Each was at, if the handler is made by Each; else all of them, for nobody knows what
// it did with the others.
func (r *receiver) reached() int {
	if n := r.progress.reached(); r.module.each && n > 0 {
		return n
	}
	return len(r.pending)
}

// giveUp counts those that Each had returned from as delivered, and the others as failed: it returns
// how many these are.
func (r *receiver) giveUp(batch []entry, why string) (failed int) {
	for i := 0; i < len(batch); {
		done, from := r.progress.done.has(i), i
		for i < len(batch) && r.progress.done.has(i) == done {
			i++
		}
		if done {
			r.release(batch[from:i], (*flow).countDelivered)
			continue
		}
		r.fail(batch[from:i], why)
		failed += i - from
	}
	return failed
}

// fail gives up messages as dropped; a dead letter says why.
func (r *receiver) fail(batch []entry, why string) {
	r.module.engine.writeLetters(why, batch)
	r.release(batch, (*flow).countFailed)
}

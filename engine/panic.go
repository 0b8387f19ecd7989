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
	if returned && r.progress.failed == 0 {
		r.release(r.take(len(r.pending)), (*flow).countDelivered)
		return
	}
	if returned {
		r.giveUp(r.take(len(r.pending)), "")
		return
	}
	why := byPanic.String()
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

// giveUp counts what its handler said has failed as that, what Each had returned from as delivered, and
// the others as failed for that reason, or as delivered if there is none: it returns how many failed
// for it.
func (r *receiver) giveUp(batch []entry, why string) (failed int) {
	for i := 0; i < len(batch); {
		verdict, from := r.verdict(i, why), i
		for i < len(batch) && r.verdict(i, why) == verdict {
			i++
		}
		switch verdict {
		case "":
			r.release(batch[from:i], (*flow).countDelivered)
		case byError.String():
			r.fail(batch[from:i], byError, verdict)
		default:
			r.fail(batch[from:i], byPanic, verdict)
			failed += i - from
		}
	}
	return failed
}

// verdict returns why a message of the call has failed; empty: it has not.
func (r *receiver) verdict(i int, why string) string {
	switch {
	case r.progress.failed.has(i):
		return byError.String()
	case r.progress.done.has(i):
		return ""
	}
	return why
}

// fail gives up messages as dropped; a dead letter says why.
func (r *receiver) fail(batch []entry, reason reason, why string) {
	r.module.engine.writeLetters(why, batch)
	r.release(batch, countFailed(reason))
}

package outprocess

import (
	"sync/atomic"

	"github.com/millrace/millrace/module"
)

// tally counts what the engine cannot. Each counter has one writer at a time; anybody may read.
type tally struct {
	handed      atomic.Uint64 // messages that the system took for the remote
	unconfirmed atomic.Uint64 // of these, handed to one that was lost or did not follow DESTROY
	tooLarge    atomic.Uint64 // messages refused: ErrTooLarge
	notHanded   atomic.Uint64 // messages in hand when the gateway had no more time
	received    atomic.Uint64 // messages from the remote that were published
	refused     atomic.Uint64 // frames from the remote that are no messages, or too large for one
	late        atomic.Uint64 // messages from the remote after Stop
	attached    atomic.Uint64 // times that the remote was created and started
}

// moved counts what has gone to the remote and come from there.
func (t *tally) moved() uint64 { return t.handed.Load() + t.received.Load() + t.refused.Load() }

// figures lists the counters in the order in which they happen.
func (t *tally) figures() []module.Figure {
	return []module.Figure{
		{Name: "attachments", N: t.attached.Load()},
		{Name: "handed over", N: t.handed.Load()},
		{Name: "of these unconfirmed", N: t.unconfirmed.Load()},
		{Name: "too large to hand over", N: t.tooLarge.Load()},
		{Name: "not handed over", N: t.notHanded.Load()},
		{Name: "received", N: t.received.Load()},
		{Name: "frames refused", N: t.refused.Load()},
		{Name: "received too late", N: t.late.Load()},
	}
}

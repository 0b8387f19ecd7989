package bench

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

// pace says when one source publishes in one phase.
type pace struct {
	clock   *clock
	stop    *atomic.Bool // the phase is over
	bounded bool         // to so many messages of this source:
	most    uint64
	batch   int           // at once
	begin   uint64        // on the clock, ns
	gap     float64       // between intended send times, ns; 0: closed loop
	spent   time.Duration // of the processor's time, on waiting
}

// clock counts nanoseconds since the run began.
type clock struct{ zero time.Time }

func (c *clock) now() uint64 { return uint64(time.Since(c.zero)) }

// due returns when the n-th message of the phase is meant to be sent; 0 in a closed loop.
func (p *pace) due(n uint64) uint64 {
	if p.gap == 0 {
		return 0
	}
	return p.begin + uint64(float64(n)*p.gap)
}

// ready waits until there is something to publish, when so many were, and returns how many; 0 at
// the end of the phase.
func (p *pace) ready(sent uint64) int {
	n := uint64(p.batch)
	if p.bounded {
		n = min(n, p.most-sent)
	}
	if n == 0 || p.stop.Load() {
		return 0
	}
	if p.gap == 0 {
		return int(n)
	}
	now, ok := p.await(p.due(sent))
	if !ok {
		return 0
	}
	late := uint64(math.Floor(float64(now-p.begin)/p.gap)) + 1
	if late <= sent {
		return 1 // rounding
	}
	return int(min(n, late-sent))
}

// The system's sleep may overshoot by more than a millisecond, so the last stretch is spun. To nap through
// it with nanosleep was tried: at 50,000 messages a second it took as much of a core, by waking up, and
// each message was some ten microseconds late.
const (
	spun    = 2 * time.Millisecond
	longest = 20 * time.Millisecond // between two looks at stop
)

// await waits until the clock shows due and returns what it shows, or false at the end of the phase.
// What spinning takes of the processor is the pace's own and not the engine's: see spent.
func (p *pace) await(due uint64) (now uint64, ok bool) {
	for !p.stop.Load() {
		now := p.clock.now()
		if now >= due {
			return now, true
		}
		if left := time.Duration(due - now); left > spun {
			time.Sleep(min(left-spun, longest))
		} else {
			p.yield(now)
		}
	}
	return 0, false
}

// yieldMax is how long a look at the clock and a yield take at most if nobody else wants to run.
const yieldMax = 2 * time.Microsecond

// yield lets others run. Where nobody did, the time was spent on waiting.
func (p *pace) yield(now uint64) {
	runtime.Gosched() //nolint:forbidigo // a load generator, not a wait of the engine
	if took := time.Duration(p.clock.now() - now); took < yieldMax {
		p.spent += took
	}
}

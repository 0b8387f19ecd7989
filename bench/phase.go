package bench

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/engine"
)

// phase publishes so many messages (0: no bound) for so long (0: no bound) and waits until they
// have arrived.
func (r *run) phase(ctx context.Context, messages uint64, duration time.Duration) error {
	for _, c := range r.checkers {
		c.target.Store(math.MaxUint64)
	}
	var stop atomic.Bool
	defer context.AfterFunc(ctx, func() { stop.Store(true) })()
	if duration > 0 {
		defer time.AfterFunc(duration, func() { stop.Store(true) }).Stop()
	}
	if r.load.Rate > 0 && messages == 0 {
		messages = max(uint64(r.load.Rate*duration.Seconds()), 1)
	}
	paces := r.paces(&stop, messages, messages > 0)
	err := r.feedAll(paces)
	for _, p := range paces {
		r.waited += p.spent
	}
	r.settle()
	return err
}

// paces divides the load among the sources.
func (r *run) paces(stop *atomic.Bool, messages uint64, bounded bool) []*pace {
	n := uint64(len(r.feeders))
	begin := r.clock.now()
	paces := make([]*pace, n)
	for i := range paces {
		p := &pace{clock: &r.clock, stop: stop, batch: r.load.Batch, begin: begin}
		p.bounded, p.most = bounded, messages/n
		if uint64(i) < messages%n {
			p.most++
		}
		if r.load.Rate > 0 {
			p.gap = float64(n) / r.load.Rate * float64(time.Second)
		}
		paces[i] = p
	}
	return paces
}

// feedAll runs every source to its end.
func (r *run) feedAll(paces []*pace) error {
	var all sync.WaitGroup
	faults := make([]error, len(paces))
	for i, f := range r.feeders {
		// The run's context ends the pace, not a publish: a message that waits for room is not lost.
		all.Go(func() { faults[i] = f.feed(context.Background(), paces[i]) })
	}
	all.Wait()
	return errors.Join(faults...)
}

// settle waits until every sink has what it must have. When something was lost that never comes;
// then it returns once nothing moves any more.
func (r *run) settle() {
	published := r.published()
	for _, c := range r.checkers {
		c.target.Store(c.due(published))
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last engine.Stats
	for deadline := time.Now().Add(drainMax); !r.complete() && time.Now().Before(deadline); {
		select {
		case <-r.reached:
		case <-tick.C:
			now := r.engine.Stats()
			if atRest(now) && delivered(now) == delivered(last) {
				return
			}
			last = now
		}
	}
}

// complete tells whether every sink has what it must have. One that drops need not be waited for.
func (r *run) complete() bool {
	for _, c := range r.checkers {
		if !c.lossy && c.received.Load() < c.target.Load() {
			return false
		}
	}
	return true
}

// published returns how many messages each source has published.
func (r *run) published() []uint64 {
	n := make([]uint64, len(r.feeders))
	for i, f := range r.feeders {
		n[i] = f.next
	}
	return n
}

func atRest(s engine.Stats) bool {
	for _, l := range s.Links {
		if l.Queued > 0 {
			return false
		}
	}
	return true
}

func delivered(s engine.Stats) (n uint64) {
	for _, l := range s.Links {
		n += l.Delivered
	}
	return n
}

func dropped(s engine.Stats) (n uint64) {
	for _, l := range s.Links {
		n += l.Dropped.Total()
	}
	return n
}

package bench

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// checker is a sink's handler: it verifies every message.
//
// received, target and fault are shared; the rest is the handler's, and the run's while nothing
// moves.
type checker struct {
	sink
	form     *form
	clock    *clock
	trackers []*tracker // by label; nil: not for this sink
	latency  *hdrhistogram.Histogram
	dues     []uint64 // of the batch
	received atomic.Uint64
	target   atomic.Uint64 // to receive in this phase
	reached  chan<- struct{}
	fault    atomic.Pointer[error] // the first
}

func newChecker(s sink, f *form, c *clock, reached chan<- struct{}) *checker {
	k := &checker{sink: s, form: f, clock: c, reached: reached}
	k.target.Store(math.MaxUint64)
	for _, t := range s.takes {
		for len(k.trackers) <= int(t.label) {
			k.trackers = append(k.trackers, nil)
		}
		k.trackers[t.label] = &tracker{stream: t, lossy: s.lossy, next: t.first}
	}
	return k
}

// Receive verifies a batch.
func (c *checker) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	c.dues = c.dues[:0]
	for _, m := range batch {
		s, err := c.verify(m)
		if err != nil {
			c.failed(s, err)
		}
		c.dues = append(c.dues, s.due)
	}
	if c.latency != nil {
		c.record()
	}
	if c.pause > 0 {
		time.Sleep(c.pause)
	}
	// The run stores the target, then loads received; so one of the two sees that it is reached.
	received := c.received.Load() + uint64(len(batch))
	c.received.Store(received)
	if received >= c.target.Load() {
		c.tell()
	}
}

func (c *checker) verify(m message.Message) (stamp, error) {
	s, whole := c.form.read(m)
	if !whole {
		return s, ErrGarbled
	}
	if int(s.label) >= len(c.trackers) || c.trackers[s.label] == nil {
		return s, fmt.Errorf("%w: meant for another sink", ErrGarbled)
	}
	return s, c.trackers[s.label].see(s.sequence)
}

// record takes the batch's latencies. The clock is read once, after the last message was verified,
// so none comes out too short.
func (c *checker) record() {
	now := c.clock.now()
	for _, due := range c.dues {
		taken := min(now-min(due, now), latencyMaxNs)
		_ = c.latency.RecordValue(int64(taken)) // within range
	}
}

func (c *checker) tell() {
	select {
	case c.reached <- struct{}{}:
	default:
	}
}

func (c *checker) failed(s stamp, err error) {
	if c.fault.Load() == nil {
		err = fmt.Errorf("%w: at %s, stream %d, message %d", err, c.name, s.label, s.sequence)
		c.fault.Store(&err)
	}
}

// end returns the first fault, given how many messages each source published.
func (c *checker) end(published []uint64) error {
	if fault := c.fault.Load(); fault != nil {
		return *fault
	}
	for _, t := range c.trackers {
		if t == nil {
			continue
		}
		if err := t.end(published[t.source]); err != nil {
			return fmt.Errorf("%w: at %s, stream %d", err, c.name, t.label)
		}
	}
	return nil
}

// due returns how many messages the sink must have received when the sources have published so many.
func (c *checker) due(published []uint64) (n uint64) {
	for _, t := range c.takes {
		n += t.of(published[t.source])
	}
	return n
}

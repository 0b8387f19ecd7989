package bench

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Load says how many messages are published, how fast, and how the run is watched. The zero value
// publishes as fast as possible for a second, 64 messages at a time.
//
// Closed loop (Rate 0): each source publishes as soon as there is room. Open loop (Rate set): each
// message has an intended send time; a source that falls behind catches up and never skips, and
// latency counts from the intended time, so a stall is seen by every message that it delays. Without
// Messages, Rate times Duration of them are published, or fewer if the sources cannot keep up.
type Load struct {
	Messages uint64        // to publish, by all sources together, after warming up; 0: until Duration
	Duration time.Duration // how long to publish; 0: until Messages, or 1 s if that is 0 too
	Rate     float64       // messages a second, by all sources together; 0: closed loop
	Batch    int           // messages published at once, at most; 0: DefaultBatch, 1: one at a time
	WarmUp   time.Duration // under the same load, before measuring begins; 0: none

	Interval time.Duration  // between samples, at least MinInterval; 0: no samples, no progress
	Progress func(Progress) // if set, called after each Interval, warm-up included, from one goroutine
}

const (
	// DefaultBatch is how many messages a source publishes at once unless the load says otherwise.
	DefaultBatch = 64
	// MaxBatch is the largest Load.Batch.
	MaxBatch = 4096
	// MinInterval is the shortest Load.Interval.
	MinInterval = time.Millisecond
	// MaxRate is the largest Load.Rate.
	MaxRate = 1e9
)

// ErrLoad means that the load asks for what cannot be.
var ErrLoad = errors.New("bench: bad load")

// Progress is how far a run is.
type Progress struct {
	WarmingUp  bool
	Elapsed    time.Duration // since warming up, or measuring, began
	Done       float64       // share of the warm-up, or of the measured part, from 0 to 1
	Deliveries uint64        // since measuring began
}

func (l Load) check() error {
	switch {
	case l.Duration < 0 || l.WarmUp < 0:
		return fmt.Errorf("%w: a duration below zero", ErrLoad)
	case math.IsNaN(l.Rate) || l.Rate < 0 || l.Rate > MaxRate:
		return fmt.Errorf("%w: rate %v, want 0 to %v a second", ErrLoad, l.Rate, float64(MaxRate))
	case l.Batch < 0 || l.Batch > MaxBatch:
		return fmt.Errorf("%w: batch %d, want 0 to %d", ErrLoad, l.Batch, MaxBatch)
	case l.Interval != 0 && l.Interval < MinInterval:
		return fmt.Errorf("%w: interval %v, want %v or more", ErrLoad, l.Interval, MinInterval)
	case l.Progress != nil && l.Interval == 0:
		return fmt.Errorf("%w: progress without an interval", ErrLoad)
	}
	return nil
}

func (l Load) withDefaults() Load {
	if l.Messages == 0 && l.Duration == 0 {
		l.Duration = time.Second
	}
	if l.Batch == 0 {
		l.Batch = DefaultBatch
	}
	return l
}

package main

import (
	"fmt"
	"time"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/pflag"

	"github.com/millrace/millrace/bench"
)

// load is the flags that say how a scenario is driven.
type load struct {
	rate     rate // 0: as fast as possible
	duration time.Duration
	warmUp   time.Duration
	batch    int
}

func (l *load) bind(flags *pflag.FlagSet, duration, warmUp time.Duration) {
	flags.DurationVar(&l.duration, "duration", duration, "how long to publish, and measure")
	flags.DurationVar(&l.warmUp, "warmup", warmUp, "how long to run before measuring begins")
	flags.IntVar(&l.batch, "batch", bench.DefaultBatch,
		"how many messages a source publishes at once, at most")
}

const (
	minDuration = 10 * time.Millisecond
	maxDuration = 24 * time.Hour
)

func (l *load) check(command string) error {
	switch {
	case l.duration < minDuration || l.duration > maxDuration:
		return cli.Usage(command,
			fmt.Sprintf("--duration must be from %v to %v", minDuration, maxDuration))
	case l.warmUp < 0 || l.warmUp > maxDuration:
		return cli.Usage(command, fmt.Sprintf("--warmup must be from 0s to %v", maxDuration))
	case l.batch < 1 || l.batch > bench.MaxBatch:
		return cli.Usage(command, fmt.Sprintf("--batch must be from 1 to %d", bench.MaxBatch))
	}
	return nil
}

// bench returns the load in the terms of package bench.
func (l *load) bench(bar *progress) bench.Load {
	return bench.Load{
		Duration: l.duration, WarmUp: l.warmUp, Rate: float64(l.rate), Batch: l.batch,
		Interval: l.interval(), Progress: bar.show,
	}
}

// interval returns how far samples are apart: close enough to show the course of a short run, and
// no more than a few thousand of a long one.
func (l *load) interval() time.Duration {
	const samples, longest = 50, 100 * time.Millisecond
	return max(min(l.duration/samples, longest), l.duration/5000, bench.MinInterval)
}

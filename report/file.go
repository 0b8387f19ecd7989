package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// MaxSize is the size of the largest result that Read accepts, in bytes.
const MaxSize = 64 << 20

// The most that a result may hold; a picture of more would show nothing.
const (
	maxRuns      = 1000
	maxIntervals = 100_000
	maxPoints    = 100_000
)

// ErrResult says that what was read is not a result, or not one that can be shown.
var ErrResult = errors.New("not a result of loadgen")

// Write writes a result as JSON. It sets the format.
func Write(w io.Writer, r Result) error {
	r.Format = Format
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(r)
}

// Read reads a result that Write wrote. Its errors wrap ErrResult, but for those of the reader.
func Read(in io.Reader) (Result, error) {
	text, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return Result{}, err
	}
	if len(text) > MaxSize {
		return Result{}, fmt.Errorf("%w: larger than %s", ErrResult, Bytes(MaxSize))
	}
	var r Result
	if err := json.Unmarshal(text, &r); err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrResult, err)
	}
	if r.Format != Format {
		return Result{}, fmt.Errorf("%w: its format is %d, want %d", ErrResult, r.Format, Format)
	}
	return r, r.check()
}

func (r Result) check() error {
	if len(r.Runs) == 0 || len(r.Runs) > maxRuns {
		return fmt.Errorf("%w: %d runs, want 1 to %d", ErrResult, len(r.Runs), maxRuns)
	}
	if r.Sweep != nil && !sound(float64(r.Sweep.BoundNs), r.Sweep.Highest) {
		return fmt.Errorf("%w: sweep: a figure below zero or beyond reason", ErrResult)
	}
	for i, run := range r.Runs {
		if err := run.check(); err != nil {
			return fmt.Errorf("%w: runs[%d]: %w", ErrResult, i, err)
		}
	}
	return nil
}

func (r Run) check() error {
	switch {
	case len(r.Intervals) > maxIntervals:
		return fmt.Errorf("%d intervals, want at most %d", len(r.Intervals), maxIntervals)
	case !sound(r.Rate, r.Seconds, r.Throughput, r.CPUNs, r.Allocations):
		return errors.New("a figure below zero or beyond reason")
	}
	for i, n := range r.Intervals {
		if !sound(n.Seconds, n.Throughput, n.Cores, float64(n.PauseNs)) {
			return fmt.Errorf("intervals[%d]: a figure below zero or beyond reason", i)
		}
	}
	for i, l := range r.Links {
		if !sound(l.Throughput) {
			return fmt.Errorf("links[%d]: a figure below zero or beyond reason", i)
		}
	}
	return r.Latency.check()
}

func (l *Latency) check() error {
	if l == nil {
		return nil
	}
	if len(l.Curve) > maxPoints {
		return fmt.Errorf("latency: %d points, want at most %d", len(l.Curve), maxPoints)
	}
	if !sound(l.Mean, float64(l.Max)) {
		return errors.New("latency: a figure below zero or beyond reason")
	}
	last := Percentile{}
	for i, p := range l.Curve {
		if p.Percent < last.Percent || p.Percent > 100 || p.Ns < last.Ns {
			return fmt.Errorf("latency: curve[%d] does not ascend", i)
		}
		last = p
	}
	return nil
}

// beyond is more than any figure of a run can be.
const beyond = 1e18

// sound tells whether figures can have been measured. A NaN is refused too.
func sound(figures ...float64) bool {
	for _, v := range figures {
		if math.IsNaN(v) || v < 0 || v > beyond {
			return false
		}
	}
	return true
}

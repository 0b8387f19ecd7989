package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/millrace/millrace/bench/series"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// job is a measurement.
type job struct {
	name string
	run  func(m *meter) error
}

func jobs() []job {
	return []job{
		{"modules", growing(modules)},
		{"ring of links", growing(ring)},
		{"filtered star", growing(star)},
		{"bus", growing(bus)},
		{"publishers", growing(publishers)},
		{"document", growing(document)},
		{"change on a bus", change},
		{"10,000 on a bus", crowd},
		{"idle module", idle},
		{"module that has received once", receivers},
		{"module that has published once", relays},
		{"100,000 modules", hundredThousand},
		{"first drop_oldest", lanes},
		{"large document", largeDocument},
	}
}

// meter takes the figures of one job.
type meter struct {
	figures series.Series
	job     string
	n       int // the smaller size
}

// The units of figures.
const (
	seconds     = "s"
	nanoseconds = "ns each"
	megabytes   = "MB"
	kilobytes   = "KB each"
)

func figureOf(job, what, unit string) string { return job + ": " + what + ", " + unit }

func (m *meter) add(what, unit string, value float64) {
	m.figures.Add(figureOf(m.job, what, unit), value)
}

// stopwatch takes how long the steps of a scenario took for each of n.
type stopwatch struct {
	n     int
	steps []string
	each  map[string][]float64 // ns
}

func (s *stopwatch) time(step string, f func() error) error {
	began := time.Now()
	err := f()
	s.took(step, time.Since(began))
	if err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	return nil
}

func (s *stopwatch) took(step string, long time.Duration) {
	if !slices.Contains(s.steps, step) {
		s.steps = append(s.steps, step)
	}
	s.each[step] = append(s.each[step], float64(long)/float64(s.n))
}

// How often the sizes are measured; the best counts.
const (
	smallTimes = 5
	largeTimes = 2
)

// growing measures the steps of a scenario at n and 10n: what one costs, and how many times as much
// it costs at 10n. What is quadratic costs ten times as much.
func growing(scenario func(s *stopwatch, n int) error) func(m *meter) error {
	return func(m *meter) error {
		small := stopwatch{n: m.n, each: map[string][]float64{}}
		for range smallTimes {
			if err := scenario(&small, small.n); err != nil {
				return err
			}
		}
		large := stopwatch{n: 10 * m.n, each: map[string][]float64{}}
		for range largeTimes {
			if err := scenario(&large, large.n); err != nil {
				return err
			}
		}
		for _, step := range large.steps {
			before, _ := series.Series(small.each).Spread(step)
			after, _ := series.Series(large.each).Spread(step)
			m.add(step+" at n", nanoseconds, before.Least)
			m.add(step+" at 10n", nanoseconds, after.Least)
			m.add(step, "times", after.Least/before.Least)
		}
		return nil
	}
}

var nothing = engine.HandlerFunc(func(context.Context, *engine.Publisher, []message.Message) {})

func name(i int) string { return "m" + strconv.Itoa(i) }

// each calls f with 0 to n-1 until it fails.
func each(n int, f func(i int) error) func() error {
	return func() error {
		for i := range n {
			if err := f(i); err != nil {
				return err
			}
		}
		return nil
	}
}

// attach attaches the i-th module.
func attach(e *engine.Engine, o engine.ModuleOptions) func(i int) error {
	return func(i int) error {
		_, err := e.Attach(name(i), nothing, o)
		return err
	}
}

// detach takes the i-th module away.
func detach(e *engine.Engine) func(i int) error {
	return func(i int) error {
		m, ok := e.Module(name(i))
		if !ok {
			return fmt.Errorf("%s is not attached", name(i))
		}
		return m.Detach(context.Background())
	}
}

func closing(e *engine.Engine) func() error {
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, err := e.Close(ctx)
		return err
	}
}

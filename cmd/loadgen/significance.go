package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"golang.org/x/perf/benchmath"

	"github.com/millrace/millrace/report"
)

// metric is something that is compared.
type metric struct {
	name        string
	lowerBetter bool
	of          func(report.Run) float64
	text        func(float64) string
}

var throughput = metric{
	name: "deliveries a second", text: report.Number,
	of: func(r report.Run) float64 { return r.Throughput },
}

var p99 = metric{
	name: "latency p99", lowerBetter: true, text: report.Duration,
	of: func(r report.Run) float64 { return float64(r.Latency.At(99)) },
}

// comparison is a metric's samples in two results, and what the test says of them.
type comparison struct {
	metric        metric
	before, after float64 // medians
	test          benchmath.Comparison
}

// The fewest samples with which the test can find a difference at all.
const fewestRuns = 4

// comparisons returns what can be compared, and says by what samples.
func comparisons(before, after report.Result) (found []comparison, by string) {
	if len(before.Runs) < fewestRuns || len(after.Runs) < fewestRuns {
		a, b := intervals(before), intervals(after)
		if len(a) < fewestRuns || len(b) < fewestRuns {
			return nil, ""
		}
		return []comparison{throughput.compare(a, b)}, "compared by intervals"
	}
	metrics := []metric{throughput}
	if timed(before) && timed(after) {
		metrics = append(metrics, p99)
	}
	for _, m := range metrics {
		found = append(found, m.compare(m.samples(before), m.samples(after)))
	}
	return found, "compared by runs"
}

// intervals returns the throughput of each whole interval of each run.
func intervals(r report.Result) (samples []float64) {
	for _, run := range r.Runs {
		for _, n := range run.Intervals {
			samples = append(samples, n.Throughput)
		}
	}
	return samples
}

// timed tells whether every run measured latency.
func timed(r report.Result) bool {
	for _, run := range r.Runs {
		if run.Latency == nil {
			return false
		}
	}
	return true
}

func (m metric) samples(r report.Result) (samples []float64) {
	for _, run := range r.Runs {
		samples = append(samples, m.of(run))
	}
	return samples
}

func (m metric) compare(before, after []float64) comparison {
	const confidence = 0.95
	a := benchmath.NewSample(before, &benchmath.DefaultThresholds)
	b := benchmath.NewSample(after, &benchmath.DefaultThresholds)
	return comparison{
		metric: m, before: benchmath.AssumeNothing.Summary(a, confidence).Center,
		after: benchmath.AssumeNothing.Summary(b, confidence).Center,
		test:  benchmath.AssumeNothing.Compare(a, b), // Mann-Whitney U
	}
}

func (c comparison) significant() bool { return c.test.P < c.test.Alpha }

func (c comparison) worse() bool {
	return c.significant() && (c.after > c.before) == c.metric.lowerBetter &&
		c.after != c.before
}

func (c comparison) row() table.Row {
	return table.Row{c.metric.name, c.metric.text(c.before), c.metric.text(c.after),
		c.test.FormatDelta(c.before, c.after), fmt.Sprintf("%s (%s)", c.outcome(), c.test)}
}

func (c comparison) outcome() string {
	switch {
	case !c.significant():
		return "no significant difference"
	case c.worse():
		return "worse"
	case c.after == c.before:
		return "same median"
	}
	return "better"
}

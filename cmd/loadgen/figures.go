package main

import (
	"slices"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/millrace/millrace/report"
)

// figure is a row of a summary.
type figure struct {
	name string
	of   func(report.Run) (value float64, known bool)
	text func(float64) string
}

var figures = []figure{
	{"offered a second", positive(func(r report.Run) float64 { return r.Rate }), report.Number},
	{"measured", always(func(r report.Run) float64 { return r.Seconds * 1e9 }), report.Duration},
	{"published", always(func(r report.Run) float64 { return float64(r.Published) }), report.Number},
	{"delivered", always(func(r report.Run) float64 { return float64(r.Delivered) }), report.Number},
	{"dropped", positive(func(r report.Run) float64 { return float64(r.Dropped) }), report.Number},
	{"deliveries a second", always(func(r report.Run) float64 { return r.Throughput }), report.Number},
	{"CPU a message", positive(func(r report.Run) float64 { return r.CPUNs }), report.Duration},
	{"allocations a message", always(func(r report.Run) float64 { return r.Allocations }), report.Number},
	{"latency p50", latency(50), report.Duration},
	{"latency p90", latency(90), report.Duration},
	{"latency p99", latency(99), report.Duration},
	{"latency p99.9", latency(99.9), report.Duration},
	{"latency, highest", latency(100), report.Duration},
}

func always(of func(report.Run) float64) func(report.Run) (float64, bool) {
	return func(r report.Run) (float64, bool) { return of(r), true }
}

func positive(of func(report.Run) float64) func(report.Run) (float64, bool) {
	return func(r report.Run) (float64, bool) { v := of(r); return v, v > 0 }
}

func latency(percent float64) func(report.Run) (float64, bool) {
	return func(r report.Run) (float64, bool) {
		if r.Latency == nil {
			return 0, false
		}
		return float64(r.Latency.At(percent)), true
	}
}

// figuresTable shows one run's figures, or the median, lowest and highest of several.
func figuresTable(runs []report.Run) string {
	t := cli.NewTable(4, 2)
	if len(runs) > 1 {
		t.AppendHeader(table.Row{"", "median", "lowest", "highest"})
	}
	for _, f := range figures {
		values := f.values(runs)
		switch n := len(values); {
		case n == 0:
		case len(runs) == 1:
			t.AppendRow(table.Row{f.name, f.text(values[0])})
		default:
			t.AppendRow(table.Row{f.name,
				f.text(report.Median(values)), f.text(values[0]), f.text(values[n-1])})
		}
	}
	return t.Render()
}

// values returns a figure of all runs that have it, ascending.
func (f figure) values(runs []report.Run) (values []float64) {
	for _, run := range runs {
		if v, known := f.of(run); known {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values
}

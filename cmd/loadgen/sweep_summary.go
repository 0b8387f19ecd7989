package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/millrace/millrace/report"
)

// printSweep writes a row a rate, ascending, and what was found.
func (s *sweeper) printSweep(r report.Result) error {
	t := cli.NewTable(6, 1)
	t.AppendHeader(table.Row{"offered a second", "deliveries a second", "p50", "p99", "p99.9", "held"})
	runs := slices.Clone(r.Runs)
	slices.SortStableFunc(runs, func(a, b report.Run) int { return cmp.Compare(a.Rate, b.Rate) })
	for _, run := range runs {
		t.AppendRow(table.Row{report.Number(run.Rate), report.Number(run.Throughput),
			latencyText(run, 50), latencyText(run, 99), latencyText(run, 99.9),
			held(run, s.fellBehind(run))})
	}
	bound := report.Duration(float64(r.Sweep.BoundNs))
	found := "No rate that was tried holds a p99 of " + bound + "."
	if r.Sweep.Highest > 0 {
		found = fmt.Sprintf("%s messages a second hold a p99 of %s with nothing lost.",
			report.Number(r.Sweep.Highest), bound)
	}
	_, err := fmt.Fprintf(s.out, "%s on %s\n\n%s\n\n%s\n", r.Scenario, r.Machine, t.Render(), found)
	return err
}

func held(r report.Run, fellBehind bool) string {
	switch {
	case r.Fault != "":
		return "FAILED"
	case r.Held:
		return "yes"
	case r.Dropped > 0:
		return "no, dropped " + report.Count(r.Dropped)
	case fellBehind:
		return "no, fell behind"
	}
	return "no"
}

func latencyText(r report.Run, percent float64) string {
	if r.Latency == nil {
		return ""
	}
	return report.Duration(float64(r.Latency.At(percent)))
}

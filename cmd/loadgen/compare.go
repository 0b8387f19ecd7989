package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/millrace/millrace/report"
)

const compareHelp = `Compares two results of the same scenario under the same load by a Mann-Whitney U test, and fails
if the second is significantly worse (p < 0.05).

The samples are the runs, if both results have at least 4 (loadgen run --repeat); else the
throughput of each interval of each run. Intervals of one run are not independent of each other, and
a machine that drifts between two runs looks like a change: prefer repeated runs, made in turns.
Latency is compared by runs only.

Exit codes:
  0  not significantly worse
  1  significantly worse, or a result holds a run that failed
  2  mistake in the command line or in a file`

func newCompare() *cobra.Command {
	return &cobra.Command{
		Use:               "compare BEFORE AFTER",
		Short:             "Tell whether one result is significantly worse than another",
		Long:              compareHelp,
		Example:           "  loadgen compare a.json b.json",
		Args:              twoResults,
		ValidArgsFunction: completeResults,
		RunE: func(cmd *cobra.Command, args []string) error {
			results, err := readAll(args)
			if err != nil {
				return err
			}
			return compare(cmd, args, results[0], results[1])
		},
	}
}

func twoResults(cmd *cobra.Command, args []string) error {
	if len(args) == 2 {
		return nil
	}
	text := fmt.Sprintf("%s takes two results, but %d were given", cmd.CommandPath(), len(args))
	return cli.Usage(cmd.CommandPath(), text)
}

func compare(cmd *cobra.Command, paths []string, before, after report.Result) error {
	if err := comparable(before, after); err != nil {
		return cli.Usage("", fmt.Sprintf("%s and %s: %s", paths[0], paths[1], err))
	}
	for i, r := range []report.Result{before, after} {
		if fault := faultOf(r); fault != "" {
			return fmt.Errorf("%s holds a run that failed: %s", paths[i], fault)
		}
	}
	found, by := comparisons(before, after)
	if len(found) == 0 {
		return cli.Usage("", fmt.Sprintf(
			"%s and %s: too few samples: loadgen run --repeat %d makes enough",
			paths[0], paths[1], fewestRuns))
	}
	t := cli.NewTable(5, 2)
	t.AppendHeader(table.Row{"", paths[0], paths[1], "change", ""})
	for _, c := range found {
		t.AppendRow(c.row())
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s, %s\n\n%s\n", before.Scenario, by, t.Render())
	return errors.Join(err, worsened(paths[1], found))
}

// faultOf returns what first went wrong; empty: nothing.
func faultOf(r report.Result) string {
	for _, run := range r.Runs {
		if run.Fault != "" {
			return run.Fault
		}
	}
	return ""
}

// worsened names the metrics that are significantly worse; nil: none is.
func worsened(path string, found []comparison) error {
	var names []string
	for _, c := range found {
		if c.worse() {
			names = append(names, c.metric.name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%s is significantly worse in %s", path, strings.Join(names, " and "))
}

// comparable says why two results cannot be compared.
func comparable(a, b report.Result) error {
	switch {
	case a.Sweep != nil || b.Sweep != nil:
		return errors.New("a sweep has no repeated samples to compare")
	case a.Scenario != b.Scenario:
		return fmt.Errorf("different scenarios, %q and %q", a.Scenario, b.Scenario)
	case a.Runs[0].Rate != b.Runs[0].Rate:
		return fmt.Errorf("different loads, %s and %s messages a second",
			report.Number(a.Runs[0].Rate), report.Number(b.Runs[0].Rate))
	}
	return nil
}

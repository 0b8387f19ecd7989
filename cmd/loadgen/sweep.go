package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/report"
)

const sweepHelp = `Finds the highest rate at which nothing is lost or dropped, the sources keep up and the 99th
percentile of latency holds a bound: it doubles the rate until it no longer holds, then halves the
distance until that is a twentieth. A rate that does not hold is tried once more, since a machine
has bad moments. Latency counts from the time at which a message is meant to be sent.

Exit codes:
  0  the rate was found
  1  a message was lost, reordered or damaged; or not even the lowest rate held
  2  mistake in the command line`

// sweeper is the sweep command with its flags.
type sweeper struct {
	*app
	load       load
	bound      time.Duration
	from       rate
	json, html string
}

func newSweep(a *app) *cobra.Command {
	s := &sweeper{app: a, from: 100_000}
	cmd := &cobra.Command{
		Use:               "sweep SCENARIO",
		Short:             "Find the highest rate that a scenario sustains",
		Long:              sweepHelp,
		Example:           "  loadgen sweep 1to4 --p99 1ms --html sweep.html",
		Args:              oneScenario,
		ValidArgsFunction: a.complete,
		RunE:              s.run,
	}
	flags := cmd.Flags()
	s.load.bind(flags, 2*time.Second, 500*time.Millisecond)
	flags.DurationVar(&s.bound, "p99", time.Millisecond, "the bound of the 99th percentile of latency")
	flags.Var(&s.from, "from", "the rate to begin with, in messages a second")
	flags.StringVar(&s.json, "json", "", "write the result to this `file`")
	flags.StringVar(&s.html, "html", "", "write the report to this `file`")
	return cmd
}

func oneScenario(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	text := fmt.Sprintf("%s takes one scenario, but %d were given", cmd.CommandPath(), len(args))
	return cli.Usage(cmd.CommandPath(), text)
}

func (s *sweeper) run(cmd *cobra.Command, args []string) error {
	if s.bound <= 0 {
		return cli.Usage(cmd.CommandPath(), "--p99 must be more than 0, such as 1ms")
	}
	if err := s.load.check(cmd.CommandPath()); err != nil {
		return err
	}
	scenario, err := s.find(args[0])
	if err != nil {
		return err
	}
	json, err := openOutput(s.json)
	if err != nil {
		return err
	}
	defer json.abandon()
	html, err := openOutput(s.html)
	if err != nil {
		return err
	}
	defer html.abandon()
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	result, failed := s.sweep(ctx, scenario)
	return errors.Join(failed, s.printSweep(result), json.writeResult(result),
		html.write(func(w io.Writer) error { return report.HTML(w, []report.Result{result}) }))
}

// sweep tries rates until the highest is found or a run fails.
func (s *sweeper) sweep(ctx context.Context, scenario bench.Scenario) (report.Result, error) {
	result := s.newResult(scenario.Name, scenario.Topology)
	bar := newProgress(s.err)
	defer bar.clear()
	try := func(offered float64) (bool, error) {
		bar.prefix = fmt.Sprintf("%s at %s a second", scenario.Name, report.Number(offered))
		load := s.load.bench(bar)
		load.Rate = offered
		measured, err := bench.Run(ctx, scenario, load)
		run := converted(measured, err)
		run.Held = err == nil && s.holds(run)
		result.Runs = append(result.Runs, run)
		return run.Held, err
	}
	highest, err := search(float64(s.from), twice(try))
	result.Sweep = &report.Sweep{BoundNs: s.bound.Nanoseconds(), Highest: highest}
	switch {
	case err != nil:
		err = fmt.Errorf("%s: %w", scenario.Name, err)
	case highest == 0:
		err = fmt.Errorf("%s: no rate tried holds a p99 of %v", scenario.Name, s.bound)
	}
	return result, err
}

func (s *sweeper) holds(run report.Run) bool {
	return run.Dropped == 0 && !s.fellBehind(run) &&
		run.Latency != nil && run.Latency.At(99) <= s.bound.Nanoseconds()
}

// keptUp is the share of what was offered that must have been published when the time was up: a
// source that falls behind ends with messages that it never sent, and whose latency nobody knows.
const keptUp = 0.95

func (s *sweeper) fellBehind(run report.Run) bool {
	return float64(run.Published) < keptUp*run.Rate*s.load.duration.Seconds()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/profile"
	"github.com/millrace/millrace/report"
)

const runHelp = `Runs a scenario, checks every message where it arrives, and prints what was measured. Without a
name it lists the scenarios.

Without --rate the sources publish as fast as there is room (a closed loop). With --rate each message
has a time at which it is meant to be sent (an open loop), and latency counts from that time, so a
stall is seen by every message that it delays.

A name that ends in .json, .yaml or .yml is that of a gateway document: the gateway is run as it is,
for --warmup and --duration or until its modules have finished, and what its links deliver is
counted; what its modules print is thrown away. A gateway's messages are counted, not looked into.

An interrupt ends the run early, as a failure; what was measured is still printed.

Exit codes:
  0  every message of a scenario arrived where it had to, once, in order and unchanged; every message
     of a gateway is accounted for
  1  one did not or is not, a module failed, or the run was interrupted or could not be
  2  mistake in the command line or in the document`

// runner is the run command with its flags.
type runner struct {
	*app
	load    load
	repeat  int
	json    string
	profile bool
}

func newRun(a *app) *cobra.Command {
	r := &runner{app: a}
	cmd := &cobra.Command{
		Use:   "run [SCENARIO|DOCUMENT]",
		Short: "Run a scenario or a gateway document, or list the scenarios",
		Long:  runHelp,
		Example: "  loadgen run 1to4\n  loadgen run telemetry --rate 100k --repeat 10 --json a.json\n" +
			"  loadgen run examples/quickstart.json --duration 10s",
		Args:              atMostOne,
		ValidArgsFunction: a.complete,
		RunE:              r.run,
	}
	flags := cmd.Flags()
	r.load.bind(flags, 5*time.Second, time.Second)
	flags.Var(&r.load.rate, "rate",
		"messages to publish a second, such as 250k; none: as fast as possible")
	flags.IntVar(&r.repeat, "repeat", 1, "how many times to run, each on an engine of its own")
	flags.StringVar(&r.json, "json", "", "write the result to this `file`")
	flags.BoolVar(&r.profile, "profile", false, "name the functions that take the most CPU and memory")
	return cmd
}

func (r *runner) run(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return r.list(cmd)
	}
	if r.repeat < 1 || r.repeat > maxRepeat {
		return cli.Usage(cmd.CommandPath(), fmt.Sprintf("--repeat must be from 1 to %d", maxRepeat))
	}
	if err := r.load.check(cmd.CommandPath()); err != nil {
		return err
	}
	s, err := r.subject(cmd, args[0])
	if err != nil {
		return err
	}
	file, err := openOutput(r.json)
	if err != nil {
		return err
	}
	defer file.abandon()
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	result, failed := r.profiled(func() (report.Result, error) { return r.measure(ctx, s) })
	if len(result.Runs) == 0 {
		return failed
	}
	return errors.Join(failed, r.print(result, s.checked), file.writeResult(result))
}

const maxRepeat = 1000

// measure runs the subject as often as asked, until one run fails.
func (r *runner) measure(ctx context.Context, s subject) (report.Result, error) {
	result := r.newResult(s.name, s.topology)
	bar := newProgress(r.err)
	defer bar.clear()
	for i := range r.repeat {
		bar.prefix = s.name
		if r.repeat > 1 {
			bar.prefix = fmt.Sprintf("%s, run %d of %d", s.name, i+1, r.repeat)
		}
		run, err := s.measure(ctx, bar)
		result.Runs = append(result.Runs, run)
		if err != nil {
			return result, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return result, nil
}

func (a *app) newResult(name, topology string) report.Result {
	return report.Result{
		Scenario: name, Topology: topology, Command: a.line,
		Date: a.now.UTC().Format(time.RFC3339), Machine: thisMachine(),
	}
}

// hottest is how many functions a profile names.
const hottest = 10

// profiled measures with the profilers running, if that is wanted.
func (r *runner) profiled(measure func() (report.Result, error)) (report.Result, error) {
	if !r.profile {
		return measure()
	}
	recording, err := profile.Start()
	if err != nil {
		return report.Result{}, err
	}
	result, failed := measure()
	profiles, err := recording.Stop()
	if err != nil {
		return result, errors.Join(failed, err)
	}
	cpu, errCPU := profile.Hottest(profiles.CPU, hottest)
	allocs, errAllocs := profile.Hottest(profiles.Allocs, hottest)
	result.Profile = &report.Profile{CPU: functions(cpu), Allocs: functions(allocs)}
	return result, errors.Join(failed, errCPU, errAllocs)
}

func functions(hot []profile.Hot) []report.Function {
	var named []report.Function
	for _, h := range hot {
		named = append(named, report.Function{Name: h.Function, Share: h.Share})
	}
	return named
}

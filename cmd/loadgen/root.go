package main

import (
	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"
)

const about = `loadgen measures whole engines and gateways under load, and shows and compares what it
measured.

Every message of a scenario is checked where it arrives: a run that loses, repeats, reorders or
damages one fails.

Exit codes: 0 ok; 1 failure, of a run or of a comparison; 2 mistake in the command line or in a
file.`

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "loadgen",
		Short:         "Measure engines and gateways under load",
		Long:          about,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cli.NoSuchCommand,
		RunE:          cli.ShowHelp,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.AddCommand(newRun(a), newSweep(a), newCompare(), newReport())
	cli.Prepare(root)
	return root
}

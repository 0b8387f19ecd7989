package main

import (
	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/module"
)

const about = `edge runs, checks and describes gateways: sets of modules that exchange telemetry.

A gateway is described by a document in JSON or YAML: its modules, and the links that carry
messages from one to another.

Exit codes: 0 ok; 1 failure; 2 mistake in the command line or in a document.`

func newRoot(kinds *module.Registry, s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "edge",
		Short:         "Run gateways that move telemetry between modules",
		Long:          about,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cli.NoSuchCommand,
		RunE:          cli.ShowHelp,
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.AddCommand(newRun(kinds), newCheck(kinds), newExplain(kinds), newModules(kinds), newHost(kinds),
		newImport(kinds), newSchema(kinds), newVersion())
	cli.Prepare(root)
	return root
}

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/fault"
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
		Args:          noSuchCommand,
		RunE:          showHelp,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{cmd.CommandPath(), err.Error()}
	})
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(),
		"{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}", 1))
	root.AddCommand(newRun(a), newSweep(a), newCompare(), newReport())
	root.SetHelpCommand(newHelp())
	strictCompletion(root)
	return root
}

// showHelp answers a command that needs a further one: with all its help, but as a mistake, so
// that a script notices.
func showHelp(cmd *cobra.Command, _ []string) error {
	cmd.SetOut(cmd.ErrOrStderr())
	_ = cmd.Help()
	return errShown
}

func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	text := fmt.Sprintf("there is no command %q", strings.Join(
		append(strings.Fields(cmd.CommandPath()), args[0])[1:], " "))
	if near := fault.DidYouMean(args[0], names); near != "" {
		text += "; " + near
	}
	return usageError{cmd.CommandPath(), text}
}

func nothingElse(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError{cmd.CommandPath(),
		fmt.Sprintf("%s takes nothing more, but %q was given", cmd.CommandPath(), args[0])}
}

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/fault"
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
		Args:          noSuchCommand,
		RunE:          showHelp,
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{cmd.CommandPath(), err.Error()}
	})
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(),
		"{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}", 1))
	root.AddCommand(newRun(kinds), newCheck(kinds), newModules(kinds), newSchema(kinds),
		newVersion())
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

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show what a command does",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string,
			cobra.ShellCompDirective) {
			return completeCommands(cmd.Root(), args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return noSuchCommand(found, rest)
			}
			return found.Help()
		},
	}
}

func completeCommands(root *cobra.Command, args []string) []string {
	found, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return nil
	}
	var offers []string
	for _, c := range found.Commands() {
		if c.IsAvailableCommand() {
			offers = append(offers, cobra.CompletionWithDesc(c.Name(), c.Short))
		}
	}
	return offers
}

// strictCompletion makes cobra's own command refuse what it does not know, like all others.
func strictCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd("completion")
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Short = "Print the completion script of a shell"
		c.Args, c.RunE = noSuchCommand, showHelp
		for _, shell := range c.Commands() {
			shell.Args = nothingElse
		}
	}
}

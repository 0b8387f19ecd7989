// Package cli is what the commands have in common: how they speak of mistakes, help and complete,
// and lay out tables.
package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/fault"
)

// UsageError is a mistake in the command line. The command is the one whose help says what would be
// right; none if the text says it.
type UsageError struct{ command, text string }

// Error says what is wrong and where help is.
func (e UsageError) Error() string {
	if e.command == "" {
		return e.text
	}
	return e.text + "\n" + e.command + " --help shows how to use it"
}

// Usage makes a UsageError.
func Usage(command, text string) error { return UsageError{command, text} }

// ErrShown stands for a mistake that the user has been told of.
var ErrShown = errors.New("shown")

// Prepare gives a root command, which has all its further commands, the manners of this project:
// mistakes come back as UsageError, help fits into 80 columns, and help and completion refuse what they
// do not know.
func Prepare(root *cobra.Command) {
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return UsageError{cmd.CommandPath(), err.Error()}
	})
	root.SetUsageTemplate(narrowFlags(strings.Replace(root.UsageTemplate(),
		"{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}", 1)))
	root.SetHelpCommand(newHelp())
	strictCompletion(root)
	narrow(root)
}

// ShowHelp answers a command that needs a further one: with all its help, but as a mistake, so
// that a script notices.
func ShowHelp(cmd *cobra.Command, _ []string) error {
	cmd.SetOut(cmd.ErrOrStderr())
	_ = cmd.Help()
	return ErrShown
}

// NoSuchCommand refuses arguments of a command that has only further commands.
func NoSuchCommand(cmd *cobra.Command, args []string) error {
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
	return Usage(cmd.CommandPath(), text)
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
				return NoSuchCommand(found, rest)
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
		c.Args, c.RunE = NoSuchCommand, ShowHelp
		for _, shell := range c.Commands() {
			shell.Args = NothingElse
		}
	}
}

// NothingElse refuses arguments of a command that takes none.
func NothingElse(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return Usage(cmd.CommandPath(),
		fmt.Sprintf("%s takes nothing more, but %q was given", cmd.CommandPath(), args[0]))
}

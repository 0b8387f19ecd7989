package main

import (
	"fmt"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/module"
)

const checkHelp = `Checks gateway documents and prints every mistake with its place.

It opens no file, socket or device of a module.

Exit codes: 0 all are right; 2 there are mistakes.`

func newCheck(kinds *module.Registry) *cobra.Command {
	return &cobra.Command{
		Use:               "check FILE...",
		Short:             "Check gateway documents, without running them",
		Long:              checkHelp,
		Example:           "  edge check examples/*.json",
		Args:              someDocuments,
		ValidArgsFunction: completeDocuments,
		RunE: func(cmd *cobra.Command, args []string) error {
			return checkAll(cmd, args, kinds)
		},
	}
}

func someDocuments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return nil
	}
	return cli.Usage(cmd.CommandPath(),
		cmd.CommandPath()+" takes one or more gateway documents, but none was given")
}

func checkAll(cmd *cobra.Command, paths []string, kinds *module.Registry) error {
	var failed error
	for _, path := range paths {
		doc, err := load(path, kinds)
		if err != nil {
			report(cmd.ErrOrStderr(), err)
			failed = cli.ErrShown
			continue
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: ok (%s, %s)\n", path,
			plural(len(doc.Modules), "module"), plural(len(doc.Links), "link"))
		if err != nil {
			return err
		}
	}
	return failed
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

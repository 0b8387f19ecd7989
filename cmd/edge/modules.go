package main

import (
	"fmt"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

func newModules(kinds *module.Registry) *cobra.Command {
	return &cobra.Command{
		Use:     "modules [NAME]",
		Short:   "List the kinds of modules, or describe one of them",
		Example: "  edge modules\n  edge modules logger",
		Args:    atMostOneKind,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string,
			cobra.ShellCompDirective) {
			return completeKinds(kinds, args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listKinds(cmd, kinds)
			}
			return describeKind(cmd, kinds, args[0])
		},
	}
}

func atMostOneKind(cmd *cobra.Command, args []string) error {
	if len(args) <= 1 {
		return nil
	}
	text := fmt.Sprintf("%s takes at most one name, but %d were given", cmd.CommandPath(), len(args))
	return cli.Usage(cmd.CommandPath(), text)
}

// completeKinds offers each kind with its summary, as shells show it.
func completeKinds(kinds *module.Registry, args []string) []string {
	if len(args) > 0 {
		return nil
	}
	var offers []string
	for _, name := range kinds.Names() {
		spec, _ := kinds.Lookup(name)
		offers = append(offers, cobra.CompletionWithDesc(name, spec.Summary))
	}
	return offers
}

func listKinds(cmd *cobra.Command, kinds *module.Registry) error {
	t := cli.NewTable(2, 0)
	for _, name := range kinds.Names() {
		spec, _ := kinds.Lookup(name)
		t.AppendRow(table.Row{name, spec.Summary})
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s\n", t.Render(),
		"edge modules NAME shows the arguments and an example of one.")
	return err
}

func describeKind(cmd *cobra.Command, kinds *module.Registry, name string) error {
	spec, ok := kinds.Lookup(name)
	if !ok {
		return noSuchKind(kinds, name)
	}
	text, err := describe(spec)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), text)
	return err
}

func noSuchKind(kinds *module.Registry, name string) error {
	text := fmt.Sprintf("there is no kind of module %q; ", name)
	if near := fault.DidYouMean(name, kinds.Names()); near != "" {
		text += near
	} else {
		text += "edge modules lists them"
	}
	return cli.Usage("", text)
}

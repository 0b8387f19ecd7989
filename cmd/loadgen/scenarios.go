package main

import (
	"fmt"
	"slices"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/fault"
)

func (a *app) find(name string) (bench.Scenario, error) {
	i := slices.IndexFunc(a.scenarios, func(s bench.Scenario) bool { return s.Name == name })
	if i >= 0 {
		return a.scenarios[i], nil
	}
	text := fmt.Sprintf("there is no scenario %q; ", name)
	if near := fault.DidYouMean(name, a.names()); near != "" {
		text += near
	} else {
		text += "loadgen run lists them"
	}
	return bench.Scenario{}, cli.Usage("", text)
}

func (a *app) names() []string {
	var names []string
	for _, s := range a.scenarios {
		names = append(names, s.Name)
	}
	return names
}

func (a *app) list(cmd *cobra.Command) error {
	t := cli.NewTable(2, 0)
	for _, s := range a.scenarios {
		t.AppendRow(table.Row{s.Name, s.Summary})
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s\n", t.Render(),
		"loadgen run NAME runs one; "+cmd.CommandPath()+" --help says how.")
	return err
}

// complete offers each scenario with its summary, as shells show it.
func (a *app) complete(_ *cobra.Command, args []string, _ string) ([]string,
	cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var offers []string
	for _, s := range a.scenarios {
		offers = append(offers, cobra.CompletionWithDesc(s.Name, s.Summary))
	}
	return offers, cobra.ShellCompDirectiveDefault
}

func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) <= 1 {
		return nil
	}
	text := fmt.Sprintf("%s takes one scenario, but %d were given", cmd.CommandPath(), len(args))
	return cli.Usage(cmd.CommandPath(), text)
}

package main

import (
	"fmt"
	"strings"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
)

const schemaHelp = `Prints the JSON Schema (2020-12) of gateway documents.

Editors use it to check and complete a document while one writes it.`

func newSchema(kinds *module.Registry) *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of gateway documents",
		Long:    schemaHelp,
		Example: "  edge schema > gateway.schema.json",
		Args:    cli.NothingElse,
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := document.Schema(kinds)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), strings.TrimRight(string(schema), "\n"))
			return err
		},
	}
}

package main

import (
	"fmt"
	"io"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
)

const checkHelp = `Checks gateway documents and prints every mistake with its place. The file - is standard input.

It opens no file, socket or device of a module. It notes what is no mistake but probably not meant:
filters on properties that their source never writes, filters that the engine has to evaluate on
messages that they do not match, because they name nothing that could be looked up, device keys that
are not base64, and links by which a secret such as a device's key gets to a module that shows it.

Exit codes: 0 all are right; 2 there are mistakes.`

func newCheck(kinds *module.Registry) *cobra.Command {
	return &cobra.Command{
		Use:               "check FILE...",
		Short:             "Check gateway documents, without running them",
		Long:              checkHelp,
		Example:           "  edge check examples/quickstart.json examples/bus.yaml",
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
		doc, err := load(path, cmd.InOrStdin(), kinds, nil)
		if err != nil {
			report(cmd.ErrOrStderr(), err)
			failed = cli.ErrShown
			continue
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: ok (%s, %s)\n", doc.File,
			plural(len(doc.Modules), "module"), plural(len(doc.Links), "link"))
		if err == nil {
			err = note(cmd.OutOrStdout(), doc)
		}
		if err == nil {
			err = noteDiscards(cmd.OutOrStdout(), doc)
		}
		if err != nil {
			return err
		}
	}
	return failed
}

// note prints what is no mistake, but worth knowing.
func note(w io.Writer, doc *document.Document) error {
	for _, text := range doc.Notes() {
		if _, err := io.WriteString(w, cli.Wrap("  note: "+text, "    ")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// noteDiscards says which links lead to modules that throw their messages away, as v1's did.
func noteDiscards(w io.Writer, doc *document.Document) error {
	kinds := make(map[string]string)
	for _, m := range doc.Modules {
		if m.Discards {
			kinds[m.Name] = m.Spec.Name
		}
	}
	for _, l := range doc.Links {
		if kind, discards := kinds[l.Sink]; discards {
			text := fmt.Sprintf("  note: link %s -> %s: %s takes no messages; what comes is discarded and "+
				"counted, as v1 discarded it", l.Source, l.Sink, kind)
			if _, err := io.WriteString(w, cli.Wrap(text, "    ")+"\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

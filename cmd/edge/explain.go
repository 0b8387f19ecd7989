package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

const explainHelp = `Says of every link that a message could take whether it matches, and why. The file - is standard
input.

The message is JSON with properties, which are texts, and content; both may be absent:

  {"properties": {"kind": "cpu", "value": "42"}, "content": "text"}

Links from * and what modules accept from the bus are among the links. One that has no filter
matches; of the others it says which predicate decided, and what it found in the message.

With --json it prints an array of {"sink", "link", "matched", "because"}.

It opens no file, socket or device of a module.

Exit codes: 0 explained, whatever matched; 2 mistake in the command line, document or message.`

// explainer is the explain command with its flags.
type explainer struct {
	kinds           *module.Registry
	source, message string
	asJSON          bool
}

func newExplain(kinds *module.Registry) *cobra.Command {
	e := &explainer{kinds: kinds}
	cmd := &cobra.Command{
		Use:   "explain FILE --source NAME --message JSON",
		Short: "Explain which links a message would take",
		Long:  explainHelp,
		Example: "  edge explain examples/filters.json --source machine \\\n" +
			`    --message '{"properties": {"kind": "cpu", "name": "cpu1", "value": "7"}}'`,
		DisableFlagsInUseLine: true,
		Args:                  oneDocument,
		ValidArgsFunction:     completeDocuments,
		RunE:                  e.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&e.source, "source", "", "the module that publishes the message")
	flags.StringVar(&e.message, "message", "", "the message, in JSON")
	flags.BoolVar(&e.asJSON, "json", false, "print JSON")
	_ = cmd.RegisterFlagCompletionFunc("source", e.completeSource)
	_ = cmd.RegisterFlagCompletionFunc("message", cobra.NoFileCompletions)
	return cmd
}

func (e *explainer) run(cmd *cobra.Command, args []string) error {
	if e.source == "" || e.message == "" {
		return cli.Usage(cmd.CommandPath(), cmd.CommandPath()+" needs --source and --message")
	}
	doc, err := load(args[0], cmd.InOrStdin(), e.kinds, nil)
	if err != nil {
		return err
	}
	if err := knownSource(doc, e.source); err != nil {
		return err
	}
	m, err := readMessage(e.message)
	if err != nil {
		return cli.Usage("", "--message: "+strings.ReplaceAll(err.Error(), "\n", "\n--message: "))
	}
	defer m.Release()
	rows := explainLinks(doc, e.source, m.Properties())
	if e.asJSON {
		return printJSON(cmd.OutOrStdout(), rows)
	}
	return e.print(cmd.OutOrStdout(), rows)
}

func (e *explainer) completeSource(cmd *cobra.Command, args []string, _ string) ([]string,
	cobra.ShellCompDirective) {
	if len(args) == 0 || args[0] == "-" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	doc, err := load(args[0], cmd.InOrStdin(), e.kinds, nil)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return namesOf(doc), cobra.ShellCompDirectiveNoFileComp
}

func namesOf(doc *document.Document) []string {
	names := make([]string, len(doc.Modules))
	for i, m := range doc.Modules {
		names[i] = m.Name
	}
	return names
}

func knownSource(doc *document.Document, source string) error {
	names := namesOf(doc)
	if slices.Contains(names, source) {
		return nil
	}
	want := fault.DidYouMean(source, names)
	if want == "" {
		want = "want one of " + strings.Join(names, ", ")
	}
	return cli.Usage("",
		fmt.Sprintf("--source: no module of %s is named %q; %s", doc.File, source, want))
}

func printJSON(w io.Writer, rows []explained) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // links have arrows, filters have < and >
	e.SetIndent("", "  ")
	return e.Encode(rows)
}

func (e *explainer) print(w io.Writer, rows []explained) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintf(w, "No link leads from %s.\n", e.source)
		return err
	}
	t := cli.NewTable(3, 0)
	t.AppendHeader(table.Row{"link", "matched", "because"})
	matched := 0
	for _, r := range rows {
		answer := paint(w, dim, "no")
		if r.Matched {
			answer = paint(w, green, "yes")
			matched++
		}
		t.AppendRow(table.Row{r.Link, answer, r.Because})
	}
	_, err := fmt.Fprintf(w, "%s\n\n%d of %s matched.\n", t.Render(), matched,
		plural(len(rows), "link"))
	return err
}

// The colours that a terminal is asked for.
const (
	green = "\x1b[32m"
	dim   = "\x1b[2m"
)

func paint(w io.Writer, colour, text string) string {
	if !colourful(w) {
		return text
	}
	return colour + text + "\x1b[0m"
}

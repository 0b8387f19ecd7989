package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/internal/cli"
	"github.com/millrace/millrace/migrate"
	"github.com/millrace/millrace/module"
)

const importHelp = `Writes gateway documents of Azure IoT Edge v1 in the form of this project: YAML,
with a comment wherever something was changed, and why. Several documents become one, as if the
others were updates of the first. Of a deployment manifest of Azure IoT Edge the routes become links
with filters.

v1's documents run as they are, too: edge run takes them. Importing makes them easier to read, and
turns what cannot be kept into something that can: modules in Java, Node, .NET or a native library of
your own become modules in processes of their own, and what is left to do for that is listed.

Nothing is opened or looked up. What is written is checked as edge check does.

Exit codes:
  0  written, and it does what it did
  1  written, but something is left to do, or edge check finds mistakes; they are listed
  2  nothing written: mistake in the command line, or no such document`

// importer is the import command with its flags.
type importer struct {
	kinds  *module.Registry
	output string
}

func newImport(kinds *module.Registry) *cobra.Command {
	i := &importer{kinds: kinds}
	cmd := &cobra.Command{
		Use:               "import FILE...",
		Short:             "Write documents of Azure IoT Edge in the form of this project",
		Long:              importHelp,
		Example:           "  edge import v1.json -o gateway.yaml\n  edge import modules.json links.json",
		Args:              someDocuments,
		ValidArgsFunction: completeDocuments,
		RunE:              i.run,
	}
	cmd.Flags().StringVarP(&i.output, "output", "o", "", "the file to write; standard output unless given")
	_ = cmd.MarkFlagFilename("output", "yaml", "yml")
	return cmd
}

func (i *importer) run(cmd *cobra.Command, paths []string) error {
	var sources []migrate.Source
	for _, path := range paths {
		text, err := readSource(path)
		if err != nil {
			return err
		}
		sources = append(sources, migrate.Source{Name: path, Text: text})
	}
	if err := i.spare(paths); err != nil {
		return err
	}
	result, err := migrate.Convert(i.kinds, sources...)
	if err != nil {
		return documentError{err}
	}
	if err := i.write(cmd.OutOrStdout(), result.YAML); err != nil {
		return err
	}
	return i.judge(cmd.ErrOrStderr(), result)
}

// sourceMax is more than any document may have.
const sourceMax = 8 << 20

func readSource(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, cli.Usage("", err.Error())
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, sourceMax))
	if err != nil {
		return nil, cli.Usage("", err.Error())
	}
	return text, nil
}

// spare refuses to write over what is imported.
func (i *importer) spare(paths []string) error {
	into, err := os.Stat(i.output)
	if err != nil {
		return nil // what is not there cannot be lost; anything else comes up when it is written
	}
	for _, path := range paths {
		if from, err := os.Stat(path); err == nil && os.SameFile(from, into) {
			return cli.Usage("", i.output+" is what is imported; want another name after -o")
		}
	}
	return nil
}

func (i *importer) write(out io.Writer, text []byte) error {
	if i.output == "" {
		_, err := out.Write(text)
		return err
	}
	return os.WriteFile(i.output, text, 0o600) // there may be keys in it
}

// judge says what there is to be done and to be known.
func (i *importer) judge(w io.Writer, result *migrate.Result) error {
	for _, note := range result.Notes {
		_, _ = fmt.Fprintln(w, note)
	}
	name := i.output
	if name == "" {
		name = "standard output"
	}
	var left error
	if n := result.Todos(); n > 0 {
		left = fmt.Errorf("%s is written; what is left to do (%d) is listed above", name, n)
	}
	as := name
	if ext := filepath.Ext(name); ext != ".yaml" && ext != ".yml" {
		as += ".yaml"
	}
	_, err := document.Parse(as, result.YAML, i.kinds, document.Options{Env: environment})
	var mistakes *document.Error
	if errors.As(err, &mistakes) {
		mistakes.File = name
		_, _ = io.WriteString(w, mistakes.Render())
		left = errors.Join(left, fmt.Errorf("%s is written, but has mistakes, which are listed above", name))
	}
	return left
}

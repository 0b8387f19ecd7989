package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/millrace/millrace/internal/cli"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/report"
)

const reportHelp = `Makes one page or picture of results that loadgen run or sweep wrote.

Both need nothing from elsewhere and follow the reader's choice of light or dark.`

// reporter is the report command with its flags.
type reporter struct{ html, svg string }

func newReport() *cobra.Command {
	r := &reporter{}
	cmd := &cobra.Command{
		Use:               "report RESULT...",
		Short:             "Make a page or a picture of results",
		Long:              reportHelp,
		Example:           "  loadgen report a.json b.json --html report.html --svg report.svg",
		Args:              someResults,
		ValidArgsFunction: completeResults,
		RunE:              r.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&r.html, "html", "", "write a page to this `file`")
	flags.StringVar(&r.svg, "svg", "", "write a picture to this `file`")
	return cmd
}

func someResults(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return nil
	}
	return cli.Usage(cmd.CommandPath(),
		cmd.CommandPath()+" takes one or more results, but none was given")
}

func (r *reporter) run(cmd *cobra.Command, args []string) error {
	if r.html == "" && r.svg == "" {
		return cli.Usage(cmd.CommandPath(), cmd.CommandPath()+" needs --html or --svg, or both")
	}
	results, err := readAll(args)
	if err != nil {
		return err
	}
	return errors.Join(
		writeFile(r.html, func(w io.Writer) error { return report.HTML(w, results) }),
		writeFile(r.svg, func(w io.Writer) error { return report.SVG(w, results) }))
}

func writeFile(path string, write func(io.Writer) error) error {
	file, err := openOutput(path)
	if err != nil {
		return err
	}
	return file.write(write)
}

// readAll reads every file and tells every mistake.
func readAll(paths []string) (results []report.Result, err error) {
	for _, path := range paths {
		r, failed := readResult(path)
		if failed != nil {
			err = errors.Join(err, inputError{failed})
		}
		results = append(results, r)
	}
	return results, err
}

func readResult(path string) (report.Result, error) {
	file, err := os.Open(path)
	if err != nil {
		return report.Result{}, err
	}
	defer file.Close()
	r, err := report.Read(file)
	if err != nil {
		return report.Result{}, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

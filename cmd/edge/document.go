package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
)

// load reads the document at a path, an update of onto unless that is nil; "-" is what stdin has, in JSON
// or YAML.
func load(path string, stdin io.Reader, kinds *module.Registry, onto *document.Document) (*document.Document, error) {
	read := document.Load
	if path == "-" {
		read = func(_ string, kinds *module.Registry, o document.Options) (*document.Document, error) {
			return parseFrom(stdin, kinds, o)
		}
	}
	doc, err := read(path, kinds, document.Options{Env: environment, Onto: onto})
	if err != nil {
		return nil, documentError{err}
	}
	return doc, nil
}

// stdinName is what mistakes call a document that came through standard input.
const stdinName = "standard input"

func parseFrom(stdin io.Reader, kinds *module.Registry, o document.Options) (*document.Document, error) {
	text, err := io.ReadAll(io.LimitReader(stdin, sourceMax))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stdinName, err)
	}
	as := stdinName + ".yaml"
	if start := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\uFEFF")), " \t\r\n"); bytes.HasPrefix(start, []byte("{")) ||
		bytes.HasPrefix(start, []byte("/")) {
		as = stdinName + ".json" // with its own words for mistakes, and its comments
	}
	doc, err := document.Parse(as, text, kinds, o)
	var mistakes *document.Error
	if errors.As(err, &mistakes) {
		mistakes.File = stdinName
	}
	if doc != nil {
		doc.File = stdinName
	}
	return doc, err
}

// environment looks a variable of a document up. TMPDIR is always set, so that a document can name
// the system's folder for temporary files on every machine.
func environment(name string) (string, bool) {
	if name == "TMPDIR" {
		return os.TempDir(), true
	}
	return os.LookupEnv(name)
}

// completeDocuments lets the shell offer gateway documents.
func completeDocuments(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"json", "yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}

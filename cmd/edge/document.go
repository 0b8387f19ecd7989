package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
)

func load(path string, kinds *module.Registry) (*document.Document, error) {
	doc, err := document.Load(path, kinds, document.Options{Env: environment})
	if err != nil {
		return nil, documentError{err}
	}
	return doc, nil
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

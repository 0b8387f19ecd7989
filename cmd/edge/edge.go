package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/millrace/millrace/internal/cli"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/modules/standard"
)

// The exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// streams are where a command reads and writes: the process's, or a test's.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run is the whole command behind main; it returns the exit code.
func run(ctx context.Context, args []string, s streams) int {
	kinds, err := standard.Registry()
	if err != nil {
		return report(s.err, err)
	}
	root := newRoot(kinds, s)
	root.SetArgs(args)
	return report(s.err, root.ExecuteContext(ctx))
}

// documentError is what is wrong with a gateway document.
type documentError struct{ error }

func (e documentError) render() string {
	var mistakes *document.Error
	if errors.As(e.error, &mistakes) {
		return mistakes.Render()
	}
	return e.Error() + "\n"
}

// report prints an error, if any, and returns the exit code for it.
func report(w io.Writer, err error) int {
	text, code := explain(err)
	_, _ = io.WriteString(w, text) // nobody is left to be told if this fails
	return code
}

func explain(err error) (text string, code int) {
	var usage cli.UsageError
	var doc documentError
	switch {
	case err == nil:
		return "", exitOK
	case errors.Is(err, cli.ErrShown):
		return "", exitUsage
	case errors.As(err, &doc):
		return doc.render(), exitUsage
	case errors.As(err, &usage):
		return prefixed(err), exitUsage
	}
	return prefixed(err), exitFailure
}

// prefixed puts the name of the command before every line.
func prefixed(err error) string {
	return "edge: " + strings.ReplaceAll(err.Error(), "\n", "\nedge: ") + "\n"
}

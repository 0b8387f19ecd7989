package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/millrace/millrace/internal/cli"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/document"
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

// app is what the commands work with.
type app struct {
	streams
	scenarios []bench.Scenario // those that can be named
	now       time.Time        // the date that results bear
	line      string           // the command line, as results bear it
}

// run is the whole command behind main; it returns the exit code.
func run(ctx context.Context, args []string, a app) int {
	a.line = commandLine(args)
	root := newRoot(&a)
	root.SetArgs(args)
	return show(a.err, root.ExecuteContext(ctx))
}

// commandLine puts a command and its arguments on one line that a shell would read the same.
func commandLine(args []string) string {
	words := []string{"loadgen"}
	for _, arg := range args {
		if arg == "" || strings.ContainsAny(arg, " \t\n'\"\\$`*?[]{}()<>|&;#!~") {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// inputError is what is wrong with a file that was named, other than that it cannot be used now.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

// show prints an error, if any, and returns the exit code for it.
func show(w io.Writer, err error) int {
	text, code := explain(err)
	_, _ = io.WriteString(w, text) // nobody is left to be told if this fails
	return code
}

func explain(err error) (text string, code int) {
	var usage cli.UsageError
	var input inputError
	var mistakes *document.Error
	switch {
	case err == nil:
		return "", exitOK
	case errors.Is(err, cli.ErrShown):
		return "", exitUsage
	case errors.As(err, &mistakes):
		return mistakes.Render(), exitUsage
	case errors.As(err, &usage), errors.As(err, &input):
		return prefixed(err), exitUsage
	}
	return prefixed(err), exitFailure
}

// prefixed puts the name of the command before every line.
func prefixed(err error) string {
	return "loadgen: " + strings.ReplaceAll(err.Error(), "\n", "\nloadgen: ") + "\n"
}

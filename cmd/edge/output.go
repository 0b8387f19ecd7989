package main

import (
	"context"
	"io"
)

// closedOutputError is the reason for a run to end when nobody reads its standard output any more.
type closedOutputError struct{ err error }

// Error says what happened.
func (e closedOutputError) Error() string {
	return "standard output was closed by its reader: " + e.err.Error()
}

// closable returns a context that is cancelled when the reader of w is found to be gone. A
// terminal stays what it is, so that modules can tell.
func closable(ctx context.Context, w io.Writer) (context.Context, io.Writer) {
	if isTerminal(w) {
		return ctx, w
	}
	ctx, cancel := context.WithCancelCause(ctx)
	return ctx, closableWriter{w, cancel}
}

type closableWriter struct {
	io.Writer
	cancel context.CancelCauseFunc
}

func (w closableWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil && brokenPipe(err) {
		w.cancel(closedOutputError{err})
	}
	return n, err
}

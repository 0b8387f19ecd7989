// Package file publishes the lines of a file, or of the standard input, as messages.
//
// A line without its ending is the content of a message, byte for byte. Of a JSON object the
// strings, numbers and booleans at its top are properties as well: strings unescaped, numbers in
// their source text ("1e3", "1.50"), null and nested values left out. Of a CSV file the first row
// names the columns, and each row's fields are properties; a column without a name is left out.
//
// Nothing is lost in silence:
//
//   - A line that is not JSON, or a row with another number of columns than the first one, is
//     published without properties, and counted.
//   - A field that cannot be a property, because it holds a NUL or is too much for one message, is
//     left out, and counted. The content has it still.
//   - A line longer than a mebibyte is skipped, and counted.
//
// What is counted is logged, at most once in ten seconds for each reason, and at the end. Blank
// lines are no messages (but with the format lines, where they are). A byte order mark is skipped,
// a carriage return before a line feed belongs to the ending, and a last line needs no ending.
//
// Lines are published in batches that are as large as what one read has brought, so that no line
// waits for another one that has yet to be written.
package file

import (
	"context"
	"io"
	"log/slog"

	"github.com/millrace/millrace/module"
)

type file struct {
	path, format string
	follow       bool
	input        source
	log          *slog.Logger
}

func (f *file) Open(_ context.Context, host module.Host) (err error) {
	f.log = host.Log()
	f.input, err = f.open(host.Stdin())
	return err
}

func (f *file) open(in io.Reader) (source, error) {
	switch {
	case f.path == stdin:
		return newStream(func() (io.ReadCloser, error) { return io.NopCloser(in), nil }), nil
	case f.follow:
		return openFollower(f.path)
	default:
		return openPath(f.path)
	}
}

func (f *file) Start(_ context.Context, host module.Host) error {
	out, err := host.Publisher()
	if err != nil {
		return err
	}
	host.Go(func(ctx context.Context) error {
		defer out.Close()
		r := newReader(f.format, &batch{out: out, tally: newTally(f.log)})
		return r.run(ctx, f.input)
	})
	return nil
}

func (f *file) Close() error { return f.input.Close() }

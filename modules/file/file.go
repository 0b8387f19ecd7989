// Package file publishes the lines of a file, or of the standard input, as messages.
//
// The path may be a pattern, whose files are read one after the other, the oldest first. What begins
// as gzip does is decompressed, unless it is followed. UTF-16 is converted to UTF-8, and so are the
// contents then. A named pipe is read to its end, or followed from one writer to the next.
//
// A line without its ending is the content of a message, byte for byte. Of a JSON object the
// strings, numbers and booleans at its top are properties as well: strings unescaped, numbers in
// their source text ("1e3", "1.50"), null and nested values left out. Of a CSV file the first row
// names the columns, and each row's fields are properties; a column without a name is left out. That
// row also shows which of , ; tab and | is the delimiter: the one that it holds most often outside
// quotes, where commas between digits do not count beside another one. The log names it.
//
// Nothing is lost in silence:
//
//   - A line that is not JSON, or a row with another number of columns than the first one, is
//     published without properties, and counted.
//   - A line that is JSON, but no object, is published without properties, and counted; the log says
//     so once, and at the end.
//   - A field that cannot be a property, because it holds a NUL or is too much for one message, is
//     left out, and counted. The content has it still.
//   - A line longer than a mebibyte is skipped, and counted.
//
// What is counted is logged, at most once in ten seconds for each reason, and at the end. Blank
// lines are no messages (but with the format lines, where they are). A byte order mark is skipped,
// a carriage return before a line feed belongs to the ending, and a last line needs no ending. Where
// there is no line feed, neither in the first mebibyte nor before the end, carriage returns end the
// lines.
//
// A followed file is read through every way to rotate a log:
//
//   - Renamed or removed: the old file is read on until it has been quiet for rotateWait, because its
//     writer learns of the new one later. What one writer has written to the one and then to the
//     other arrives in that order.
//   - Truncated, or rewritten in place: it is read from its start. That is noticed by its first 256
//     bytes and the 1,024 before the place where reading has stopped, also when it has grown beyond
//     that place by then. What was written after the last look and before the truncation is lost:
//     there is a warning with an estimate. A last line without an ending is published as it is.
//   - NULs at the beginning, from a writer that goes on at its old offset in a truncated file, are
//     skipped, and counted.
//   - What cannot be read for a while, or is something else, is said once and tried again.
//
// With state a followed file is gone on with where the module has stopped: which lines are done with
// downstream (delivered to all that wanted them, with what was made of them, or dropped as a link says)
// is written down every second, and at the end. After a clean stop exactly these are skipped; after a
// kill those of the last second may come again. Lines that failed, or were left undelivered, come
// again. A file is known by its device, its inode and its first 256 bytes; one that was rotated away
// meanwhile is looked for in the same folder. All of it is read again to find the place, in memory
// that does not grow.
//
// Lines are published in batches that are as large as what one read has brought, so that no line
// waits for another one that has yet to be written.
package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/millrace/millrace/module"
)

// input is what is read: one text, or one after the other, each by a reader of its own. run returns
// when it has come to the end, or ctx is done, with the number of bytes that no reader has looked
// at. Close comes after it.
type input interface {
	run(ctx context.Context, make func(name string) *reader) (unread int, err error)
	io.Closer
}

type file struct {
	path   string
	layout layout
	follow bool
	wait   time.Duration // see rotateWait
	state  string        // where it is kept what has been done with; empty: nowhere
	atEnd  bool          // a file that is not known is read from its end
	input  input
	log    *slog.Logger

	positions *positions // nil: it is read from the start, and nothing is kept
}

func (f *file) Open(_ context.Context, host module.Host) (err error) {
	f.log = host.Log()
	f.input, err = f.open(host.Stdin())
	return err
}

func (f *file) open(in io.Reader) (input, error) {
	switch {
	case f.path == stdin:
		open := func() (io.ReadCloser, error) { return io.NopCloser(in), nil }
		return newOnce(newStream(open), "", f.log), nil
	case isPattern(f.path) && f.follow:
		return nil, fmt.Errorf("%s: a pattern cannot be followed; want one file's name, or "+
			"\"follow\": false", f.path)
	case isPattern(f.path):
		return openSeveral(f.path, f.log)
	case f.follow:
		return f.openFollowed()
	default:
		return openPath(f.path, f.log)
	}
}

func (f *file) openFollowed() (input, error) {
	if f.state == "" && !f.atEnd {
		return openFollower(f.path, f.wait, f.log)
	}
	var err error
	if f.positions, err = openPositions(f.state, f.log); err != nil {
		return nil, err
	}
	in := &follower{
		path: f.path, wait: f.wait, log: f.log, trouble: newTrouble(f.log, f.path),
		positions: f.positions, atEnd: f.atEnd,
	}
	return in, in.begin()
}

func (f *file) Start(_ context.Context, host module.Host) error {
	out, err := host.Publisher()
	if err != nil {
		return err
	}
	if f.state != "" {
		f.positions.answers = out.Completions(0)
		host.Go(f.positions.run)
	}
	host.Go(func(ctx context.Context) error {
		defer out.Close()
		return f.publish(ctx, &batch{out: out, tally: newTally(f.log)})
	})
	return nil
}

// publish reads to the end of the input, which is nil, or until ctx is done, which is nil as well.
func (f *file) publish(ctx context.Context, b *batch) error {
	unread, err := f.input.run(ctx, func(name string) *reader { return newReader(f.layout, name, b) })
	stopped := ctx.Err() != nil
	b.tally.finish(stopped, b.abort(), unread)
	if stopped {
		return nil
	}
	return err
}

// Close comes when all that was published has been delivered, or left: the answers are there.
func (f *file) Close() error {
	err := f.input.Close()
	if f.positions != nil {
		err = errors.Join(err, f.positions.close())
	}
	return err
}

// Package logger appends every message it receives to a file: in the JSON array of v1's logger, or
// as JSON lines.
//
// A v1 file is a valid JSON array after every write. A process that is killed leaves at worst a
// file that lacks its closing bracket or ends inside the last batch; the next start cuts the torn
// end off, says how much that was, and goes on. A file of JSON lines that ends inside a line is
// continued on a new line. So is one that a full disk has torn, once there is room again. NULs at
// the end, as a power failure leaves them, are cut off. Nothing is synchronised to the disk: what
// the machine itself loses when its power fails is the file system's matter.
//
// A file that was moved or removed is closed, and another one of its name is begun: at the next message,
// or when the gateway is told to reopen files, which SIGHUP does. With maxSize the
// module does so itself: what it moves away has the time in its name.
package logger

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/internal/record"
	"github.com/valyala/bytebufferpool"
)

// writeLimit is the size in bytes from which on a batch is written in several parts, so that its
// encoding does not need memory in proportion.
const writeLimit = 1 << 20

// journal is an open log file of one of the formats.
type journal interface {
	// write appends the encoded records to the file with one call of the system, and returns how
	// many bytes of them stand there. It mends what an earlier write has left behind that failed.
	write(records []byte) (int, error)
	// open returns the file.
	open() file
	// close ends the log.
	close() error
}

type logger struct {
	options
	log     *slog.Logger
	encode  func(dst []byte, at time.Time, m message.Message) []byte // after what dst holds
	journal journal                                                  // nil: none could be begun
	rotator *rotator                                                 // nil: the file may grow
	looked  time.Time                                                // when the name was last seen to lead to the file
	ends    []int                                                    // of the messages in a buffer

	// A pool of the module's own: the one that all users of the package share would drop this
	// module's buffers when others' are smaller. An idle module keeps no buffer. It is allocated by
	// itself because its counters must be aligned to 64 bits.
	scratch *bytebufferpool.Pool
}

func (l *logger) Open(_ context.Context, host module.Host) (err error) {
	l.log = host.Log()
	l.encode = l.encoding()
	if l.journal, err = l.begin(); err == nil && l.maxSize > 0 {
		l.rotator = newRotator(l.options)
	}
	return err
}

func (l *logger) encoding() func(dst []byte, at time.Time, m message.Message) []byte {
	if l.format == formatLines {
		return contents(l.content).appendLine
	}
	return appendRecord
}

// begin opens the file and finds the place to go on.
func (l *logger) begin() (journal, error) {
	if l.format == formatLines {
		return openLines(l.filename, l.log)
	}
	return openArray(l.filename, l.log)
}

func (l *logger) ReceiveBatch(
	_ context.Context, _ *engine.Publisher, batch []message.Message,
) error {
	scratch := l.scratch.Get()
	defer l.scratch.Put(scratch)
	now := time.Now()
	l.ends = l.ends[:0]
	for i, m := range batch {
		scratch.B = l.encode(scratch.B, now, m)
		l.ends = append(l.ends, scratch.Len())
		if scratch.Len() < writeLimit && i < len(batch)-1 {
			continue
		}
		if n, err := l.write(scratch.B); err != nil {
			return record.Unwritten(batch[i+1-len(l.ends):], l.ends, n, err)
		}
		scratch.Reset()
		l.ends = l.ends[:0]
	}
	return nil
}

func (l *logger) write(records []byte) (int, error) {
	if l.journal != nil {
		l.followName()
		l.rotate(len(records))
	}
	if l.journal == nil {
		next, err := l.begin()
		if err != nil {
			return 0, err
		}
		l.journal = next
	}
	return l.journal.write(records)
}

// Reopen implements module.Reopener.
func (l *logger) Reopen(context.Context) error {
	if l.journal == nil {
		return nil // the next message begins one
	}
	if !l.moved() {
		err := l.journal.close() // before another one begins in the same file
		l.journal = nil
		if err != nil {
			l.log.Warn("the old file was not closed as it should be", "file", l.filename, "error", err)
		}
		next, err := l.begin()
		if err == nil {
			l.journal = next
		}
		return err
	}
	l.turn()
	return nil
}

func (l *logger) Close() error {
	var errs []error
	if l.journal != nil {
		errs = append(errs, l.journal.close())
	}
	if l.rotator != nil {
		errs = append(errs, l.rotator.moves.Close())
	}
	return errors.Join(errs...)
}

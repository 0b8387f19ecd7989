// Package logger appends every message it receives to a file: in the JSON array of v1's logger, or
// as JSON lines.
//
// A v1 file is a valid JSON array after every write. A process that is killed leaves at worst a
// file that lacks its closing bracket or ends inside the last batch; the next start cuts the torn
// end off, says how much that was, and goes on. A file of JSON lines that ends inside a line is
// continued on a new line. Nothing is synchronised to the disk: what the machine itself loses
// when its power fails is the file system's matter.
package logger

import (
	"context"
	"encoding/json"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/valyala/bytebufferpool"
)

// Spec describes the module.
func Spec() module.Spec {
	return module.Spec{
		Name:    "logger",
		Summary: "Appends every message to a file",
		Args: []module.Arg{
			{
				Name: "filename", Type: module.String, Required: true, Pattern: `.+`,
				Doc: "The file to append to, made when it is missing; its folder must exist",
			},
			{
				Name: "format", Type: module.String, Enum: []string{formatV1, formatLines},
				Default: `"v1"`,
				Doc:     "One JSON array with base64 contents (v1), or one JSON object a line (jsonl)",
			},
		},
		Reads:   []module.Property{{Name: "*", Doc: "Every property is logged"}},
		Example: json.RawMessage(`{"filename":"log.txt"}`),
		New:     func() module.Module { return &logger{scratch: new(bytebufferpool.Pool)} },
	}
}

const formatV1, formatLines = "v1", "jsonl"

// writeLimit is the size in bytes from which on a batch is written in several parts, so that its
// encoding does not need memory in proportion.
const writeLimit = 1 << 20

// journal is an open log file of one of the formats.
type journal interface {
	// encode appends the message to dst, after the records that dst already holds.
	encode(dst []byte, at time.Time, m message.Message) []byte
	// write appends the encoded records to the file with one call of the system.
	write(records []byte) error
	// close ends the log.
	close() error
}

type logger struct {
	filename, format string
	journal          journal

	// A pool of the module's own: the one that all users of the package share would drop this
	// module's buffers when others' are smaller. An idle module keeps no buffer. It is allocated by
	// itself because its counters must be aligned to 64 bits.
	scratch *bytebufferpool.Pool
}

func (l *logger) Configure(raw json.RawMessage) error {
	args := struct {
		Filename string `json:"filename"`
		Format   string `json:"format"`
	}{Format: formatV1}
	if err := module.Decode(raw, &args); err != nil {
		return err
	}
	l.filename, l.format = args.Filename, args.Format
	return nil
}

func (l *logger) Open(_ context.Context, host module.Host) (err error) {
	if l.format == formatLines {
		l.journal, err = openLines(l.filename, host.Log())
	} else {
		l.journal, err = openArray(l.filename, host.Log())
	}
	return err
}

func (l *logger) ReceiveBatch(
	_ context.Context, _ *engine.Publisher, batch []message.Message,
) error {
	scratch := l.scratch.Get()
	defer l.scratch.Put(scratch)
	now := time.Now()
	for _, m := range batch {
		scratch.B = l.journal.encode(scratch.B, now, m)
		if scratch.Len() < writeLimit {
			continue
		}
		if err := l.journal.write(scratch.B); err != nil {
			return err
		}
		scratch.Reset()
	}
	if scratch.Len() == 0 {
		return nil
	}
	return l.journal.write(scratch.B)
}

func (l *logger) Close() error { return l.journal.close() }

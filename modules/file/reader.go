package file

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// lineMax is the longest line that is published, in bytes without its ending: as much as a
// message holds by default, and as a remote module of v1 takes.
const lineMax = 1 << 20

// field is a property to be: its bytes point into a line or into scratch memory, and are valid
// until the next line is parsed.
type field struct{ key, value []byte }

// format is a way to read text. It is used by one goroutine.
type format interface {
	// end returns the index behind the first line feed in text that ends a record; -1 if there is
	// none yet. Text before from has been looked at by the last call; a record begins when it is 0.
	end(text []byte, from int) int
	// parse appends the fields of a record, which has no line ending. The record is to be published
	// unless skip; a malformed record has no fields. Another error ends the reading.
	parse(record []byte, fields []field) (all []field, skip bool, err error)
	// reset forgets what was said about the file so far: another one begins.
	reset()
}

func newFormat(name string) format {
	switch name {
	case formatCSV:
		return new(table)
	case formatLines:
		return plain{}
	default:
		return new(objects)
	}
}

// reader takes text apart into records and hands them to a batch.
type reader struct {
	format format
	batch  *batch
	fields []field

	text     []byte // what was read and is not yet handed on
	seen     int    // how much of text is known to end no record
	line     int    // the line that text begins with, counting from 1
	skipping bool   // text is the middle of a record that is too long
	started  bool   // the beginning of the file has been looked at
}

func newReader(name string, b *batch) *reader {
	return &reader{format: newFormat(name), batch: b, text: make([]byte, 0, readSize), line: 1}
}

// run reads to the end of input, which is nil, or until ctx is done, which is nil as well.
func (r *reader) run(ctx context.Context, input source) error {
	err := r.all(ctx, input)
	stopped := ctx.Err() != nil
	r.batch.tally.finish(stopped, r.batch.abort(), len(r.text))
	if stopped {
		return nil
	}
	return err
}

func (r *reader) all(ctx context.Context, input source) error {
	for ctx.Err() == nil {
		n, err := input.read(ctx, r.space())
		r.text = r.text[:len(r.text)+n]
		ended := errors.Is(err, io.EOF) || errors.Is(err, errReplaced)
		if err := r.records(ctx, ended); err != nil {
			return err
		}
		switch {
		case errors.Is(err, errReplaced):
			r.batch.tally.log.Info("the file has been replaced or truncated; reading the new text")
			r.format.reset()
			r.line, r.started, r.skipping = 1, false, false
		case ended:
			return nil
		case err != nil:
			return err
		}
	}
	return ctx.Err()
}

// space returns room to read into, behind the text that is there.
func (r *reader) space() []byte {
	if cap(r.text)-len(r.text) < readSize/2 {
		grown := make([]byte, len(r.text), 2*cap(r.text))
		copy(grown, r.text)
		r.text = grown
	}
	return r.text[len(r.text):cap(r.text)]
}

// records publishes the whole records in the text, and the last one too if the file has ended.
func (r *reader) records(ctx context.Context, ended bool) error {
	text := r.begin(r.text, ended)
	for len(text) > 0 && r.started {
		end := r.end(text)
		if end < 0 && ended {
			end = len(text)
		}
		if end < 0 {
			break
		}
		if err := r.record(ctx, text[:end]); err != nil {
			return err
		}
		text, r.seen = text[end:], 0
	}
	r.seen = len(text)
	r.keep(text)
	return r.batch.flush(ctx)
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// begin skips a byte order mark, as soon as there is enough text to tell.
func (r *reader) begin(text []byte, ended bool) []byte {
	if r.started {
		return text
	}
	r.seen = 0
	r.started = ended || len(text) >= len(byteOrderMark) || !bytes.HasPrefix(byteOrderMark, text)
	return bytes.TrimPrefix(text, byteOrderMark)
}

// end finds the end of the first record. Of one that is too long only a line feed is looked for,
// because a quote that is never closed may be what is wrong with it.
func (r *reader) end(text []byte) int {
	if r.skipping {
		return endOfLine(text, 0)
	}
	return r.format.end(text, r.seen)
}

// keep leaves the rest of the text for the next read, if it can still become a record.
func (r *reader) keep(rest []byte) {
	if len(rest) > lineMax+len("\r\n") && !r.skipping {
		r.batch.tally.note(tooLong, r.line, errTooLong)
		r.skipping = true
	}
	if r.skipping {
		r.line += bytes.Count(rest, lineFeed)
		rest, r.seen = nil, 0
	}
	r.text = r.text[:copy(r.text[:cap(r.text)], rest)]
}

// endOfLine returns the index behind the first line feed; -1 if there is none.
func endOfLine(text []byte, from int) int {
	if i := bytes.IndexByte(text[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	return -1
}

var lineFeed = []byte{'\n'}

// record publishes one record, given with its ending.
func (r *reader) record(ctx context.Context, record []byte) error {
	line := r.line
	r.line += bytes.Count(record, lineFeed)
	if r.skipping {
		r.skipping = false
		return nil
	}
	record = withoutEnding(record)
	if len(record) > lineMax {
		r.batch.tally.note(tooLong, line, errTooLong)
		return nil
	}
	fields, skip, err := r.format.parse(record, r.fields[:0])
	r.fields = fields[:0]
	switch {
	case skip:
		return err
	case err != nil:
		r.batch.tally.note(malformed, line, err)
	}
	return r.batch.add(ctx, line, record, fields)
}

func withoutEnding(record []byte) []byte {
	record = bytes.TrimSuffix(record, lineFeed)
	return bytes.TrimSuffix(record, []byte{'\r'})
}

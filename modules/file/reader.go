package file

import (
	"bytes"
	"context"
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

// reader takes a text apart into records and hands them to a batch.
type reader struct {
	format format
	batch  *batch
	fields []field
	sparse bool // NULs before the text are a hole in a file

	text     []byte // what was read and is not yet handed on
	seen     int    // how much of text is known to end no record
	at       place  // where text begins
	skipping bool   // text is the middle of a record that is too long
	started  bool   // the beginning of the text has been looked at
}

// place is where a record begins, in the text that it is from.
type place struct {
	line   int   // counting from 1
	offset int64 // in bytes
}

func newReader(name string, b *batch) *reader {
	return &reader{format: newFormat(name), batch: b, at: place{line: 1}}
}

// take hands on the whole records that there are with n more bytes in the space, and the last one
// too if the text has ended.
func (r *reader) take(ctx context.Context, n int, ended bool) error {
	r.text = r.text[:len(r.text)+n]
	return r.records(ctx, ended)
}

// renew begins another text.
func (r *reader) renew() {
	r.format.reset()
	r.at, r.started, r.skipping = place{line: 1}, false, false
}

// unfinished reports whether the text so far ends inside a record.
func (r *reader) unfinished() bool { return len(r.text) > 0 || r.skipping }

// space returns room to read into, behind the text that is there.
func (r *reader) space() []byte {
	if cap(r.text)-len(r.text) < readSize/2 {
		grown := make([]byte, len(r.text), max(readSize, 2*cap(r.text)))
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

// begin skips what is no text, as soon as there is enough to tell: a hole at the beginning of a
// file, and a byte order mark.
func (r *reader) begin(text []byte, ended bool) []byte {
	if r.started {
		return text
	}
	r.seen = 0
	text = r.fill(text)
	r.started = ended || len(text) >= len(byteOrderMark) || !bytes.HasPrefix(byteOrderMark, text)
	if r.started && bytes.HasPrefix(text, byteOrderMark) {
		r.at.offset += int64(len(byteOrderMark))
		return text[len(byteOrderMark):]
	}
	return text
}

// fill skips the NULs that a writer leaves who goes on at its old offset in a truncated file.
func (r *reader) fill(text []byte) []byte {
	if !r.sparse {
		return text
	}
	rest := bytes.TrimLeft(text, "\x00")
	if hole := len(text) - len(rest); hole > 0 {
		r.batch.tally.add(skippedNUL, r.at, hole, errHole)
		r.at.offset += int64(hole)
	}
	return rest
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
		r.batch.tally.note(tooLong, r.at, errTooLong)
		r.skipping = true
	}
	if r.skipping {
		r.pass(rest)
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
	at := r.at
	r.pass(record)
	if r.skipping {
		r.skipping = false
		return nil
	}
	record = withoutEnding(record)
	if len(record) > lineMax {
		r.batch.tally.note(tooLong, at, errTooLong)
		return nil
	}
	fields, skip, err := r.format.parse(record, r.fields[:0])
	r.fields = fields[:0]
	switch {
	case skip:
		return err
	case err != nil:
		r.batch.tally.note(malformed, at, err)
	}
	return r.batch.add(ctx, at, record, fields)
}

// pass moves the place behind some text.
func (r *reader) pass(text []byte) {
	r.at.line += bytes.Count(text, lineFeed)
	r.at.offset += int64(len(text))
}

func withoutEnding(record []byte) []byte {
	record = bytes.TrimSuffix(record, lineFeed)
	return bytes.TrimSuffix(record, []byte{'\r'})
}

package file

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
)

// lineMax is the longest line that is published, in bytes without its ending: as much as a
// message holds by default, and as a remote module of v1 takes.
const lineMax = 1 << 20

// field is a property to be: its bytes point into a line or into scratch memory, and are valid
// until the next line is parsed.
type field struct{ key, value []byte }

// format is a way to read text. It is used by one goroutine.
type format interface {
	// end returns the index behind the first eol in text that ends a record; -1 if there is none yet.
	// Text before from has been looked at by the last call; a record begins when it is 0.
	end(text []byte, from int, eol byte) int
	// parse appends the fields of a record, which has no line ending. The record is to be published
	// unless skip; a malformed record has no fields. Another error ends the reading.
	parse(record []byte, fields []field) (all []field, skip bool, err error)
	// reset forgets what was said about the file so far: another one begins.
	reset()
}

func newFormat(l layout, log *slog.Logger) format {
	switch l.format {
	case formatCSV:
		return newTable(l.csv, log)
	case formatLines:
		return plain{}
	default:
		return new(objects)
	}
}

// reader takes a text apart into records and hands them to a batch.
type reader struct {
	format format
	layout layout
	batch  *batch
	fields []field
	sparse bool // NULs before the text are a hole in a file

	wide     *wide     // nil: the text is read as it is
	text     []byte    // what was read and is not yet handed on
	seen     int       // how much of text is known to end no record
	at       place     // where text begins
	skipping bool      // text is the middle of a record that is too long
	started  bool      // the beginning of the text has been looked at
	position *position // nil: nobody wants to know
	behind   bool      // what comes may have been done with before
	eol      byte      // what ends a line: a line feed, or a carriage return where there is none
}

// layout says how a text is to be read.
type layout struct {
	format   string
	encoding string
	csv      csvOptions
}

// place is where a record begins, in the text that it is from.
type place struct {
	file   string // "" for the only one
	from   int64  // where the record before ended; what is between is no part of a record
	end    int64  // behind the record; 0: not known yet
	of     *position
	line   int   // counting from 1
	offset int64 // in bytes
}

// attributes returns the place for the log.
func (p place) attributes() []any {
	if p.file == "" {
		return nil
	}
	return []any{"file", p.file}
}

func newReader(l layout, file string, b *batch) *reader {
	r := &reader{format: newFormat(l, b.tally.log), layout: l, batch: b, at: place{file: file}}
	r.renew()
	return r
}

// take hands on the whole records that there are with n more bytes in the space, and the last one
// too if the text has ended.
func (r *reader) take(ctx context.Context, n int, ended bool) error {
	if r.wide != nil {
		r.text = r.wide.turn(r.text, n, ended)
	} else {
		r.text = r.text[:len(r.text)+n]
	}
	return r.records(ctx, ended)
}

// renew begins another text.
func (r *reader) renew() {
	r.format.reset()
	r.at = place{file: r.at.file, of: r.position, line: 1}
	r.started, r.skipping, r.eol = false, false, '\n'
	r.wide = newWide(r.layout.encoding)
}

// unfinished reports whether the text so far ends inside a record.
func (r *reader) unfinished() bool {
	return len(r.text) > 0 || r.skipping || r.wide != nil && len(r.wide.raw) > 0
}

// space returns room to read into, behind the text that is there.
func (r *reader) space() []byte {
	if r.wide != nil {
		return r.wide.space()
	}
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
		if end < 0 && (ended || len(text) > lineMax) && r.onlyReturns(text) {
			continue
		}
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

// onlyReturns goes over to lines that end in a carriage return, if no line feed has been seen.
func (r *reader) onlyReturns(text []byte) bool {
	if r.eol == '\r' || r.at.line > 1 || bytes.IndexByte(text[:len(text)-1], '\r') < 0 ||
		bytes.IndexByte(text, '\n') >= 0 {
		return false
	}
	r.batch.tally.log.Info("the lines end in carriage returns", r.at.attributes()...)
	r.eol, r.seen = '\r', 0
	return true
}

// begin skips what is no text, as soon as there is enough to tell: a hole at the beginning of a
// file, and a byte order mark, by which UTF-16 is known too.
func (r *reader) begin(text []byte, ended bool) []byte {
	if r.started {
		return text
	}
	r.seen = 0
	if r.wide != nil {
		return r.beginWide(text)
	}
	text = r.fill(text)
	mark, encoding, more := findMark(text)
	if more && !ended {
		return text
	}
	r.started = true
	switch {
	case r.layout.encoding == encodingUTF8 && encoding != encodingUTF8:
		return text
	case mark == nil && looksWide(text):
		r.batch.tally.log.Warn("the text looks like UTF-16 without a byte order mark, and is read as "+
			"UTF-8; want \"encoding\": \"utf-16le\" or \"utf-16be\"", r.at.attributes()...)
	}
	r.at.offset += int64(len(mark))
	return r.convert(text[len(mark):], encoding, ended)
}

// beginWide skips the byte order mark of a text whose encoding was named.
func (r *reader) beginWide(text []byte) []byte {
	r.started = len(text) > 0
	rest := bytes.TrimPrefix(text, []byte("\ufeff"))
	r.at.offset += width(text[:len(text)-len(rest)])
	return rest
}

// convert begins to turn a text into UTF-8, if it is of another encoding.
func (r *reader) convert(text []byte, encoding string, ended bool) []byte {
	if r.wide = newWide(encoding); r.wide == nil {
		return text
	}
	r.batch.tally.log.Info("converting to UTF-8", append(r.at.attributes(), "from", encoding)...)
	n := copy(r.wide.space(), text)
	r.text = r.wide.turn(r.text[:0], n, ended)
	return r.text
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
		return endOfLine(text, 0, r.eol)
	}
	return r.format.end(text, r.seen, r.eol)
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

// endOfLine returns the index behind the first eol; -1 if there is none.
func endOfLine(text []byte, from int, eol byte) int {
	if i := bytes.IndexByte(text[from:], eol); i >= 0 {
		return from + i + 1
	}
	return -1
}

var lineFeed = []byte{'\n'}

// record publishes one record, given with its ending.
func (r *reader) record(ctx context.Context, record []byte) error {
	at := r.at
	r.pass(record)
	at.end = r.at.offset
	r.at.from = at.end
	done := r.doneBefore(at)
	if r.skipping {
		r.skipping = false
		at.finish()
		return nil
	}
	record = withoutEnding(record)
	if len(record) > lineMax {
		r.batch.tally.note(tooLong, at, errTooLong)
		at.finish()
		return nil
	}
	if _, first := r.format.(*table); done && !first {
		return nil
	}
	fields, skip, err := r.format.parse(record, r.fields[:0])
	r.fields = fields[:0]
	switch {
	case skip:
		at.finish()
		return err
	case done:
		return nil
	case errors.Is(err, errNotObject):
		r.batch.tally.note(notObject, at, err)
	case err != nil:
		r.batch.tally.note(malformed, at, err)
	}
	return r.batch.add(ctx, at, record, fields)
}

// doneBefore reports whether a record has been done with before the module began.
func (r *reader) doneBefore(at place) bool {
	if !r.behind {
		return false
	}
	done, last := r.position.has(at.from, at.end)
	r.behind = !last
	return done
}

// finish notes that a record is done with which is no message.
func (p place) finish() {
	if p.of != nil {
		p.of.finish(p.from, p.end)
	}
}

// pass moves the place behind some text.
func (r *reader) pass(text []byte) {
	r.at.line += bytes.Count(text, []byte{r.eol})
	if r.wide != nil {
		r.at.offset += width(text)
	} else {
		r.at.offset += int64(len(text))
	}
}

func withoutEnding(record []byte) []byte {
	record = bytes.TrimSuffix(record, lineFeed)
	return bytes.TrimSuffix(record, []byte{'\r'})
}

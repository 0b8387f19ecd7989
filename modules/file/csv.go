package file

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
)

// table is CSV as RFC 4180 has it, and what else goes by that name. It is a scanner of its own
// because a record is also a content, byte for byte, and because encoding/csv has no limit to the
// length of a record.
type table struct {
	csvOptions
	log *slog.Logger

	delimiter byte     // 0: not known before the first row
	skipped   int      // lines, of those to skip
	columns   [][]byte // nil: the first row is yet to come
	headless  error    // why there are no columns although there was a first row
	place     csvPlace // where end has stopped
	classes   [256]csvClass
	scratch   []byte // unescaped fields of the current record
}

// csvPlace is a place within a record.
type csvPlace byte

const (
	fieldStart csvPlace = iota
	inPlain             // a field without quotes
	inQuotes
	afterQuote // in a field with quotes, behind a quote that ends it or escapes another one
	outside    // of rows: a line that is skipped, or a comment
)

var (
	errQuote  = errors.New("a quote out of place, or never closed")
	errHeader = errors.New("the first row does not name the columns")
)

func newTable(o csvOptions, log *slog.Logger) *table {
	t := &table{csvOptions: o, log: log}
	t.reset()
	return t
}

func (t *table) reset() {
	t.part(t.parts)
	t.skipped, t.columns, t.headless = 0, t.names, nil
}

func (t *table) end(text []byte, from int, eol byte) int {
	if from == 0 {
		t.place = fieldStart
		if t.isNoRow(text) {
			t.place = outside
		}
	}
	if t.place == outside {
		return endOfLine(text, from, eol)
	}
	place := t.place
	for i := from; i < len(text); i++ {
		c := text[i]
		if c == eol && place != inQuotes {
			return i + 1
		}
		place = moves[place][t.classes[c]]
	}
	t.place = place
	return -1
}

// isNoRow reports whether a line is no row, so that quotes mean nothing in it.
func (t *table) isNoRow(line []byte) bool {
	return t.skipped < t.skipLines || t.comment != 0 && len(line) > 0 && line[0] == t.comment
}

// csvClass is what a byte means to a table.
type csvClass byte

const (
	isOther csvClass = iota
	isDelimiter
	isQuote
	isBlank // to be trimmed
)

// moves tells the next place from the one before and a byte's class, in the order of the constants.
var moves = [...][4]csvPlace{
	fieldStart: {inPlain, fieldStart, inQuotes, fieldStart},
	inPlain:    {inPlain, fieldStart, inPlain, inPlain},
	inQuotes:   {inQuotes, inQuotes, afterQuote, inQuotes},
	afterQuote: {inPlain, fieldStart, inQuotes, inPlain},
}

// part sets the delimiter; 0: each of those that are looked for.
func (t *table) part(by byte) {
	t.delimiter, t.classes = by, [256]csvClass{'"': isQuote}
	if t.trim {
		t.classes[' '], t.classes['\t'] = isBlank, isBlank
	}
	for _, c := range []byte(delimiters) {
		if by == 0 {
			t.classes[c] = isDelimiter
		}
	}
	if by != 0 {
		t.classes[by] = isDelimiter
	}
}

func (t *table) parse(record []byte, fields []field) (all []field, skip bool, err error) {
	switch {
	case t.isNoRow(record):
		t.skipped = min(t.skipped+1, t.skipLines)
		return fields, true, nil
	case len(record) == 0:
		return fields, true, nil
	case t.delimiter == 0:
		t.detect(record)
	case t.columns == nil && t.headless == nil:
		t.warnOfOneColumn(record)
	}
	fields, ok := t.split(record, fields)
	switch {
	case t.columns == nil && t.headless == nil:
		return t.first(fields, ok)
	case t.headless != nil:
		return fields[:0], false, t.headless
	case !ok:
		return fields[:0], false, errQuote
	case len(fields) != len(t.columns):
		return fields[:0], false,
			fmt.Errorf("%d fields where there are %d columns", len(fields), len(t.columns))
	}
	return t.named(fields), false, nil
}

// first takes the first row, which names the columns unless it is told otherwise. A followed file
// that has no such row may be replaced by one that has.
func (t *table) first(fields []field, ok bool) (all []field, skip bool, err error) {
	if t.header == headerNone {
		if !ok {
			return fields[:0], false, errQuote
		}
		for i := range fields {
			t.columns = append(t.columns, fmt.Appendf(nil, "column%d", i+1))
		}
		return t.named(fields), false, nil
	}
	err = t.takeHeader(fields, ok)
	if err != nil && t.lasting {
		t.headless = err
		return fields[:0], false, err
	}
	return fields, true, err
}

// takeHeader takes the names of the columns from the first row.
func (t *table) takeHeader(fields []field, ok bool) error {
	if !ok {
		return fmt.Errorf("%w: %w", errHeader, errQuote)
	}
	columns := make([][]byte, len(fields))
	known := make(map[string]bool, len(fields))
	for i, f := range fields {
		name := string(f.value)
		switch {
		case name != "" && known[name]:
			return fmt.Errorf("%w: %q twice", errHeader, name)
		case bytes.IndexByte(f.value, 0) >= 0:
			return fmt.Errorf("%w: a NUL in column %d", errHeader, i+1)
		}
		known[name] = true
		columns[i] = []byte(name)
	}
	t.columns = columns
	return nil
}

// named puts the columns' names to the fields, and leaves those without a name out.
func (t *table) named(fields []field) []field {
	kept := fields[:0]
	for i, f := range fields {
		if len(t.columns[i]) > 0 {
			kept = append(kept, field{t.columns[i], f.value})
		}
	}
	return kept
}

// split appends the values of a record's fields; false if a quote is out of place.
func (t *table) split(record []byte, fields []field) ([]field, bool) {
	t.scratch = t.scratch[:0]
	for {
		var value []byte
		var ok bool
		record = t.afterBlanks(record)
		if len(record) > 0 && record[0] == '"' {
			value, record, ok = t.quoted(record[1:])
			record = t.afterBlanks(record)
		} else {
			value, record = t.bare(record)
			ok = bytes.IndexByte(value, '"') < 0
		}
		fields = append(fields, field{value: value})
		switch {
		case !ok || len(record) > 0 && record[0] != t.delimiter:
			return fields, false
		case len(record) == 0:
			return fields, true
		}
		record = record[1:]
	}
}

func (t *table) afterBlanks(text []byte) []byte {
	for len(text) > 0 && t.classes[text[0]] == isBlank {
		text = text[1:]
	}
	return text
}

func (t *table) bare(record []byte) (value, rest []byte) {
	value = record
	if i := bytes.IndexByte(record, t.delimiter); i >= 0 {
		value, rest = record[:i], record[i:]
	}
	for len(value) > 0 && t.classes[value[len(value)-1]] == isBlank {
		value = value[:len(value)-1]
	}
	return value, rest
}

// quoted reads a field up to its closing quote. Its value is a part of the record, or of the
// scratch memory when there were quotes in it.
func (t *table) quoted(record []byte) (value, rest []byte, ok bool) {
	first := len(t.scratch)
	for {
		i := bytes.IndexByte(record, '"')
		switch {
		case i < 0:
			return nil, nil, false
		case i+1 < len(record) && record[i+1] == '"':
			t.scratch = append(t.scratch, record[:i+1]...)
			record = record[i+2:]
			continue
		case len(t.scratch) == first:
			return record[:i], record[i+1:], true
		}
		t.scratch = append(t.scratch, record[:i]...)
		return t.scratch[first:len(t.scratch):len(t.scratch)], record[i+1:], true
	}
}

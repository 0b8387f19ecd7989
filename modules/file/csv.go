package file

import (
	"bytes"
	"errors"
	"fmt"
)

// table is CSV as RFC 4180 has it, with a header. It is a scanner of its own because a record is
// also a content, byte for byte, and because encoding/csv has no limit to the length of a record.
type table struct {
	columns [][]byte // nil: the header is yet to come
	place   csvPlace // where end has stopped
	scratch []byte   // unescaped fields of the current record
}

// csvPlace is a place within a record.
type csvPlace int

const (
	fieldStart csvPlace = iota
	inPlain             // a field without quotes
	inQuotes
	afterQuote // in a field with quotes, behind a quote that ends it or escapes another one
)

var (
	errQuote  = errors.New("a quote out of place, or never closed")
	errHeader = errors.New("the first row does not name the columns")
)

func (t *table) end(text []byte, from int, eol byte) int {
	if from == 0 {
		t.place = fieldStart
	}
	for i := from; i < len(text); i++ {
		c := text[i]
		if c == eol && t.place != inQuotes {
			return i + 1
		}
		t.place = t.place.next(c)
	}
	return -1
}

func (p csvPlace) next(c byte) csvPlace {
	switch {
	case c == '"' && p == inQuotes:
		return afterQuote
	case c == '"' && (p == fieldStart || p == afterQuote), p == inQuotes:
		return inQuotes
	case c == ',':
		return fieldStart
	default:
		return inPlain
	}
}

func (t *table) reset() { t.columns = nil }

func (t *table) parse(record []byte, fields []field) (all []field, skip bool, err error) {
	if len(record) == 0 {
		return fields, true, nil
	}
	fields, ok := t.split(record, fields)
	switch {
	case t.columns == nil:
		return fields, true, t.header(fields, ok)
	case !ok:
		return fields[:0], false, errQuote
	case len(fields) != len(t.columns):
		return fields[:0], false,
			fmt.Errorf("%d fields where the header has %d", len(fields), len(t.columns))
	}
	return t.named(fields), false, nil
}

// header takes the names of the columns from the first row.
func (t *table) header(fields []field, ok bool) error {
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
		if len(record) > 0 && record[0] == '"' {
			value, record, ok = t.quoted(record[1:])
		} else {
			value, record = bare(record)
			ok = bytes.IndexByte(value, '"') < 0
		}
		fields = append(fields, field{value: value})
		switch {
		case !ok || len(record) > 0 && record[0] != ',':
			return fields, false
		case len(record) == 0:
			return fields, true
		}
		record = record[1:]
	}
}

func bare(record []byte) (value, rest []byte) {
	if i := bytes.IndexByte(record, ','); i >= 0 {
		return record[:i], record[i:]
	}
	return record, nil
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

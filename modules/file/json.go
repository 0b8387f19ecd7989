package file

import (
	"bytes"
	"encoding/json"
	"errors"
)

// plain is text without structure: every line is a record without fields.
type plain struct{}

func (plain) end(text []byte, from int, eol byte) int { return endOfLine(text, from, eol) }

func (plain) parse(_ []byte, fields []field) ([]field, bool, error) { return fields, false, nil }

func (plain) reset() {}

// objects is text with one JSON value a line. It is a scanner of its own because a decoder that
// builds values would cost more than all the rest of a message's way; it accepts exactly what
// encoding/json accepts, which also checks the nested values.
type objects struct {
	text    []byte
	at      int
	scratch []byte // unescaped strings of the current line
}

var (
	errNotJSON   = errors.New("not JSON")
	errNotObject = errors.New("an array, a string, a number, a boolean or null")
)

func (*objects) end(text []byte, from int, eol byte) int { return endOfLine(text, from, eol) }

func (*objects) reset() {}

func (o *objects) parse(record []byte, fields []field) (all []field, skip bool, err error) {
	o.text, o.at, o.scratch = record, 0, o.scratch[:0]
	o.space()
	switch {
	case o.at == len(record):
		return fields, true, nil
	case record[o.at] == '{':
		fields, ok := o.object(fields)
		o.space()
		if !ok || o.at < len(record) {
			return fields[:0], false, errNotJSON
		}
		return fields, false, nil
	case !json.Valid(record):
		return fields, false, errNotJSON
	}
	return fields, false, errNotObject
}

// object reads the members of an object. It stops at the first mistake.
func (o *objects) object(fields []field) ([]field, bool) {
	o.at++
	o.space()
	if o.take('}') {
		return fields, true
	}
	for {
		o.space()
		key, ok := o.quoted()
		if o.space(); !ok || !o.take(':') {
			return fields, false
		}
		o.space()
		value, scalar, ok := o.value()
		if !ok {
			return fields, false
		}
		if scalar {
			fields = append(fields, field{key, value})
		}
		o.space()
		if o.take('}') {
			return fields, true
		}
		if !o.take(',') {
			return fields, false
		}
	}
}

// value reads any value; scalar says whether it is to be a property.
func (o *objects) value() (value []byte, scalar, ok bool) {
	if o.at == len(o.text) {
		return nil, false, false
	}
	switch o.text[o.at] {
	case '"':
		value, ok = o.quoted()
		return value, true, ok
	case '{', '[':
		return nil, false, o.nested()
	case 't':
		return trueText, true, o.literal(trueText)
	case 'f':
		return falseText, true, o.literal(falseText)
	case 'n':
		return nil, false, o.literal(nullText)
	default:
		value, ok = o.number()
		return value, true, ok
	}
}

var trueText, falseText, nullText = []byte("true"), []byte("false"), []byte("null")

func (o *objects) space() {
	for o.at < len(o.text) {
		switch o.text[o.at] {
		case ' ', '\t', '\r', '\n':
			o.at++
		default:
			return
		}
	}
}

func (o *objects) take(c byte) bool {
	if o.at < len(o.text) && o.text[o.at] == c {
		o.at++
		return true
	}
	return false
}

func (o *objects) literal(word []byte) bool {
	ok := bytes.HasPrefix(o.text[o.at:], word)
	o.at += len(word)
	return ok
}

// number reads a number as RFC 8259 has it.
func (o *objects) number() ([]byte, bool) {
	start := o.at
	o.take('-')
	if !o.take('0') && !o.digits() {
		return nil, false
	}
	if o.take('.') && !o.digits() {
		return nil, false
	}
	if o.take('e') || o.take('E') {
		if !o.take('+') {
			o.take('-')
		}
		if !o.digits() {
			return nil, false
		}
	}
	return o.text[start:o.at], true
}

// digits reads digits; false if there are none.
func (o *objects) digits() bool {
	start := o.at
	for o.at < len(o.text) && o.text[o.at]-'0' <= 9 {
		o.at++
	}
	return o.at > start
}

// nested finds the end of an object or array, then has it checked.
func (o *objects) nested() bool {
	start, depth := o.at, 0
	for ; o.at < len(o.text); o.at++ {
		switch o.text[o.at] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			if !o.skipString() {
				return false
			}
		}
		if depth == 0 {
			o.at++
			return json.Valid(o.text[start:o.at])
		}
	}
	return false
}

// skipString goes to the closing quote of the string that begins here.
func (o *objects) skipString() bool {
	for o.at++; o.at < len(o.text); o.at++ {
		switch o.text[o.at] {
		case '"':
			return true
		case '\\':
			o.at++
		}
	}
	return false
}

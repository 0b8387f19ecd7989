package filter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// kind is what a JSON value is.
type kind int

const (
	isNull kind = iota
	isBool
	isNumber
	isString
	isArray
	isObject
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// value is a JSON value that keeps the order of keys, keys given twice and numbers as written.
type value struct {
	kind  kind
	text  string // of a boolean, number or string
	keys  []string
	items []value // of an array, or of an object beside keys
}

// patternNestingMax is how far a pattern may nest; the grammar needs 5.
const patternNestingMax = 8

func (v value) source() string {
	if v.kind == isString {
		return strconv.Quote(v.text)
	}
	if v.kind > isString {
		return v.kind.String()
	}
	return v.text
}

func readValue(text []byte) (value, error) {
	if !utf8.Valid(text) { // the decoder would put U+FFFD in its place
		return value{}, errors.New("not JSON: invalid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := readNested(d, 0)
	if err != nil {
		return v, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return v, errors.New("text after the pattern's end")
	}
	return v, nil
}

func readNested(d *json.Decoder, depth int) (value, error) {
	token, err := d.Token()
	if err != nil {
		return value{}, notJSON(err)
	}
	switch t := token.(type) {
	case bool:
		return value{kind: isBool, text: strconv.FormatBool(t)}, nil
	case json.Number:
		return value{kind: isNumber, text: t.String()}, nil
	case string:
		return value{kind: isString, text: t}, nil
	case json.Delim:
		return readItems(d, t, depth+1)
	}
	return value{kind: isNull, text: "null"}, nil
}

func readItems(d *json.Decoder, open json.Delim, depth int) (value, error) {
	if depth > patternNestingMax {
		return value{}, errors.New("nested too deeply")
	}
	v := value{kind: isArray}
	if open == '{' {
		v.kind = isObject
	}
	for d.More() {
		if v.kind == isObject {
			key, err := readNested(d, depth)
			if err != nil {
				return v, err
			}
			v.keys = append(v.keys, key.text)
		}
		item, err := readNested(d, depth)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, item)
	}
	if _, err := d.Token(); err != nil {
		return v, notJSON(err)
	}
	return v, nil
}

func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the pattern ends too early")
	}
	return fmt.Errorf("not JSON: %w", err)
}

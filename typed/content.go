package typed

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"

	"github.com/millrace/millrace/message"
)

// content is the field that is the message's content.
type content interface {
	write(d message.Draft) error
	read(b []byte) error // into the field, which is zero
}

// contentOf makes the content of an addressable field.
func contentOf(at place, v reflect.Value, t tag, s side, given *codec) (content, error) {
	if t.shared && (t.name != "raw" || !isBytes(v.Type())) {
		return nil, typeFault(at.field, v.Type(), "it cannot be shared", `a []byte, with content:"raw,shared"`)
	}
	switch t.name {
	case "raw":
		return rawOf(at, v, t)
	case "json":
		return jsonOf(at, v.Addr().Interface()), nil
	case "binary":
		return binaryOf(at, v, s)
	case "codec":
		return given.contentOf(at, v)
	}
	return nil, typeFault(at.field, v.Type(), "the unknown content "+quoted(t.name), "raw, json, binary or codec")
}

// coded is a content that a function appends and another one parses.
type coded struct {
	place
	append  func(b []byte) ([]byte, error)
	parse   func(b []byte) error
	inPlace func(b []byte) []byte // append, as AppendContent wants it; made once
	err     error                 // of append
}

func newCoded(at place, append func([]byte) ([]byte, error), parse func([]byte) error) *coded {
	c := &coded{place: at, append: append, parse: parse}
	c.inPlace = func(b []byte) []byte {
		written, err := c.append(b)
		if c.err = err; err != nil {
			return b
		}
		return written
	}
	return c
}

func (c *coded) write(d message.Draft) error {
	c.err = nil // a draft with a mistake asks for nothing
	d.AppendContent(c.inPlace)
	if c.err != nil {
		return c.unwritable(c.err)
	}
	return nil
}

func (c *coded) read(b []byte) error {
	if err := c.parse(b); err != nil {
		return c.unreadable("the content", err)
	}
	return nil
}

// jsonOf makes the content of a field in JSON. The encoder is kept, for it costs an allocation.
func jsonOf(at place, pointer any) *coded {
	var out tail
	encoder := json.NewEncoder(&out)
	write := func(b []byte) ([]byte, error) {
		out.b = b
		err := encoder.Encode(pointer)
		b, out.b = bytes.TrimSuffix(out.b, []byte("\n")), nil
		return b, err
	}
	return newCoded(at, write, func(b []byte) error { return json.Unmarshal(b, pointer) })
}

// tail is a writer that appends.
type tail struct{ b []byte }

func (t *tail) Write(b []byte) (int, error) {
	t.b = append(t.b, b...)
	return len(b), nil
}

// binaryOf makes the content of a field that brings its own bytes.
func binaryOf(at place, v reflect.Value, s side) (content, error) {
	c, pointer := newCoded(at, nil, nil), v.Addr().Interface()
	switch m := pointer.(type) {
	case encoding.BinaryAppender:
		c.append = m.AppendBinary
	case encoding.BinaryMarshaler:
		c.append = appending(m.MarshalBinary)
	}
	if u, can := pointer.(encoding.BinaryUnmarshaler); can {
		c.parse = u.UnmarshalBinary
	}
	switch {
	case s == writing && c.append == nil:
		return nil, typeFault(at.field, v.Type(), "it has no AppendBinary or MarshalBinary", "one of them")
	case s == reading && c.parse == nil:
		return nil, typeFault(at.field, v.Type(), "it has no UnmarshalBinary", "that")
	}
	return c, nil
}

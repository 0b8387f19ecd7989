package typed

import (
	"encoding"
	"reflect"
	"strconv"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// marshaled is a column of a type that brings its own text.
type marshaled struct {
	place
	append func(b []byte) ([]byte, error)
	parse  func(b []byte) error
	isZero func() bool
	text   []byte
}

// isMarshaled tells whether a pointer to the field's type knows its text.
func isMarshaled(pointer reflect.Type) bool {
	return pointer.Implements(reflect.TypeFor[encoding.TextAppender]()) ||
		pointer.Implements(reflect.TypeFor[encoding.TextMarshaler]()) ||
		pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// newMarshaled makes the column of an addressable field. Writing and reading may each be missing.
func newMarshaled(at place, v reflect.Value) *marshaled {
	c, pointer := &marshaled{place: at}, v.Addr().Interface()
	switch m := pointer.(type) {
	case encoding.TextAppender:
		c.append = m.AppendText
	case encoding.TextMarshaler:
		c.append = appending(m.MarshalText)
	}
	if u, can := pointer.(encoding.TextUnmarshaler); can {
		c.parse = u.UnmarshalText
	}
	if z, can := pointer.(interface{ IsZero() bool }); can {
		c.isZero = z.IsZero
	}
	return c
}

// appending makes a function that appends of one that returns.
func appending(marshal func() ([]byte, error)) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		text, err := marshal()
		return append(b, text...), err
	}
}

// tellsZero tells whether zero is known: without that the field cannot be omitzero.
func (c *marshaled) tellsZero() bool { return c.isZero != nil }

func (c *marshaled) zero() bool { return c.isZero() }

func (c *marshaled) write(d message.Draft) (err error) {
	if c.text, err = c.append(c.text[:0]); err != nil {
		return c.unwritable(err)
	}
	d.SetKeyBytes(c.key, c.text)
	return nil
}

func (c *marshaled) read(v property.View) error {
	value, there := v.Find(c.key)
	if !there {
		return c.refused(v, "its text")
	}
	if err := c.parse(value); err != nil {
		return c.unreadable("the property "+strconv.Quote(c.key.Name()), err)
	}
	return nil
}

package typed

import (
	"fmt"
	"reflect"

	"github.com/millrace/millrace/property"
)

// Keys gives a property its key: an *engine.Engine does, and so does an *engine.Publisher, for a module
// that knows no engine.
type Keys interface {
	Key(name string) property.Key
}

// side is what a form is for: types need to know one of the two only.
type side int

const (
	writing side = iota
	reading
)

// form is how a struct looks as a message.
type form struct {
	static  []fixed
	columns []column // all others; when reading, all
	content content  // nil: there is none
}

// shape looks at a struct, field by field.
type shape struct {
	keys   Keys
	side   side
	codec  codec
	form   form
	taken  map[string]string // by property, its field
	filled string            // the content's field
}

// formOf looks at an addressable value, which is what the form's columns read and write.
func formOf(keys Keys, v reflect.Value, s side, options []Option) (*form, error) {
	t := v.Type()
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%w: %v: it is no struct: want a struct with tags on its fields", ErrType, t)
	}
	look := shape{keys: keys, side: s, taken: map[string]string{}}
	for _, o := range options {
		o(&look.codec)
	}
	for _, f := range reflect.VisibleFields(t) {
		if err := look.field(t.String()+"."+f.Name, v, f); err != nil {
			return nil, err
		}
	}
	return &look.form, look.whole(t)
}

// whole finds what is wrong with no field alone.
func (s *shape) whole(t reflect.Type) error {
	switch {
	case len(s.taken) == 0 && s.filled == "":
		return fmt.Errorf(`%w: %v: no field has a tag: want property:"NAME" or content:"json"`, ErrType, t)
	case s.codec.made != nil && !s.codec.used:
		return fmt.Errorf(`%w: %v: a codec is given and no field has the tag content:"codec"`, ErrType, t)
	}
	return nil
}

// field adds a field to the form, if it has a tag.
func (s *shape) field(name string, v reflect.Value, f reflect.StructField) error {
	t, tagged, err := tagOf(name, f)
	if err != nil || !tagged {
		return err
	}
	if throughPointer(v.Type(), f.Index) {
		return typeFault(name, f.Type, "it is in a struct embedded by a pointer", "the struct itself embedded")
	}
	at, value := place{field: name}, v.FieldByIndex(f.Index)
	if t.content {
		return s.addContent(at, value, t)
	}
	if other, taken := s.taken[t.name]; taken {
		return typeFault(name, f.Type, fmt.Sprintf("the property %q is that of %s", t.name, other), "another name")
	}
	s.taken[t.name] = name
	at.key = s.keys.Key(t.name)
	return s.addColumn(at, value, t)
}

func (s *shape) addContent(at place, v reflect.Value, t tag) (err error) {
	if s.filled != "" {
		return typeFault(at.field, v.Type(), "the content is that of "+s.filled, "one content")
	}
	s.filled = at.field
	s.form.content, err = contentOf(at, v, t, s.side, &s.codec)
	return err
}

func (s *shape) addColumn(at place, v reflect.Value, t tag) error {
	c, err := columnOf(at, v, t, s.side)
	if err != nil {
		return err
	}
	switch {
	case t.static:
		f, can := c.(fixed)
		if !can {
			return typeFault(at.field, v.Type(), "it cannot be static", "a string, a bool, a number or a time")
		}
		if s.side == writing {
			s.form.static = append(s.form.static, f)
			return nil
		}
	case t.omitzero:
		p, can := c.(plain)
		if m, is := c.(*marshaled); !can || is && !m.tellsZero() {
			return typeFault(at.field, v.Type(), "it cannot be omitzero", "a type with IsZero")
		}
		c = &omitzero{p, at.key}
	}
	s.form.columns = append(s.form.columns, c)
	return nil
}

// throughPointer tells whether one comes to a field through an embedded pointer.
func throughPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		if t = t.Field(i).Type; t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

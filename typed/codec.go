package typed

import (
	"fmt"
	"reflect"
	"strconv"
)

// Codec writes and reads a field of type C as a message's content. Protocol buffers, for example, need
// no more than this, with C the pointer that the generated code uses:
//
//	type readingCodec struct{}
//
//	func (readingCodec) Append(b []byte, r *pb.Reading) ([]byte, error) {
//		return proto.MarshalOptions{}.MarshalAppend(b, r)
//	}
//
//	func (readingCodec) Unmarshal(b []byte, r **pb.Reading) error {
//		*r = new(pb.Reading)
//		return proto.Unmarshal(b, *r)
//	}
type Codec[C any] interface {
	// Append appends value to content, which is the message's own memory: it may not be kept.
	Append(content []byte, value C) ([]byte, error)
	// Unmarshal sets value, which is zero. It may not keep content.
	Unmarshal(content []byte, value *C) error
}

// Option says to a Writer or Reader what the tags cannot: see Content.
type Option func(*codec)

// Content is the Codec of the field with the tag content:"codec", whose type is C.
func Content[C any](by Codec[C]) Option {
	return func(c *codec) {
		c.of = reflect.TypeFor[C]()
		c.made = func(at place, v reflect.Value) content {
			p := cast[C](v)
			return newCoded(at,
				func(b []byte) ([]byte, error) { return by.Append(b, *p) },
				func(b []byte) error { return by.Unmarshal(b, p) })
		}
	}
}

// codec is a Codec whose type only Content knows.
type codec struct {
	of   reflect.Type
	made func(at place, v reflect.Value) content // nil: none was given
	used bool
}

func (c *codec) contentOf(at place, v reflect.Value) (content, error) {
	switch want := fmt.Sprintf("a Codec[%v]", v.Type()); {
	case c.made == nil:
		return nil, typeFault(at.field, v.Type(), "no codec is given", "typed.Content of "+want)
	case c.of != v.Type():
		return nil, typeFault(at.field, v.Type(), fmt.Sprintf("the codec is one of %v", c.of), want)
	}
	c.used = true
	return c.made(at, v), nil
}

func quoted(s string) string { return strconv.Quote(s[:min(len(s), 64)]) }

package typed

import (
	"bytes"
	"reflect"

	"github.com/millrace/millrace/message"
)

// rawOf makes the content of a field that is what it is.
func rawOf(at place, v reflect.Value, t tag) (content, error) {
	switch {
	case isBytes(v.Type()):
		return &rawBytes{cast[[]byte](v), t.shared}, nil
	case v.Kind() == reflect.String:
		return rawText{cast[string](v)}, nil
	}
	return nil, typeFault(at.field, v.Type(), "it cannot be raw", `a string or []byte, or content:"json"`)
}

type rawBytes struct {
	p      *[]byte
	shared bool
}

func (c *rawBytes) write(d message.Draft) error {
	d.SetContent(*c.p)
	return nil
}

func (c *rawBytes) read(b []byte) error {
	if *c.p = b; !c.shared {
		*c.p = bytes.Clone(b)
	}
	return nil
}

type rawText struct{ p *string }

func (c rawText) write(d message.Draft) error {
	d.SetContent(bytesOf(*c.p))
	return nil
}

func (c rawText) read(b []byte) error {
	*c.p = string(b)
	return nil
}

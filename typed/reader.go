package typed

import (
	"context"
	"errors"
	"reflect"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// Reader makes structs of messages. It belongs to one goroutine at a time, as a handler does.
type Reader[T any] struct {
	value *T // what the form reads into
	form  *form
}

// NewReader looks at T, which is a struct with tags: see the package comment. The error is ErrType.
func NewReader[T any](keys Keys, options ...Option) (*Reader[T], error) {
	value := new(T)
	f, err := formOf(keys, reflect.ValueOf(value).Elem(), reading, options)
	if err != nil {
		return nil, err
	}
	return &Reader[T]{value, f}, nil
}

// Read makes a T of a message, which may have more properties than T. All in it is the caller's, but for
// fields with the option shared: their bytes are the message's, good as long as it is held, and must not
// be written to. A message without a property of T's, or with one that does not parse, is an ErrMessage.
func (r *Reader[T]) Read(m message.Message) (T, error) {
	if err := r.read(m); err != nil {
		var none T
		return none, err
	}
	return *r.value, nil
}

// read reads into the reader's own struct.
func (r *Reader[T]) read(m message.Message) error {
	var none T
	*r.value = none
	return r.form.read(m)
}

func (f *form) read(m message.Message) error {
	v := m.Properties()
	for _, c := range f.columns {
		if err := c.read(v); err != nil {
			return err
		}
	}
	if f.content == nil {
		return nil
	}
	return f.content.read(m.Content())
}

// Each makes a handler of a function that takes one T at a time, as engine.Each does of one that takes
// messages. A message that is no T goes to bad, with an ErrMessage that says why: log it, count it, or
// forward it; it counts as delivered. The handler is for one module, for it owns a Reader.
func Each[T any](keys Keys, f func(ctx context.Context, out *engine.Publisher, value T),
	bad func(ctx context.Context, out *engine.Publisher, m message.Message, err error), options ...Option,
) (engine.Handler, error) {
	if bad == nil {
		return nil, errors.New("typed: Each wants a function for messages that are not of the type")
	}
	r, err := NewReader[T](keys, options...)
	if err != nil {
		return nil, err
	}
	return engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		if err := r.read(m); err != nil {
			bad(ctx, out, m, err)
			return
		}
		f(ctx, out, *r.value)
	}), nil
}

package typed

import (
	"context"
	"reflect"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// Writer publishes structs as messages of one engine, by any publishers. Like those it belongs to
// one goroutine at a time. It keeps the last value that it wrote.
type Writer[T any] struct {
	value  *T // what the pen writes
	pen    pen
	drafts []message.Draft // of PublishBatch
}

// NewWriter looks at T, which is a struct with tags: see the package comment. The error is ErrType.
func NewWriter[T any](keys Keys, options ...Option) (*Writer[T], error) {
	value := new(T)
	f, err := formOf(keys, reflect.ValueOf(value).Elem(), writing, options)
	if err != nil {
		return nil, err
	}
	return &Writer[T]{value: value, pen: pen{form: f}}, nil
}

// Publish publishes a value. The errors are those of the publisher's Claim and Publish, and ErrValue;
// each means that no sink has it.
func (w *Writer[T]) Publish(ctx context.Context, out *engine.Publisher, value T) error {
	d, err := w.claim(ctx, out, &value)
	if err != nil {
		return err
	}
	return out.Publish(ctx, d)
}

// PublishBatch publishes values in order, with one claim on each sink's ring for all of them. An error
// means that no sink has any. All of them stand in the module's memory before the first is published: a
// few dozen at a time are fast, and thousands are no faster.
func (w *Writer[T]) PublishBatch(ctx context.Context, out *engine.Publisher, values []T) error {
	defer w.abort()
	for i := range values {
		d, err := w.claim(ctx, out, &values[i])
		if err != nil {
			return err
		}
		w.drafts = append(w.drafts, d)
	}
	return out.PublishBatch(ctx, w.drafts)
}

// abort gives up what PublishBatch has not published.
func (w *Writer[T]) abort() {
	for i, d := range w.drafts {
		d.Abort()
		w.drafts[i] = message.Draft{}
	}
	w.drafts = w.drafts[:0]
}

// Claim starts a message and writes a value to it. The draft is the caller's: it may be asked about
// (engine.Completions), and have further properties if T has no content, before it is published.
func (w *Writer[T]) Claim(ctx context.Context, out *engine.Publisher, value T) (message.Draft, error) {
	return w.claim(ctx, out, &value)
}

func (w *Writer[T]) claim(ctx context.Context, out *engine.Publisher, value *T) (message.Draft, error) {
	*w.value = *value
	return w.pen.draft(ctx, out)
}

// pen writes the struct that its form is bound to, whatever its type.
type pen struct {
	form   *form
	static message.Template // what the form's static columns were when they were kept
	made   bool             // there is a template
}

func (p *pen) draft(ctx context.Context, out *engine.Publisher) (message.Draft, error) {
	d, err := p.begin(ctx, out)
	if err != nil {
		return message.Draft{}, err
	}
	written := false
	defer func() { // also when a codec panics
		if !written {
			d.Abort()
		}
	}()
	if err := p.form.write(d); err != nil {
		return message.Draft{}, err
	}
	written = true
	return d, nil
}

// begin claims a draft with what is static.
func (p *pen) begin(ctx context.Context, out *engine.Publisher) (message.Draft, error) {
	if len(p.form.static) == 0 {
		return out.Claim(ctx)
	}
	if !p.made || p.form.changed() {
		t, err := out.Template(p.form.writeStatic)
		if err != nil {
			return message.Draft{}, err
		}
		p.static, p.made = t, true
		p.form.keep()
	}
	return out.ClaimTemplate(ctx, p.static)
}

// write writes what is not static.
func (f *form) write(d message.Draft) error {
	for _, c := range f.columns {
		if err := c.write(d); err != nil {
			return err
		}
	}
	if f.content == nil {
		return nil
	}
	return f.content.write(d)
}

func (f *form) writeStatic(d message.Draft) {
	for _, c := range f.static {
		_ = c.write(d) // what can be static does not fail but in the draft
	}
}

// changed tells whether a static column is not what it was at keep.
func (f *form) changed() bool {
	for _, c := range f.static {
		if c.changed() {
			return true
		}
	}
	return false
}

func (f *form) keep() {
	for _, c := range f.static {
		c.keep()
	}
}

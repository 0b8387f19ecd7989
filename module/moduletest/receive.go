package moduletest

import (
	"context"
	"slices"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// Message is a message by value, for tests.
type Message struct {
	Properties map[string]string
	Content    string
}

func copyOf(m message.Message) Message {
	view := m.Properties()
	c := Message{Properties: make(map[string]string, view.Len()), Content: string(m.Content())}
	for i := range view.Len() {
		key, value := view.At(i)
		c.Properties[string(key)] = string(value)
	}
	return c
}

// collector keeps copies of what it receives.
type collector struct {
	news
	list []Message
}

func (c *collector) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	c.change(func() {
		for _, m := range batch {
			c.list = append(c.list, copyOf(m))
		}
	})
}

func (c *collector) messages() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}

// progress counts what the module has received.
type progress struct {
	news
	messages int
	errs     []error
}

func (p *progress) note(n int, err error) {
	p.change(func() {
		p.messages += n
		if err != nil {
			p.errs = append(p.errs, err)
		}
	})
}

// handler makes the module's receiving side for the engine; nil when it has none.
func (r *Rig) handler() engine.Handler {
	switch m := r.module.(type) {
	case module.BatchReceiver:
		return engine.HandlerFunc(
			func(ctx context.Context, out *engine.Publisher, batch []message.Message) {
				err := m.ReceiveBatch(ctx, out, batch)
				out.Fail(module.FailedOf(batch, err)...)
				r.progress.note(len(batch), err)
			})
	case module.Receiver:
		return engine.Each(func(ctx context.Context, out *engine.Publisher, one message.Message) {
			err := m.Receive(ctx, out, one)
			if err != nil {
				out.Fail(one)
			}
			r.progress.note(1, err)
		})
	}
	return nil
}

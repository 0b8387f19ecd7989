package bench

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// relay is a stage's handler: it starts a new message from each that it receives.
type relay struct {
	name   string
	label  byte // 0: the message's own
	form   *form
	drafts []message.Draft
	fault  atomic.Pointer[error] // the first
}

// Receive passes on a batch.
func (r *relay) Receive(ctx context.Context, out *engine.Publisher, batch []message.Message) {
	r.drafts = r.drafts[:0]
	for _, m := range batch {
		d, err := out.ClaimFrom(ctx, m)
		if err != nil {
			r.failed(err)
			continue
		}
		r.relabel(d, m)
		d.SetContent(m.Content())
		r.drafts = append(r.drafts, d)
	}
	if err := out.PublishBatch(ctx, r.drafts); err != nil {
		r.failed(err)
	}
}

func (r *relay) relabel(d message.Draft, m message.Message) {
	if r.label == 0 {
		return
	}
	value, _ := m.Properties().Find(r.form.stamp)
	if s, ok := readStamp(value); ok {
		s.label = r.label
		r.form.sign(d, s)
	}
}

func (r *relay) failed(err error) {
	err = fmt.Errorf("bench: %s: %w", r.name, err)
	r.fault.CompareAndSwap(nil, &err)
}

package bench

import (
	"context"
	"fmt"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// feeder publishes a source's stream. Its fields belong to the goroutine that feeds; between two
// phases, to the run.
type feeder struct {
	name   string
	label  byte
	form   *form
	pub    *engine.Publisher
	next   uint64 // sequence number
	drafts []message.Draft
}

// feed publishes until the pace ends, or until the engine refuses.
func (f *feeder) feed(ctx context.Context, p *pace) error {
	for first := f.next; ; {
		n := p.ready(f.next - first)
		if n == 0 {
			return nil
		}
		if err := f.publish(ctx, p, f.next-first, n); err != nil {
			return fmt.Errorf("bench: %s at message %d: %w", f.name, f.next, err)
		}
	}
}

// publish writes and publishes n messages, the first of which is the sent-th of its phase.
func (f *feeder) publish(ctx context.Context, p *pace, sent uint64, n int) error {
	f.drafts = f.drafts[:0]
	for i := range uint64(n) {
		d, err := f.pub.Claim(ctx)
		if err != nil {
			return f.giveUp(err)
		}
		f.form.write(d, stamp{f.label, f.next + i, p.due(sent + i)})
		f.drafts = append(f.drafts, d)
	}
	var err error
	if n == 1 {
		err = f.pub.Publish(ctx, f.drafts[0])
	} else {
		err = f.pub.PublishBatch(ctx, f.drafts)
	}
	if err != nil {
		return err
	}
	f.next += uint64(n)
	return nil
}

func (f *feeder) giveUp(err error) error {
	for _, d := range f.drafts {
		d.Abort()
	}
	return err
}

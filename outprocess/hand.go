package outprocess

import (
	"context"
	"errors"
	"fmt"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/wire"
)

// ReceiveBatch implements module.BatchReceiver. While there is no remote, or it does not read, it
// waits, the queue behind it fills, and the links' deliveries say what becomes of more.
func (p *proxy) ReceiveBatch(
	ctx context.Context, _ *engine.Publisher, batch []message.Message,
) error {
	stop := context.AfterFunc(ctx, p.interrupt)
	defer stop()
	var failed []message.Message
	var why error
	for i, m := range batch {
		err := p.hand(ctx, m)
		switch {
		case err == nil:
		case errors.Is(err, ErrTooLarge):
			failed, why = append(failed, m), err
		default:
			p.tally.notHanded.Add(uint64(len(batch) - i))
			failed, why = append(failed, batch[i:]...), fmt.Errorf("%w: %w", ErrNotHanded, err)
			return &module.BatchError{Failed: failed, Err: why}
		}
	}
	if why != nil {
		return &module.BatchError{Failed: failed, Err: why}
	}
	return nil
}

// hand gives a message to the remote; if that is lost meanwhile, to the next.
func (p *proxy) hand(ctx context.Context, m message.Message) error {
	frame := m.Wire()
	if len(frame) > wire.ReceiveMax {
		p.tally.tooLarge.Add(1)
		return fmt.Errorf("%w: a frame of %d bytes, at most %d", ErrTooLarge,
			len(frame), wire.ReceiveMax)
	}
	for {
		s, err := p.door.through(ctx)
		if err != nil {
			return err
		}
		if s.send(frame) == nil {
			p.tally.handed.Add(1)
			return nil
		}
	}
}

// interrupt ends a send that would not.
func (p *proxy) interrupt() {
	if s, _ := p.door.look(); s != nil {
		s.fail(context.Canceled)
	}
}

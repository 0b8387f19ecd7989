package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/wire"
)

// errTooLarge is why a message is not sent: a gateway of v1 would lose it in silence, and the
// connection with it.
var errTooLarge = errors.New("remote: message too large for a gateway")

// outward sends the gateway what the module publishes.
type outward struct {
	line *line
	sent atomic.Uint64
	lost atomic.Uint64
}

// Configure implements module.Module.
func (*outward) Configure(json.RawMessage) error { return nil }

// ReceiveBatch implements module.BatchReceiver. It waits while the gateway does not read.
func (o *outward) ReceiveBatch(
	ctx context.Context, _ *engine.Publisher, batch []message.Message,
) error {
	stop := context.AfterFunc(ctx, o.interrupt)
	defer stop()
	var failed []message.Message
	var why error
	for _, m := range batch {
		if err := o.send(ctx, m.Wire()); err != nil {
			o.lost.Add(1)
			failed, why = append(failed, m), err
			continue
		}
		o.sent.Add(1)
	}
	if why != nil {
		return &module.BatchError{Failed: failed, Err: why}
	}
	return nil
}

func (o *outward) send(ctx context.Context, frame []byte) error {
	if len(frame) > wire.ReceiveMax {
		return fmt.Errorf("%w: a frame of %d bytes, at most %d", errTooLarge,
			len(frame), wire.ReceiveMax)
	}
	for {
		conn, err := o.line.get(ctx)
		if err != nil {
			return err
		}
		if conn.Send(frame) == nil {
			return nil
		}
		o.line.broken(conn)
	}
}

// interrupt ends a send that would not.
func (o *outward) interrupt() { o.line.close() }

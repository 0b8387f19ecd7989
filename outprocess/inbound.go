package outprocess

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/wire"
)

// The longest frames that are read, in bytes. The first is a little more than any message may have
// and far less than memory, so that a frame that is too large for the engine is refused by itself;
// beyond, the connection ends.
const (
	dataMax    = 8 << 20
	controlMax = 64 << 10
)

// inbound publishes what the remote sends. One session's reader at a time uses it.
type inbound struct {
	out   *engine.Publisher
	ctx   context.Context // cancelled by Stop
	stop  context.CancelFunc
	log   *slog.Logger
	tally *tally
}

func newInbound(host module.Host, t *tally) (*inbound, error) {
	out, err := host.Publisher()
	if err != nil {
		return nil, err
	}
	out.Relay() // a remote that waits to send does not read
	ctx, stop := context.WithCancel(context.Background())
	return &inbound{out: out, ctx: ctx, stop: stop, log: host.Log(), tally: t}, nil
}

// readControl passes REPLYs on until the connection ends.
func (in *inbound) readControl(s *session) {
	for {
		frame, err := s.control.Receive()
		if err != nil {
			s.fail(lost(err))
			return
		}
		c, err := wire.ParseControl(frame)
		if err == nil && c.Type != wire.Reply {
			err = fmt.Errorf("a %v, which only gateways send", c.Type)
		}
		if err != nil {
			in.refuse("control", err)
			continue
		}
		select {
		case s.replies <- c.Status:
		case <-s.over:
			return
		}
	}
}

// readData publishes messages until the connection ends, and returns why it did.
func (in *inbound) readData(conn *sp.Conn) error {
	for {
		frame, err := conn.Receive()
		if err != nil {
			return err
		}
		in.take(frame)
	}
}

func (in *inbound) take(frame []byte) {
	m, err := wire.ParseMessage(frame)
	if err == nil {
		err = in.publish(m)
	}
	switch {
	case err == nil:
		in.tally.received.Add(1)
	case in.ctx.Err() != nil || errors.Is(err, engine.ErrClosed):
		in.tally.late.Add(1)
	default:
		in.refuse("message", err)
	}
}

func (in *inbound) publish(m wire.Message) error {
	if in.ctx.Err() != nil {
		return in.ctx.Err()
	}
	d, err := in.out.Claim(in.ctx)
	if err != nil {
		return err
	}
	for key, value := range m.Properties() {
		d.SetBytes(key, value)
	}
	d.SetContent(m.Content())
	return in.out.Publish(in.ctx, d)
}

// refuse counts a frame, and logs the first, the second, the fourth and so on.
func (in *inbound) refuse(what string, err error) {
	if n := in.tally.refused.Add(1); n&(n-1) == 0 {
		in.log.Warn("a "+what+" frame from the remote is refused", "error", err, "refused", n)
	}
}

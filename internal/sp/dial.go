package sp

import (
	"context"
	"fmt"

	"go.nanomsg.org/mangos/v3"
	"go.nanomsg.org/mangos/v3/protocol/pair"
	"go.nanomsg.org/mangos/v3/transport"
	"go.nanomsg.org/mangos/v3/transport/ipc"
	"go.nanomsg.org/mangos/v3/transport/tcp"
)

// Dial connects to the peer that listens at an address. Frames of more than most bytes will end
// the connection. Where a peer lets itself be connected to and then says nothing, a goroutine and
// the connection outlive ctx, until the peer speaks or ends. A peer that is another user's is refused:
// see ErrStranger.
func Dial(ctx context.Context, to Address, most int, trusted ...int) (*Conn, error) {
	d, err := newDialer(to, most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", to, err)
	}
	type outcome struct {
		pipe mangos.TranPipe
		err  error
	}
	dialled := make(chan outcome)
	go func() {
		pipe, err := d.Dial()
		select {
		case dialled <- outcome{pipe, err}:
		case <-ctx.Done():
			if err == nil {
				_ = pipe.Close()
			}
		}
	}()
	select {
	case o := <-dialled:
		if o.err != nil {
			return nil, fmt.Errorf("%s: %w", to, o.err)
		}
		conn := &Conn{pipe: o.pipe}
		if err := conn.vouched(trusted); err != nil {
			conn.Close()
			return nil, fmt.Errorf("%s: %w", to, err)
		}
		return conn, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func newDialer(to Address, most int) (mangos.TranDialer, error) {
	identity, err := pair.NewSocket()
	if err != nil {
		return nil, err
	}
	d, err := to.transport().NewDialer(string(to), identity)
	if err != nil {
		return nil, err
	}
	return d, d.SetOption(mangos.OptionMaxRecvSize, most)
}

func (a Address) transport() transport.Transport {
	if _, isIPC := a.Path(); isIPC {
		return ipc.Transport
	}
	return tcp.Transport
}

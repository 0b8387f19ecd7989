package sp

import (
	"errors"
	"fmt"

	"go.nanomsg.org/mangos/v3"
	"go.nanomsg.org/mangos/v3/protocol/pair"
)

// ErrClosed is what Accept returns once the listener is closed.
var ErrClosed = errors.New("sp: listener closed")

// Listener waits for peers at an address.
type Listener struct{ listener mangos.TranListener }

// Listen begins to listen. A socket's file that a process left behind is replaced; one that is
// listened to is not. Frames of more than most bytes will end the connection they come from.
func Listen(at Address, most int) (*Listener, error) {
	identity, err := pair.NewSocket()
	if err != nil {
		return nil, err
	}
	l, err := at.transport().NewListener(string(at), identity)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if err := l.SetOption(mangos.OptionMaxRecvSize, most); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if err := l.Listen(); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return &Listener{l}, nil
}

// Accept waits for the next peer. Those that do not speak the protocol are turned away.
func (l *Listener) Accept() (*Conn, error) {
	for {
		pipe, err := l.listener.Accept()
		switch {
		case err == nil:
			return &Conn{pipe: pipe}, nil
		case errors.Is(err, mangos.ErrClosed):
			return nil, ErrClosed
		}
	}
}

// Close ends the listener; connections that it accepted stay.
func (l *Listener) Close() { _ = l.listener.Close() }

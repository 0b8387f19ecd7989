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
type Listener struct {
	listener mangos.TranListener
	trusted  []int
}

// Listen begins to listen. A socket's file that a process left behind is replaced; one that is
// listened to is not. Frames of more than most bytes will end the connection they come from.
//
// A socket of the file system belongs to this user alone (0600), and so does its folder where that is
// not there yet (0700), whatever the umask says. With trusted users others may connect, but are turned
// away by Accept.
func Listen(at Address, most int, trusted ...int) (*Listener, error) {
	if err := makeFolder(at); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
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
	if err := private(l, at, len(trusted) > 0); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if err := l.Listen(); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return &Listener{l, trusted}, nil
}

// Accept waits for the next peer. Those that do not speak the protocol are turned away, and those that
// are another user's.
func (l *Listener) Accept() (*Conn, error) {
	for {
		pipe, err := l.listener.Accept()
		switch {
		case err == nil:
			conn := &Conn{pipe: pipe}
			if conn.vouched(l.trusted) == nil {
				return conn, nil
			}
			conn.Close()
		case errors.Is(err, mangos.ErrClosed):
			return nil, ErrClosed
		}
	}
}

// Close ends the listener; connections that it accepted stay.
func (l *Listener) Close() { _ = l.listener.Close() }

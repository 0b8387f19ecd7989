package sp

import (
	"go.nanomsg.org/mangos/v3"
)

// Conn is a connection to one peer. One goroutine at a time may send, one at a time receive, and
// any may close.
type Conn struct {
	pipe mangos.TranPipe
	last *mangos.Message // what Receive returned
}

// Send writes a frame and returns when the system has all of it. It waits while the peer does not
// read, until Close. After an error the peer cannot have the whole frame, and the connection is
// closed.
func (c *Conn) Send(frame []byte) error {
	err := c.pipe.Send(&mangos.Message{Body: frame})
	if err != nil {
		c.Close()
	}
	return err
}

// Receive returns the next frame, which is valid until the next call. After an error the
// connection is closed.
func (c *Conn) Receive() (frame []byte, err error) {
	c.last.Free()
	c.last, err = c.pipe.Recv()
	if err != nil {
		c.Close()
		return nil, err
	}
	return c.last.Body, nil
}

// Close ends the connection; Send and Receive return with an error. What was sent reaches the peer
// if it still reads.
func (c *Conn) Close() { _ = c.pipe.Close() }

// PeerID returns the number of the peer's process where the system tells it, and else 0.
func (c *Conn) PeerID() int {
	value, _ := c.pipe.GetOption(mangos.OptionPeerPID)
	id, _ := value.(int)
	return id
}

package remote

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/millrace/millrace/internal/sp"
)

// errNoGateway is what those get who wait for a gateway that will not come back.
var errNoGateway = errors.New("remote: the gateway is gone")

// line is the connection for messages: who reads and who sends share it, and wait for the next one
// when it breaks.
type line struct {
	mu      sync.Mutex
	conn    *sp.Conn // nil: none
	had     bool     // there was one
	last    bool     // there will be no other
	closed  bool
	changed chan struct{} // closed when conn or closed changes
}

func newLine() *line { return &line{changed: make(chan struct{})} }

// serve takes one connection after the other until the listener is closed.
func (l *line) serve(from *sp.Listener) {
	for {
		conn, err := from.Accept()
		if err != nil {
			return
		}
		l.take(conn)
	}
}

// take makes conn the connection; if there is one already, as pair has it, conn is turned away.
func (l *line) take(conn *sp.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.conn != nil {
		conn.Close()
		return
	}
	l.had = true
	l.set(conn)
}

func (l *line) set(conn *sp.Conn) {
	l.conn = conn
	close(l.changed)
	l.changed = make(chan struct{})
}

// broken gives a connection up, if it is still the one.
func (l *line) broken(conn *sp.Conn) {
	conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == conn {
		l.closed = l.last
		l.set(nil)
	}
}

// arrival is how long a connection may take from the gateway's connect to take: DESTROY, which comes along
// another, may be here sooner.
const arrival = 100 * time.Millisecond

// finish says that the gateway will not connect again: the line ends with the connection it has, or now.
func (l *line) finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = true
	if l.had {
		l.endWithout()
		return
	}
	time.AfterFunc(arrival, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.endWithout()
	})
}

// endWithout ends the line if it has no connection. The caller holds mu.
func (l *line) endWithout() {
	if l.conn == nil && !l.closed {
		l.closed = true
		l.set(nil)
	}
}

// close ends the line for good.
func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.Close()
	}
	l.closed = true
	l.set(nil)
}

// get returns the connection, and waits for one until the line is closed or ctx is done.
func (l *line) get(ctx context.Context) (*sp.Conn, error) {
	for {
		conn, closed, changed := l.look()
		switch {
		case closed:
			return nil, errNoGateway
		case conn != nil:
			return conn, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (l *line) look() (*sp.Conn, bool, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn, l.closed, l.changed
}

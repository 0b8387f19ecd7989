package hubtest

import (
	"crypto/tls"
	"net"
	"sync"

	"github.com/mochi-mqtt/server/v2/listeners"
)

// door is where devices come in. Once closed it leaves no connection behind: the broker forgets
// those that it accepts while it closes, and the device at the other end would wait for long.
type door struct {
	net.Listener

	mu     sync.Mutex
	closed bool
	inside []net.Conn
}

// openDoor listens at the address, behind TLS.
func openDoor(address string, config *tls.Config) (*listeners.Net, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return listeners.NewNet("tls", tls.NewListener(&door{Listener: listener}, config)), nil
}

func (d *door) Accept() (net.Conn, error) {
	conn, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		_ = conn.Close()
	}
	d.inside = append(d.inside, conn)
	return conn, nil
}

func (d *door) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for _, conn := range d.inside {
		_ = conn.Close()
	}
	return d.Listener.Close()
}

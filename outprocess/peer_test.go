package outprocess_test

import (
	"bytes"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/wire"
)

// peer plays a remote module, frame by frame.
type peer struct {
	t                *testing.T
	control, message sp.Address
	listener         *sp.Listener
	conn             *sp.Conn // for control frames
	data             *sp.Conn // for messages
}

// newPeer takes addresses of the scheme, and does not listen yet.
func newPeer(t *testing.T, scheme string) *peer {
	t.Helper()
	return &peer{t: t, control: address(t, scheme), message: address(t, scheme)}
}

func address(t *testing.T, scheme string) sp.Address {
	t.Helper()
	text := filepath.Join(t.TempDir(), "s")
	if scheme == "tcp" {
		probe, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer probe.Close()
		text = "tcp://" + probe.Addr().String()
	}
	a, err := sp.ParseAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (p *peer) remote() outprocess.Remote {
	return outprocess.Remote{Control: string(p.control), Message: string(p.message)}
}

func (p *peer) listen() {
	p.t.Helper()
	l, err := sp.Listen(p.control, 1<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	p.listener = l
	p.t.Cleanup(p.die)
}

// accept takes a connection, which ends when the test takes too long.
func (p *peer) accept(l *sp.Listener) *sp.Conn {
	p.t.Helper()
	timer := time.AfterFunc(patience, l.Close)
	defer timer.Stop()
	conn, err := l.Accept()
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(conn.Close)
	return conn
}

// attach plays everything up to START. It returns the CREATE.
func (p *peer) attach() wire.Control {
	p.t.Helper()
	if p.listener == nil {
		p.listen()
	}
	p.conn = p.accept(p.listener)
	create := p.command(wire.Create)
	p.ready()
	return create
}

// ready answers a CREATE and waits for START.
func (p *peer) ready() {
	p.t.Helper()
	l, err := sp.Listen(p.message, 8<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	defer l.Close()
	p.reply(wire.OK)
	p.data = p.accept(l)
	p.command(wire.Start)
}

// command receives a control frame of that type.
func (p *peer) command(want wire.Type) wire.Control {
	p.t.Helper()
	c, err := wire.ParseControl(p.receive(p.conn))
	if err != nil || c.Type != want {
		p.t.Fatalf("got %+v, %v; want a %v", c, err, want)
	}
	return c
}

func (p *peer) reply(s wire.Status) {
	p.t.Helper()
	frame, err := wire.AppendControl(nil, wire.Control{Type: wire.Reply, Status: s})
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(p.conn, frame)
}

func (p *peer) send(to *sp.Conn, frame []byte) {
	p.t.Helper()
	if err := to.Send(frame); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) receive(from *sp.Conn) []byte {
	p.t.Helper()
	timer := time.AfterFunc(patience, from.Close)
	defer timer.Stop()
	frame, err := from.Receive()
	if err != nil {
		p.t.Fatal(err)
	}
	return bytes.Clone(frame)
}

// content receives a message and returns its content.
func (p *peer) content() string {
	p.t.Helper()
	m, err := wire.ParseMessage(p.receive(p.data))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(m.Content())
}

// expect receives messages with these contents.
func (p *peer) expect(contents ...string) {
	p.t.Helper()
	for _, want := range contents {
		if got := p.content(); got != want {
			p.t.Fatalf("received %.40q, want %.40q", got, want)
		}
	}
}

// publish sends a message.
func (p *peer) publish(content string) {
	p.t.Helper()
	frame, err := wire.AppendMessage(nil, nil, []byte(content))
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(p.data, frame)
}

// die closes everything, as the system does for a process that is killed.
func (p *peer) die() {
	for _, c := range []*sp.Conn{p.conn, p.data} {
		if c != nil {
			c.Close()
		}
	}
	if p.listener != nil {
		p.listener.Close()
	}
	p.conn, p.data, p.listener = nil, nil, nil
}

// obey plays the end of an orderly remote: it takes DESTROY and closes its end.
func (p *peer) obey() {
	p.t.Helper()
	p.command(wire.Destroy)
	p.die()
}

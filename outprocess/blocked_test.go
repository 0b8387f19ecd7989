package outprocess_test

import (
	"testing"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/wire"
)

// A remote of v1 whose gateway was killed waits in its send until somebody reads its message socket: it
// cannot look at a CREATE before. When it does, it closes that socket and makes another.
func TestARemoteThatIsBlockedInItsSendIsAttached(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	p.listen()
	old := p.listenForMessages()
	r := run(t, p.slowly(), setup{})
	p.conn = p.accept(p.listener)
	create := p.command(wire.Create)
	p.data = p.accept(old) // its send waits for this
	p.publish("from before")
	if got := string(r.receive().Content()); got != "from before" {
		t.Fatalf("received %q", got)
	}
	p.data.Close()
	old.Close()
	if create.Address != string(p.message) {
		t.Fatalf("CREATE names %s, want %s", create.Address, p.message)
	}
	p.ready()
	p.exchangeOne(r)
	r.stop()
	p.obey()
	report, err := r.end()
	if err != nil {
		t.Fatal(err)
	}
	expectFigures(t, report, map[string]uint64{"attachments": 1, "received": 2, "handed over": 1})
}

// The same where the remote answers before it closes the old socket: what the gateway has is not what
// it must keep.
func TestAMessageSocketThatEndsAfterTheReplyIsConnectedToAnew(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	p.listen()
	old := p.listenForMessages()
	r := run(t, p.slowly(), setup{})
	p.conn = p.accept(p.listener)
	p.command(wire.Create)
	before := p.accept(old)
	old.Close()
	next := p.listenForMessages()
	defer next.Close()
	p.reply(wire.OK)
	before.Close()
	p.data = p.accept(next)
	p.command(wire.Start)
	p.exchangeOne(r)
}

// A module that publishes while it is created replies only when somebody has read that. Its socket stays.
func TestARemoteThatPublishesWhileItIsCreated(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	p.listen()
	r := run(t, p.slowly(), setup{})
	p.conn = p.accept(p.listener)
	p.command(wire.Create)
	l := p.listenForMessages()
	defer l.Close()
	p.data = p.accept(l)
	p.publish("created")
	if got := string(r.receive().Content()); got != "created" {
		t.Fatalf("received %q", got)
	}
	p.reply(wire.OK)
	p.command(wire.Start)
	p.exchangeOne(r)
	p.die()
	r.stop()
	if _, err := r.end(); err != nil {
		t.Fatal(err)
	}
}

// slowly is the remote with so much time for its REPLY that CREATE comes once.
func (p *peer) slowly() (r outprocess.Remote) {
	r = p.remote()
	r.Timeout = patience
	return r
}

func (p *peer) listenForMessages() *sp.Listener {
	p.t.Helper()
	l, err := sp.Listen(p.message, 8<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(l.Close)
	return l
}

// exchangeOne sends a message each way.
func (p *peer) exchangeOne(r *rig) {
	p.t.Helper()
	p.publish("up")
	if got := string(r.receive().Content()); got != "up" {
		p.t.Fatalf("received %q", got)
	}
	r.publish("down")
	p.expect("down")
}

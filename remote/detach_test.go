package remote

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/wire"
)

// A gateway whose nanomsg throws a frame away that nobody has read when its connection ends reads that the
// module detaches, because the connection stays until the gateway goes, or has had its time.
func TestTheConnectionOutlivesTheWordThatTheModuleDetaches(t *testing.T) {
	t.Run("until the gateway goes", func(t *testing.T) { detachFrom(t, time.Hour, (*sp.Conn).Close) })
	t.Run("for a time", func(t *testing.T) { detachFrom(t, time.Millisecond, func(*sp.Conn) {}) })
}

func detachFrom(t *testing.T, hold time.Duration, finish func(gateway *sp.Conn)) {
	ours, gateway := connected(t)
	s := &server{options: Options{Log: slog.New(slog.DiscardHandler)}, hold: hold}
	ctx, stop := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		s.converse(ctx, ours)
	}()
	stop()
	frame, err := gateway.Receive()
	if err != nil {
		t.Fatal(err)
	}
	if c, err := wire.ParseControl(frame); err != nil || c.Status != wire.Detached {
		t.Fatal(c, err)
	}
	if hold == time.Hour {
		expectAsks(t, gateway, left)
	}
	finish(gateway)
	<-left
}

// expectAsks lets the gateway of v1 ask again, for some time; nobody answers, and nobody hangs up.
func expectAsks(t *testing.T, gateway *sp.Conn, left <-chan struct{}) {
	t.Helper()
	create, err := wire.AppendControl(nil, wire.Control{Type: wire.Create, Address: "ipc:///nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if err := gateway.Send(create); err != nil {
			t.Fatal(err)
		}
		select {
		case <-left:
			t.Fatal("the connection ended before the gateway had time to read")
		case <-time.After(time.Millisecond):
		}
	}
}

func connected(t *testing.T) (ours, gateway *sp.Conn) {
	t.Helper()
	at, err := sp.ParseAddress(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := sp.Listen(at, controlMax)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	accepted := make(chan *sp.Conn, 1)
	go func() {
		conn, _ := l.Accept()
		accepted <- conn
	}()
	if gateway, err = sp.Dial(t.Context(), at, controlMax); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(gateway.Close)
	return <-accepted, gateway
}

package outprocess

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/wire"
)

// pair is a session's control connection and its remote's end.
func pair(t *testing.T) (here, there *sp.Conn) {
	t.Helper()
	at, err := sp.ParseAddress("ipc://" + filepath.ToSlash(filepath.Join(t.TempDir(), "c")))
	if err != nil {
		t.Fatal(err)
	}
	l, err := sp.Listen(at, controlMax)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan *sp.Conn, 1)
	go func() {
		conn, _ := l.Accept()
		accepted <- conn
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if here, err = sp.Dial(ctx, at, controlMax); err != nil {
		t.Fatal(err)
	}
	there = <-accepted
	t.Cleanup(func() { here.Close(); there.Close() })
	return here, there
}

// A remote that was lost before DESTROY could be sent did not follow it: what it was handed is not known
// to have been read.
func TestALossAtDestroyIsNoFarewell(t *testing.T) {
	t.Parallel()
	here, _ := pair(t)
	s := newSession(t.Context(), here)
	s.fail(lost(io.EOF))
	if s.destroy(frameOf(wire.Destroy), time.Minute) {
		t.Error("it is taken for one that has followed")
	}
}

// A command that cannot be sent ends the session with the loss.
func TestACommandThatCannotBeSentEndsTheSession(t *testing.T) {
	t.Parallel()
	here, _ := pair(t)
	s := newSession(t.Context(), here)
	here.Close()
	if err := s.command(frameOf(wire.Start), time.Minute); !errors.Is(err, ErrLost) || !s.isOver() {
		t.Errorf("%v; over: %v", err, s.isOver())
	}
}

// A module without arguments is created with null, which every remote can read.
func TestNoArgumentsAreNull(t *testing.T) {
	t.Parallel()
	p := &proxy{remote: Remote{Control: "ipc:///tmp/unused.control"}}
	if err := p.Configure(nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(p.create, []byte("null\x00")) {
		t.Errorf("%q", p.create)
	}
}

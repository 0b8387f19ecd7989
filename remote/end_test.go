package remote_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/remote"
	"github.com/millrace/millrace/wire"
)

// A gateway of v1 closes the message socket together with its DESTROY: what waits to be sent then would
// wait for a connection that never comes.
func TestDestroyTogetherWithTheMessageSocket(t *testing.T) {
	for name, finish := range map[string]func(g *master){
		"socket first": func(g *master) {
			g.data.Close()
			g.send(wire.Control{Type: wire.Destroy})
		},
		"DESTROY first": func(g *master) {
			g.send(wire.Control{Type: wire.Destroy})
			g.data.Close()
		},
		"without one": func(g *master) { g.send(wire.Control{Type: wire.Destroy}) },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, probe{flood: true}, remote.Options{StopTimeout: time.Hour})
			g := s.connect()
			if name == "without one" {
				g.create("null")
				g.send(wire.Control{Type: wire.Start})
				g.expect("configure null", "open", "start")
			} else {
				g.begin()
				g.receive()
			}
			finish(g)
			g.expect("close")
			g.begin() // the next life is not disturbed
			if _, more := g.receive(); !more {
				t.Error("nothing comes from the module's second life")
			}
			s.stop()
			s.end()
		})
	}
}

// An interrupt ends the wait for a gateway that has said DESTROY and does not read.
func TestAnInterruptCutsDestroyShort(t *testing.T) {
	s := serve(t, probe{flood: true}, remote.Options{StopTimeout: time.Hour})
	g := s.connect()
	g.begin()
	g.receive()
	g.send(wire.Control{Type: wire.Destroy})
	s.stop()
	g.expect("close")
	s.end()
}

// stubborn returns from one step of its life only when it is let go.
type stubborn struct {
	inConfigure bool
	entered     chan struct{}
	release     chan struct{}
}

func (m *stubborn) stay() {
	close(m.entered)
	<-m.release
}

func (m *stubborn) Configure(json.RawMessage) error {
	if m.inConfigure {
		m.stay()
	}
	return nil
}

func (m *stubborn) Open(context.Context, module.Host) error {
	if !m.inConfigure {
		m.stay()
	}
	return nil
}

// Serve ends with its context also while a module is created that does not return.
func TestAnInterruptWhileTheModuleIsCreated(t *testing.T) {
	for _, inConfigure := range []bool{true, false} {
		m := &stubborn{inConfigure: inConfigure, entered: make(chan struct{}), release: make(chan struct{})}
		spec := module.Spec{Name: "stubborn", AnyArgs: true, New: func() module.Module { return m }}
		s := serveSpec(t, spec, remote.Options{StopTimeout: time.Millisecond})
		g := s.connect()
		g.send(wire.Control{Type: wire.Create, Address: string(g.message), Args: "null"})
		<-m.entered
		s.stop()
		if status := g.reply(); status != wire.NotCreated {
			t.Error(status)
		}
		if status := g.reply(); status != wire.Detached {
			t.Error(status)
		}
		g.conn.Close()
		s.end()
		close(m.release)
	}
}

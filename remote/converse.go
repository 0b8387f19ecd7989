package remote

import (
	"context"
	"sync"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/wire"
)

// server serves one gateway after the other.
type server struct {
	create  Create
	options Options
	peers   chan *sp.Conn

	peer  *sp.Conn   // the gateway; Serve's goroutine's
	reply sync.Mutex // for sending to it
	now   *instance  // nil: there is no module; Serve's goroutine's
}

// converse obeys a gateway until it goes away, or is done with and Once, or ctx is done.
func (s *server) converse(ctx context.Context, peer *sp.Conn) {
	s.peer = peer
	defer peer.Close()
	stop := context.AfterFunc(ctx, func() { s.detach(peer) })
	defer stop()
	defer s.dismiss(ctx)
	for {
		frame, err := peer.Receive()
		if err != nil {
			s.abandon(ctx)
			return
		}
		c, err := wire.ParseControl(frame)
		if err != nil {
			s.options.Log.Warn("a control frame is refused", "error", err)
			continue
		}
		if s.obey(ctx, c) == ended && s.options.Once {
			return
		}
	}
}

// detach tells the gateway that nobody is here any more, and ends the conversation.
func (s *server) detach(peer *sp.Conn) {
	s.send(peer, wire.Detached)
	peer.Close()
}

type outcome bool

const (
	goesOn outcome = false
	ended  outcome = true
)

func (s *server) obey(ctx context.Context, c wire.Control) outcome {
	switch c.Type {
	case wire.Create:
		s.dismiss(ctx)
		s.send(s.peer, s.make(c))
	case wire.Start:
		if s.now != nil {
			s.now.start()
		}
	case wire.Destroy:
		s.dismiss(ctx)
		return ended
	case wire.Reply:
		s.options.Log.Warn("a gateway sent a REPLY, which only remote modules send")
	}
	return goesOn
}

// make creates the module and returns what to reply.
func (s *server) make(c wire.Control) wire.Status {
	next, status, err := begin(c, s.create, s.options)
	if err != nil {
		s.options.Log.Error("the module is not created", "error", err)
		return status
	}
	s.options.Log.Info("the module is created", "message", c.Address)
	s.now = next
	peer := s.peer
	next.whenLost(func() { s.send(peer, wire.Detached) })
	return status
}

// dismiss ends the module, if there is one, in good order.
func (s *server) dismiss(ctx context.Context) {
	if s.now != nil {
		s.now.end(ctx, s.options.Log)
		s.now = nil
	}
}

// abandon ends the module without a gateway to send to.
func (s *server) abandon(ctx context.Context) {
	if s.now != nil {
		if ctx.Err() == nil {
			s.options.Log.Warn("the gateway is gone")
		}
		s.now.line.close()
	}
}

// send sends a REPLY. If it cannot, the gateway is gone, which its reader notices.
func (s *server) send(peer *sp.Conn, status wire.Status) {
	s.reply.Lock()
	defer s.reply.Unlock()
	frame, _ := wire.AppendControl(nil, wire.Control{Type: wire.Reply, Status: status})
	_ = peer.Send(frame)
}

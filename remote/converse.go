package remote

import (
	"context"
	"sync"
	"time"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/wire"
)

// server serves one gateway after the other.
type server struct {
	create  Create
	options Options
	hold    time.Duration // after the word that the module detaches
	peers   chan *sp.Conn

	peer  *sp.Conn   // the gateway; Serve's goroutine's
	reply sync.Mutex // for sending to it
	now   *instance  // nil: there is no module; Serve's goroutine's
}

// detaching is how long a gateway may take to read that the module detaches. nanomsg, which v1's gateways
// stand on, throws a frame away that nobody has read when its connection ends.
const detaching = time.Second

// converse obeys a gateway until it goes away, or is done with and Once, or ctx is done.
func (s *server) converse(ctx context.Context, peer *sp.Conn) {
	s.peer = peer
	orders := make(chan order)
	var reader sync.WaitGroup
	reader.Go(func() { listenTo(peer, orders) })
	defer reader.Wait()
	defer drop(orders)
	defer peer.Close()
	defer s.dismiss(ctx)
	for {
		select {
		case o, more := <-orders:
			if !more {
				s.abandon(ctx)
				return
			}
			if s.follow(ctx, o) == ended && s.options.Once {
				return
			}
		case <-ctx.Done():
			s.detach(ctx, orders)
			return
		}
	}
}

// order is a control frame as it was read.
type order struct {
	control wire.Control
	err     error // why it is none
}

// listenTo reads orders until the connection ends.
func listenTo(peer *sp.Conn, orders chan<- order) {
	defer close(orders)
	for {
		frame, err := peer.Receive()
		if err != nil {
			return
		}
		c, err := wire.ParseControl(frame)
		orders <- order{c, err}
	}
}

// drop reads what is left of orders, so that their reader ends.
func drop(orders <-chan order) {
	for range orders {
	}
}

// detach tells the gateway that nobody is here any more, and ends the conversation when it has gone, or
// has had its time.
func (s *server) detach(ctx context.Context, orders <-chan order) {
	late := time.AfterFunc(s.hold, s.peer.Close)
	defer late.Stop()
	s.send(s.peer, wire.Detached)
	s.dismiss(ctx)
	drop(orders)
}

type outcome bool

const (
	goesOn outcome = false
	ended  outcome = true
)

// follow obeys an order. One that cannot be read is answered as v1's remotes do, so that the gateway does
// not wait for more.
func (s *server) follow(ctx context.Context, o order) outcome {
	if o.err != nil {
		s.options.Log.Warn("a control frame is refused", "error", o.err)
		s.send(s.peer, wire.NoConnection)
		return goesOn
	}
	return s.obey(ctx, o.control)
}

func (s *server) obey(ctx context.Context, c wire.Control) outcome {
	switch c.Type {
	case wire.Create:
		s.dismiss(ctx)
		s.send(s.peer, s.make(ctx, c))
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
func (s *server) make(ctx context.Context, c wire.Control) wire.Status {
	next, status, err := begin(ctx, c, s.create, s.options)
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

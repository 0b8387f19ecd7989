package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/wire"
)

// Options of serving. The zero value serves until ctx is done.
type Options struct {
	Name        string        // the module's, for its logs; "": "module"
	Once        bool          // return when the module was destroyed or the gateway is gone
	Log         *slog.Logger  // nil: slog.Default()
	Stdin       io.Reader     // what the module reads as standard input; nil: os.Stdin
	Stdout      io.Writer     // what it writes as standard output; nil: os.Stdout
	StopTimeout time.Duration // how long it may take to stop; 0: gateway.StopTimeout

	// PeerUID is a user whose process the gateway may be, beside ours and root's. 0: nobody. Who it is
	// is known on Linux, of sockets of the file system.
	PeerUID int
}

// trusted lists the users that may connect.
func (o Options) trusted() []int {
	if o.PeerUID == 0 {
		return nil
	}
	return []int{o.PeerUID}
}

// Create chooses a module for the arguments of a CREATE, which are JSON. Its Spec and its Args are
// what counts; the Args are as that Spec's Check accepts them. An error refuses the CREATE.
type Create func(args json.RawMessage) (document.Module, error)

// Of is the Create of a process that has one kind of module.
func Of(spec module.Spec) Create {
	return func(args json.RawMessage) (document.Module, error) {
		return document.Module{Spec: spec, Args: args}, spec.Check(args)
	}
}

// The longest frames that are read, in bytes; beyond, the connection ends. v1's default for both is
// 1 MiB; a gateway of ours sends no more.
const (
	controlMax = wire.ReceiveMax
	dataMax    = 8 << 20
)

// CheckAddress finds what is wrong with a control address, so that a command can tell a mistake from
// an address that is in use.
func CheckAddress(control string) error {
	_, err := sp.ParseAddress(control)
	return err
}

// Serve serves gateways at the control address until ctx is done, which is no error.
func Serve(ctx context.Context, control string, create Create, o Options) error {
	at, err := sp.ParseAddress(control)
	if err != nil {
		return err
	}
	l, err := sp.Listen(at, controlMax, o.trusted()...)
	if err != nil {
		return fmt.Errorf("cannot listen for a gateway: %w", err)
	}
	s := &server{create: create, options: o.withDefaults(), hold: detaching, peers: make(chan *sp.Conn)}
	var accepting sync.WaitGroup
	accepting.Go(func() { s.accept(l) })
	defer accepting.Wait()
	defer l.Close()
	s.options.Log.Info("waiting for a gateway", "control", at)
	for {
		select {
		case <-ctx.Done():
			return nil
		case peer := <-s.peers:
			s.converse(ctx, peer)
			if s.options.Once {
				return nil
			}
		}
	}
}

func (o Options) withDefaults() Options {
	if o.Name == "" {
		o.Name = "module"
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// patience is how long a second gateway waits for the first one to go: it may be the same one,
// whose end has not been noticed yet.
const patience = time.Second

// accept lets peers in, one at a time, until the listener is closed.
func (s *server) accept(l *sp.Listener) {
	for {
		peer, err := l.Accept()
		if err != nil {
			return
		}
		late := time.NewTimer(patience)
		select {
		case s.peers <- peer:
		case <-late.C:
			peer.Close()
		}
		late.Stop()
	}
}

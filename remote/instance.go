package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/wire"
)

// instance is one module from CREATE to DESTROY: a gateway of three modules around a line.
type instance struct {
	listener *sp.Listener
	line     *line
	in       *inward
	out      *outward
	limit    time.Duration
	starting sync.Once
	accepts  sync.WaitGroup

	cancel    context.CancelFunc
	dismissed atomic.Bool
	done      chan struct{} // closed when the gateway of three has ended
	err       error         // how; read once done is closed
}

// begin creates a module and returns when it is open, or what to reply instead and why. If ctx is done
// it is not waited for longer than it may take to stop.
func begin(ctx context.Context, c wire.Control, create Create, o Options) (*instance, wire.Status, error) {
	listener, err := listen(c.Address, o.trusted())
	if err != nil {
		return nil, wire.NoConnection, err
	}
	i := newInstance(listener, o)
	life, cancel := context.WithCancel(context.Background())
	i.cancel = cancel
	i.accepts.Go(func() { i.line.serve(listener) })
	go func() {
		defer close(i.done)
		i.err = i.run(life, argsOf(c), create, o)
	}()
	select {
	case <-i.in.opened:
		return i, wire.OK, nil
	case <-i.done:
		err = i.err
	case <-ctx.Done():
		err = i.abort()
	}
	i.release()
	return nil, wire.NotCreated, err
}

func newInstance(listener *sp.Listener, o Options) *instance {
	line := newLine()
	i := &instance{
		listener: listener, line: line, limit: o.StopTimeout, done: make(chan struct{}),
		in:  &inward{line: line, opened: make(chan struct{}), started: make(chan struct{})},
		out: &outward{line: line},
	}
	if i.limit <= 0 {
		i.limit = gateway.StopTimeout
	}
	return i
}

// errInterrupted is why a module is not created whose process is to end.
var errInterrupted = errors.New("remote: interrupted while the module was created")

// abort ends the creation of the module. One that does not return in time is left behind.
func (i *instance) abort() error {
	i.cancel()
	late := time.NewTimer(i.limit)
	defer late.Stop()
	select {
	case <-i.done:
		return errInterrupted
	case <-late.C:
		return fmt.Errorf("%w, which had not returned after %v", errInterrupted, i.limit)
	}
}

func listen(text string, trusted []int) (*sp.Listener, error) {
	at, err := sp.ParseAddress(text)
	if err != nil {
		return nil, err
	}
	return sp.Listen(at, dataMax, trusted...)
}

// argsOf returns the arguments of a CREATE; v1 may send none.
func argsOf(c wire.Control) json.RawMessage {
	if c.Args == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(c.Args)
}

// run makes the gateway of three and lets it run until ctx is done.
func (i *instance) run(ctx context.Context, args json.RawMessage, create Create, o Options) error {
	m, err := create(args)
	if err != nil {
		return err
	}
	g, err := gateway.New(i.around(m, o.Name), gateway.Options{
		Log: o.Log, Stdin: o.Stdin, Stdout: o.Stdout, StopTimeout: i.limit,
	})
	if err != nil {
		return err
	}
	_, err = g.Run(ctx)
	return err
}

const (
	fromGateway = "from the gateway"
	toGateway   = "to the gateway"
)

// around makes the document of the module with its two neighbours.
func (i *instance) around(m document.Module, name string) *document.Document {
	m.Name, m.Filter = name, nil
	neighbour := func(name string, code module.Module) document.Module {
		spec := module.Spec{Name: name, New: func() module.Module { return code }}
		return document.Module{Name: name, Spec: spec}
	}
	d := &document.Document{
		File:    "CREATE",
		Modules: []document.Module{neighbour(fromGateway, i.in), m, neighbour(toGateway, i.out)},
		Links:   []document.Link{{Source: name, Sink: toGateway}},
	}
	if m.Spec.Receives() {
		d.Links = append(d.Links, document.Link{Source: fromGateway, Sink: name})
	}
	return d
}

func (i *instance) start() { i.starting.Do(func() { close(i.in.started) }) }

// whenLost calls tell if the module ends without having been dismissed.
func (i *instance) whenLost(tell func()) {
	i.accepts.Go(func() {
		<-i.done
		if !i.dismissed.Load() {
			tell()
		}
	})
}

// end takes what is on its way, stops the module, sends what it still has while the gateway is connected,
// and closes. Once ctx is done nothing more is taken or sent.
func (i *instance) end(ctx context.Context, log *slog.Logger) {
	i.dismissed.Store(true)
	i.line.finish()
	stop := context.AfterFunc(ctx, i.line.close)
	defer stop()
	limited, cancel := context.WithTimeout(ctx, i.limit)
	i.in.settle(limited)
	cancel()
	i.cancel()
	<-i.done
	i.release()
	log.Info("the module is destroyed", "received", i.in.frames.Load(), "refused", i.in.refused.Load(),
		"sent", i.out.sent.Load(), "lost", i.out.lost.Load())
	if i.err != nil {
		log.Error("the module did not end well", "error", i.err)
	}
}

// release closes what begin opened.
func (i *instance) release() {
	i.cancel()
	i.line.close()
	i.listener.Close()
	i.accepts.Wait()
	i.in.readers.Wait()
}

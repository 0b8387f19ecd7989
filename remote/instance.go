package remote

import (
	"context"
	"encoding/json"
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

// begin creates a module and returns when it is open, or what to reply instead and why.
func begin(c wire.Control, create Create, o Options) (*instance, wire.Status, error) {
	listener, err := listen(c.Address)
	if err != nil {
		return nil, wire.NoConnection, err
	}
	i := &instance{
		listener: listener, line: newLine(), limit: o.StopTimeout,
		cancel: func() {}, done: make(chan struct{}),
	}
	if i.limit <= 0 {
		i.limit = gateway.StopTimeout
	}
	i.accepts.Go(func() { i.line.serve(listener) })
	if err := i.run(argsOf(c), create, o); err != nil {
		i.release()
		return nil, wire.NotCreated, err
	}
	select {
	case <-i.in.opened:
		return i, wire.OK, nil
	case <-i.done:
		i.release()
		return nil, wire.NotCreated, i.err
	}
}

func listen(text string) (*sp.Listener, error) {
	at, err := sp.ParseAddress(text)
	if err != nil {
		return nil, err
	}
	return sp.Listen(at, dataMax)
}

// argsOf returns the arguments of a CREATE; v1 may send none.
func argsOf(c wire.Control) json.RawMessage {
	if c.Args == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(c.Args)
}

// run makes the gateway of three and lets it run.
func (i *instance) run(args json.RawMessage, create Create, o Options) error {
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
	ctx, cancel := context.WithCancel(context.Background())
	i.cancel = cancel
	go func() {
		defer close(i.done)
		_, i.err = g.Run(ctx)
	}()
	return nil
}

const (
	fromGateway = "from the gateway"
	toGateway   = "to the gateway"
)

// around makes the document of the module with its two neighbours.
func (i *instance) around(m document.Module, name string) *document.Document {
	i.in = &inward{line: i.line, opened: make(chan struct{}), started: make(chan struct{})}
	i.out = &outward{line: i.line}
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

// end takes what is on its way, stops the module, sends what it still has, and closes. If ctx is
// done nothing more is waited for.
func (i *instance) end(ctx context.Context, log *slog.Logger) {
	i.dismissed.Store(true)
	if ctx.Err() == nil {
		i.in.settle(i.limit)
	}
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
	if i.in != nil {
		i.in.readers.Wait()
	}
}

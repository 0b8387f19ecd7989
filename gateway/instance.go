package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// instance is one module of a gateway through its lives: see supervisor. Its fields belong to whoever
// has the turn, except for what guards itself; code is also read by the handler, under life.
type instance struct {
	*supervisor
	doc      document.Module
	gateway  *Gateway
	log      *slog.Logger
	code     module.Module
	host     *host
	attached *engine.Module
	errors   *failures
	ctx      context.Context // of all its lives: ends when it is removed, or when the gateway stops
	leave    context.CancelFunc

	opened  bool     // Close is due
	started bool     // Stop is due
	stuck   []string // what did not return in time
	errs    []error  // what Stop and Close returned
}

func newInstance(m document.Module, g *Gateway) *instance {
	log := g.options.Log.With("module", m.Name)
	in := &instance{
		supervisor: newSupervisor(m.Restart), doc: m, gateway: g, log: log,
		errors: &failures{log: log}, leave: func() {},
	}
	in.renew()
	return in
}

// renew makes a module that has not lived yet.
func (in *instance) renew() {
	in.code = in.doc.Spec.New()
	in.host = newHost(in, in.gateway, in.log)
}

func (in *instance) configure() error {
	args := in.doc.Args
	if args == nil {
		args = json.RawMessage("null")
	}
	return in.wrap("configure", guarded(func() error { return in.code.Configure(args) }))
}

// enter begins the module's time in the gateway. Whoever calls it has the turn until settled.
func (in *instance) enter() {
	in.ctx, in.leave = context.WithCancel(in.gateway.ctx)
	in.starting = in.take(in.ctx)
}

// settled ends the module's first start: from here on it may be restarted.
func (in *instance) settled() {
	in.starting = false
	in.give()
}

func (in *instance) entered() bool { return in.ctx != nil }

func (in *instance) open(ctx context.Context) error {
	in.host.tasksCtx, in.host.cancel = context.WithCancel(in.ctx)
	if code, ok := in.code.(module.Opener); ok {
		if err := guarded(func() error { return code.Open(ctx, in.host) }); err != nil {
			return in.wrap("open", err)
		}
	}
	in.opened = true
	return nil
}

func (in *instance) attach(e *engine.Engine) error {
	options := engine.ModuleOptions{
		Capacity: in.doc.Capacity, Accept: in.doc.Filter, OnPanic: in.panicked,
	}
	attached, err := e.Attach(in.doc.Name, in.handler(), options)
	in.attached = attached
	return in.wrap("attach", err)
}

func (in *instance) start(ctx context.Context) error {
	in.host.admit(in.attached)
	if code, ok := in.code.(module.Starter); ok {
		if err := guarded(func() error { return code.Start(ctx, in.host) }); err != nil {
			return in.wrap("start", err)
		}
	}
	in.started = true
	return nil
}

// guarded makes an error of a panic.
func guarded(step func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return step()
}

// wrap names the module and the step of its life in an error.
func (in *instance) wrap(step string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("module %q: %s: %w", in.doc.Name, step, err)
}

package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// instance is one module of a gateway through its lives: see supervisor. Its fields belong to whoever
// has the turn, except for what guards itself; code is also read by the handler, under life.
type instance struct {
	*supervisor
	doc       document.Module
	gateway   *Gateway
	log       *slog.Logger
	code      module.Module
	host      *host
	attached  *engine.Module
	errors    *failures
	discarded atomic.Uint64   // messages for a module that takes none; its handler's
	ctx       context.Context // of all its lives: ends when it is removed, or when the gateway stops
	leave     context.CancelFunc
	work      context.Context // of its tasks: ends when it is stopped
	endWork   context.CancelFunc

	opened  bool            // Close is due
	started bool            // Stop is due
	stuck   []string        // what did not return in time
	errs    []error         // what Stop and Close returned
	tasks   taskErrors      // of all its lives; guards itself
	counted []module.Figure // by lives that have ended
	silent  bool            // Waiting has failed, and is not asked again
}

func newInstance(m document.Module, g *Gateway) (*instance, error) {
	log := g.options.Log.With("module", m.Name)
	in := &instance{
		supervisor: newSupervisor(m.Restart), doc: m, gateway: g, log: log,
		errors: &failures{log: log}, leave: func() {}, endWork: func() {},
	}
	return in, in.renew()
}

func (in *instance) configure(ctx context.Context) error {
	args := in.doc.Args
	if args == nil {
		args = json.RawMessage("null")
	}
	code := in.code
	configure := func(context.Context) error { return code.Configure(args) }
	return in.wrap("configure", in.bring(ctx, "Configure", configure, func() {}))
}

// enter begins the module's time in the gateway. Whoever calls it has the turn until settled.
func (in *instance) enter() {
	in.ctx, in.leave = context.WithCancel(in.gateway.ctx)
	in.work, in.endWork = context.WithCancel(context.WithoutCancel(in.gateway.ctx))
	in.starting = in.take(in.ctx)
}

// settled ends the module's first start: from here on it may be restarted.
func (in *instance) settled() {
	in.starting, in.changed = false, false
	in.give()
}

func (in *instance) entered() bool { return in.ctx != nil }

func (in *instance) open(ctx context.Context) error {
	in.host.tasksCtx, in.host.cancel = context.WithCancel(in.work)
	if code, ok := in.code.(module.Opener); ok {
		host := in.host
		open := func(ctx context.Context) error { return code.Open(ctx, host) }
		if err := in.bring(ctx, "Open", open, in.closeLate()); err != nil {
			return in.wrap("open", err)
		}
	}
	in.opened = true
	return nil
}

// closeLate returns what is done when Open returns after it was given up: nobody else closes what it
// has acquired.
func (in *instance) closeLate() func() {
	code, ok := in.code.(module.Closer)
	log := in.host.log
	return func() {
		if !ok {
			return
		}
		if err := guarded(code.Close); err != nil {
			log.Error("Close failed", "error", err)
		}
	}
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
		host := in.host
		start := func(ctx context.Context) error { return code.Start(ctx, host) }
		if err := in.bring(ctx, "Start", start, func() {}); err != nil {
			return in.wrap("start", err)
		}
	}
	in.started = true
	return nil
}

// wrap names the module and the step of its life in an error, which tells no secret any more.
func (in *instance) wrap(step string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("module %q: %s: %w", in.doc.Name, step, in.gateway.secrets.Error(err))
}

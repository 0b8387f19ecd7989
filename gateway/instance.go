package gateway

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// instance is one module of a gateway through its life. Its fields belong to the goroutine that
// runs the gateway, except for host and failures, which guard themselves.
type instance struct {
	doc      document.Module
	code     module.Module
	host     *host
	attached *engine.Module
	failures *failures

	opened  bool     // Close is due
	started bool     // Stop is due
	stuck   []string // what did not return in time
	errs    []error  // what Stop and Close returned
}

func newInstance(m document.Module, g *Gateway) *instance {
	log := g.options.Log.With("module", m.Name)
	in := &instance{doc: m, code: m.Spec.New(), failures: &failures{log: log}}
	in.host = newHost(in, g, log)
	return in
}

func (in *instance) configure() error {
	args := in.doc.Args
	if args == nil {
		args = json.RawMessage("null")
	}
	return in.wrap("configure", in.code.Configure(args))
}

func (in *instance) open(ctx context.Context) error {
	if code, ok := in.code.(module.Opener); ok {
		if err := code.Open(ctx, in.host); err != nil {
			return in.wrap("open", err)
		}
	}
	in.opened = true
	return nil
}

func (in *instance) attach(e *engine.Engine) error {
	options := engine.ModuleOptions{Capacity: in.doc.Capacity, Accept: in.doc.Filter}
	attached, err := e.Attach(in.doc.Name, in.handler(), options)
	in.attached = attached
	return in.wrap("attach", err)
}

func (in *instance) start(ctx context.Context) error {
	in.host.admit(in.attached)
	if code, ok := in.code.(module.Starter); ok {
		if err := code.Start(ctx, in.host); err != nil {
			return in.wrap("start", err)
		}
	}
	in.started = true
	return nil
}

// wrap names the module and the step of its life in an error.
func (in *instance) wrap(step string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("module %q: %s: %w", in.doc.Name, step, err)
}

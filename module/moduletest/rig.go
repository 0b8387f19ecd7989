package moduletest

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// patience bounds every wait of this package. It is for machines that crawl: nothing that works
// takes a noticeable part of it.
const patience = 30 * time.Second

// Rig is a module that runs on a real engine between a feeder, whose messages it receives, and a
// collector, which receives what it publishes. Its methods may be called from any goroutine.
type Rig struct {
	*Host
	t         testing.TB
	engine    *engine.Engine
	module    module.Module
	opened    bool
	receives  bool
	collected collector // of what the module publishes
	progress  progress  // of what it receives
	feeder    *engine.Publisher
	feeding   sync.Mutex

	stop    sync.Once
	stopped error
}

// Start takes a new module of that kind through its life up to and including Start; an error on
// the way fails the test. The module is stopped when the test ends, if not before.
func Start(t testing.TB, kind module.Spec, args string, o Options) *Rig {
	t.Helper()
	r := assemble(t, kind.New(), o)
	t.Cleanup(func() { _ = r.Stop() })
	if err := kind.Check(json.RawMessage(args)); err != nil {
		t.Fatalf("arguments of %s: %v", kind.Name, err)
	}
	if err := r.open(json.RawMessage(args)); err != nil {
		t.Fatalf("%s: %v", kind.Name, err)
	}
	if err := r.start(); err != nil {
		t.Fatalf("%s: %v", kind.Name, err)
	}
	return r
}

func assemble(t testing.TB, m module.Module, o Options) *Rig {
	r := &Rig{Host: NewHost(o), t: t, engine: engine.New(engine.Options{}), module: m}
	if o.Sink == nil {
		o.Sink = &r.collected
	}
	r.must(r.attach("collector", o.Sink))
	feeder, err := r.engine.Attach("feeder", nil, engine.ModuleOptions{})
	r.must(err)
	r.feeder, err = feeder.Publisher()
	r.must(err)
	return r
}

// open goes as far as a gateway does before it starts its modules: from the return on, the module
// receives.
func (r *Rig) open(args json.RawMessage) error {
	if err := r.module.Configure(args); err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	if m, ok := r.module.(module.Opener); ok {
		if err := m.Open(r.tasks.ctx, r.Host); err != nil {
			return fmt.Errorf("open: %w", err)
		}
	}
	r.opened = true
	h := r.handler()
	r.receives = h != nil
	m, err := r.engine.Attach(r.name, h, engine.ModuleOptions{})
	if err != nil {
		return err
	}
	r.join(m)
	if err := r.engine.Link(engine.Link{Source: r.name, Sink: "collector"}); err != nil {
		return err
	}
	if !r.receives {
		return nil
	}
	return r.engine.Link(engine.Link{Source: "feeder", Sink: r.name})
}

func (r *Rig) start() error {
	m, ok := r.module.(module.Starter)
	if !ok {
		return nil
	}
	if err := m.Start(r.tasks.ctx, r.Host); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	return nil
}

func (r *Rig) attach(name string, h engine.Handler) error {
	_, err := r.engine.Attach(name, h, engine.ModuleOptions{})
	return err
}

func (r *Rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

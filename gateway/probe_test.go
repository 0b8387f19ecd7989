package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// journal keeps what happened, in order; a nil one does not.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) note(step, name string) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, step+" "+name)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, ", ")
}

var errProbe = errors.New("probe")

// probe is a module that notes every step of its life and does in each what its test wants.
type probe struct {
	name    string
	journal *journal
	on      map[string]func(ctx context.Context, h module.Host) error // by step
	receive func(ctx context.Context, out *engine.Publisher, m message.Message) error
	host    module.Host
}

func (p *probe) step(ctx context.Context, name string) error {
	p.journal.note(name, p.name)
	if f := p.on[name]; f != nil {
		return f(ctx, p.host)
	}
	return nil
}

func (p *probe) Configure(json.RawMessage) error {
	return p.step(context.Background(), "configure")
}

func (p *probe) Open(ctx context.Context, h module.Host) error {
	p.host = h
	return p.step(ctx, "open")
}

func (p *probe) Start(ctx context.Context, _ module.Host) error { return p.step(ctx, "start") }

func (p *probe) Stop(ctx context.Context) error { return p.step(ctx, "stop") }

func (p *probe) Close() error { return p.step(context.Background(), "close") }

func (p *probe) Receive(ctx context.Context, out *engine.Publisher, m message.Message) error {
	if p.receive == nil {
		return nil
	}
	return p.receive(ctx, out, m)
}

type hook = func(ctx context.Context, h module.Host) error

// fail is a hook for a step that fails.
func fail(context.Context, module.Host) error { return errProbe }

// doc makes a document of probes and any other modules.
func doc(links []document.Link, modules ...module.Module) *document.Document {
	d := &document.Document{File: "test", Links: links}
	for _, m := range modules {
		name := "other"
		if p, ok := m.(*probe); ok {
			name = p.name
		}
		spec := module.Spec{Name: "probe", New: func() module.Module { return m }}
		d.Modules = append(d.Modules, document.Module{Name: name, Spec: spec})
	}
	return d
}

func quiet() Options {
	return Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), StopTimeout: time.Minute}
}

// runUntil runs the document until enough is closed or the gateway ends by itself.
func runUntil(
	t *testing.T, d *document.Document, o Options, enough <-chan struct{},
) (Report, error) {
	t.Helper()
	g, err := New(d, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		select {
		case <-enough:
			cancel()
		case <-ctx.Done():
		}
	}()
	return g.Run(ctx)
}

// beacon makes a start hook for the last module and a channel that tells that all have started.
func beacon() (map[string]hook, <-chan struct{}) {
	up := make(chan struct{})
	return map[string]hook{"start": func(context.Context, module.Host) error {
		close(up)
		return nil
	}}, up
}

// runUntilUp stops the gateway as soon as every module has been started.
func runUntilUp(t *testing.T, modules ...module.Module) (Report, error) {
	t.Helper()
	on, up := beacon()
	last := &probe{name: "last", on: on}
	return runUntil(t, doc(nil, append(modules, last)...), quiet(), up)
}

// publish sends n messages with this property, one by one, or until ctx is done.
func publish(ctx context.Context, h module.Host, n int, key, value string) error {
	out, err := h.Publisher()
	if err != nil {
		return err
	}
	defer out.Close()
	return publishTo(ctx, out, n, key, value)
}

func publishTo(ctx context.Context, out *engine.Publisher, n int, key, value string) error {
	for i := 0; i < n && ctx.Err() == nil; i++ {
		draft, err := out.Claim(ctx)
		if err != nil {
			return err
		}
		draft.Set(key, value)
		if err := out.Publish(ctx, draft); err != nil {
			return err
		}
	}
	return nil
}

// task makes a start hook that runs f as a task.
func task(f hook) map[string]hook {
	return map[string]hook{"start": func(_ context.Context, h module.Host) error {
		h.Go(func(ctx context.Context) error { return f(ctx, h) })
		return nil
	}}
}

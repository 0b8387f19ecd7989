package outprocess_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/wire"
)

// patience is how long anything in these tests may take that ought to take no time.
const patience = time.Minute

// rig is a gateway with a source, a remote module and a sink: source -> far -> sink.
type rig struct {
	t      *testing.T
	first  first
	far    module.Module
	source source
	sink   sink
	stop   context.CancelFunc
	ended  chan struct{}
	report gateway.Report
	err    error
}

const far = "far"

// setup is what a test wants of a rig; the zero value is a rig with everything by default.
type setup struct {
	args     string // null if empty
	capacity int
	delivery engine.Delivery // of the link to the remote
	limit    time.Duration   // to stop in; a minute if 0
	log      io.Writer
	hold     bool // between Stop and the engine's end, until release
	circle   bool // what the remote sends comes back to it, too
}

// run starts a gateway.
func run(t *testing.T, remote outprocess.Remote, s setup) *rig {
	t.Helper()
	spec := remote.Spec()
	r := &rig{t: t, ended: make(chan struct{}), far: spec.New()}
	spec.New = func() module.Module { return r.far }
	r.sink.messages = make(chan wire.Message, 100_000)
	r.source.ready, r.source.released = make(chan struct{}), make(chan struct{})
	r.first.stopped = make(chan struct{})
	if !s.hold {
		r.release()
	}
	if s.args == "" {
		s.args = "null"
	}
	if s.limit == 0 {
		s.limit = patience
	}
	if s.log == nil {
		s.log = io.Discard
	}
	d := &document.Document{
		Modules: []document.Module{
			{Name: "first", Spec: specOf(&r.first)},
			{Name: far, Spec: spec, Args: json.RawMessage(s.args), Capacity: s.capacity},
			{Name: "sink", Spec: specOf(&r.sink)},
			{Name: "source", Spec: specOf(&r.source)},
		},
		Links: []document.Link{
			{Source: "source", Sink: far, Delivery: s.delivery},
			{Source: far, Sink: "sink"},
		},
	}
	if s.circle {
		d.Links = append(d.Links, document.Link{Source: far, Sink: far})
	}
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	g, err := gateway.New(d, gateway.Options{Log: log, StopTimeout: s.limit, Stdout: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() {
		defer close(r.ended)
		r.report, r.err = g.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-r.ended })
	select {
	case <-r.source.ready:
	case <-r.ended:
	}
	return r
}

func specOf(m module.Module) module.Spec {
	return module.Spec{Name: "test", New: func() module.Module { return m }}
}

// release lets a gateway that was held end.
func (r *rig) release() { close(r.source.released) }

// first is stopped with the source: when it is, the remote module has not been stopped.
type first struct{ stopped chan struct{} }

func (*first) Configure(json.RawMessage) error { return nil }

func (f *first) Stop(context.Context) error {
	close(f.stopped)
	return nil
}

// source publishes what a test says, from the test's goroutine.
type source struct {
	out      *engine.Publisher
	ready    chan struct{}
	released chan struct{}
}

func (*source) Configure(json.RawMessage) error { return nil }

func (s *source) Start(_ context.Context, host module.Host) (err error) {
	s.out, err = host.Publisher()
	host.Go(func(ctx context.Context) error {
		<-ctx.Done()
		<-s.released
		return nil
	})
	close(s.ready)
	return err
}

// sink keeps what it receives.
type sink struct{ messages chan wire.Message }

func (*sink) Configure(json.RawMessage) error { return nil }

func (s *sink) Receive(_ context.Context, _ *engine.Publisher, m message.Message) error {
	kept, err := wire.ParseMessage(append([]byte(nil), m.Wire()...))
	if err == nil {
		s.messages <- kept
	}
	return err
}

// publish sends a message with these keys and values and a content.
func (r *rig) publish(content string, pairs ...string) {
	r.t.Helper()
	d, err := r.source.out.Claim(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		d.Set(pairs[i], pairs[i+1])
	}
	d.SetContent([]byte(content))
	if err := r.source.out.Publish(r.t.Context(), d); err != nil {
		r.t.Fatal(err)
	}
}

// receive returns what the sink receives next.
func (r *rig) receive() wire.Message {
	r.t.Helper()
	select {
	case m := <-r.sink.messages:
		return m
	case <-time.After(patience):
		r.t.Fatal("nothing received")
		return wire.Message{}
	}
}

// end stops the gateway and returns its report.
func (r *rig) end() (gateway.Report, error) {
	r.t.Helper()
	r.stop()
	select {
	case <-r.ended:
	case <-time.After(2 * patience):
		r.t.Fatal("the gateway does not stop")
	}
	return r.report, r.err
}

// await waits until the remote module's figure of that name is n or more.
func (r *rig) await(name string, n uint64) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		for _, f := range r.far.(module.Reporter).Figures() {
			if f.Name == name && f.N >= n {
				return
			}
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("%s is never %d", name, n)
		}
	}
}

// figures are what the remote module reported, by name.
func figures(r gateway.Report) map[string]uint64 {
	all := make(map[string]uint64)
	for _, m := range r.Modules {
		for _, f := range m.Figures {
			all[f.Name] = f.N
		}
	}
	return all
}

// toRemote is what the engine counted on the link to the remote.
func toRemote(t *testing.T, r gateway.Report) engine.LinkStats {
	t.Helper()
	for _, l := range r.Engine.Links {
		if l.Sink == far {
			return l
		}
	}
	t.Fatal("the report has no link to the remote")
	return engine.LinkStats{}
}

// expectBalance holds that every message of the link to the remote is accounted for.
func expectBalance(t *testing.T, r gateway.Report) {
	t.Helper()
	l, f := toRemote(t, r), figures(r)
	if l.In != l.Delivered+l.Filtered+l.Dropped.Total()+l.Left {
		t.Errorf("the engine's balance is off: %+v", l)
	}
	if l.Delivered != f["handed over"] || l.Dropped.Error != f["too large to hand over"]+f["not handed over"] {
		t.Errorf("delivered %d, failed %d, but %v", l.Delivered, l.Dropped.Error, f)
	}
	if f["of these unconfirmed"] > f["handed over"] {
		t.Errorf("more unconfirmed than handed over: %v", f)
	}
}

// expectFigures holds the module's report against the figures that a test knows.
func expectFigures(t *testing.T, r gateway.Report, want map[string]uint64) {
	t.Helper()
	got := figures(r)
	for name, n := range want {
		if g, known := got[name]; g != n || !known {
			t.Errorf("%s: %d, want %d; all: %v", name, got[name], n, got)
		}
	}
}

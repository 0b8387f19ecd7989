package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/remote"
	"github.com/millrace/millrace/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = time.Minute

// probe is a module that notes its life and answers what it receives.
type probe struct {
	life  chan string
	flood bool // publishes as fast as it can
	slow  time.Duration
	bad   string // the step that fails
	got   *atomic.Int64
}

func (p *probe) note(step string) error {
	p.life <- step
	if p.bad == step {
		return errors.New("probe")
	}
	return nil
}

func (p *probe) Configure(args json.RawMessage) error { return p.note("configure " + string(args)) }

func (p *probe) Open(context.Context, module.Host) error { return p.note("open") }

func (p *probe) Start(_ context.Context, host module.Host) error {
	if p.flood {
		out, err := host.Publisher()
		if err != nil {
			return err
		}
		host.Go(func(ctx context.Context) error {
			defer out.Close()
			for n := 0; ctx.Err() == nil; n++ {
				d, err := out.Claim(ctx)
				if err != nil {
					return err
				}
				d.SetContent([]byte(fmt.Sprint(n)))
				if err := out.Publish(ctx, d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return p.note("start")
}

func (p *probe) Receive(ctx context.Context, out *engine.Publisher, m message.Message) error {
	time.Sleep(p.slow)
	p.got.Add(1)
	d, err := out.ClaimFrom(ctx, m)
	if err != nil {
		return err
	}
	d.SetContent(m.Content())
	return out.Publish(ctx, d)
}

func (p *probe) Close() error { return p.note("close") }

// server is a remote process, but for the process.
type server struct {
	t       *testing.T
	control sp.Address
	message sp.Address
	life    chan string
	got     atomic.Int64
	stop    context.CancelFunc
	ended   chan error
}

func serve(t *testing.T, p probe, o remote.Options) *server {
	t.Helper()
	s := newServer(t)
	p.life, p.got = s.life, &s.got
	s.run(module.Spec{Name: "probe", AnyArgs: true, New: func() module.Module { q := p; return &q }}, o)
	return s
}

func serveSpec(t *testing.T, spec module.Spec, o remote.Options) *server {
	t.Helper()
	s := newServer(t)
	s.run(spec, o)
	return s
}

func newServer(t *testing.T) *server {
	t.Helper()
	folder := t.TempDir()
	return &server{
		t: t, life: make(chan string, 100), ended: make(chan error, 1),
		control: sp.Address("ipc://" + filepath.Join(folder, "c")),
		message: sp.Address("ipc://" + filepath.Join(folder, "m")),
	}
}

func (s *server) run(spec module.Spec, o remote.Options) {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	go func() { s.ended <- remote.Serve(ctx, string(s.control), remote.Of(spec), o) }()
	s.t.Cleanup(func() {
		stop()
		s.end()
	})
}

// end waits for Serve.
func (s *server) end() {
	s.t.Helper()
	select {
	case err := <-s.ended:
		s.ended <- err
		if err != nil {
			s.t.Error(err)
		}
	case <-time.After(patience):
		s.t.Fatal("Serve does not end")
	}
}

// expect holds the life of the module against these steps.
func (s *server) expect(steps ...string) {
	s.t.Helper()
	for _, want := range steps {
		select {
		case got := <-s.life:
			if got != want {
				s.t.Fatalf("%s, want %s", got, want)
			}
		case <-time.After(patience):
			s.t.Fatalf("no %s", want)
		}
	}
}

// master plays the gateway.
type master struct {
	*server
	conn, data *sp.Conn
}

func (s *server) connect() *master {
	s.t.Helper()
	return &master{server: s, conn: s.dial(s.control)}
}

func (s *server) dial(to sp.Address) *sp.Conn {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		conn, err := sp.Dial(s.t.Context(), to, 8<<20)
		if err == nil {
			s.t.Cleanup(conn.Close)
			return conn
		}
		if time.Now().After(deadline) {
			s.t.Fatal(err)
		}
	}
}

func (g *master) send(c wire.Control) {
	g.t.Helper()
	frame, err := wire.AppendControl(nil, c)
	if err == nil {
		err = g.conn.Send(frame)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *master) create(args string) wire.Status {
	g.t.Helper()
	g.send(wire.Control{Type: wire.Create, Address: string(g.message), Args: args})
	return g.reply()
}

func (g *master) reply() wire.Status {
	g.t.Helper()
	timer := time.AfterFunc(patience, g.conn.Close)
	defer timer.Stop()
	frame, err := g.conn.Receive()
	if err != nil {
		g.t.Fatal(err)
	}
	c, err := wire.ParseControl(frame)
	if err != nil || c.Type != wire.Reply {
		g.t.Fatal(c, err)
	}
	return c.Status
}

// begin creates and starts the module.
func (g *master) begin() {
	g.t.Helper()
	if status := g.create("null"); status != wire.OK {
		g.t.Fatal(status)
	}
	g.data = g.dial(g.message)
	g.send(wire.Control{Type: wire.Start})
	g.expect("configure null", "open", "start")
}

func (g *master) publish(content string) {
	g.t.Helper()
	frame, err := wire.AppendMessage(nil, []wire.Property{{Key: "k", Value: "v"}}, []byte(content))
	if err == nil {
		err = g.data.Send(frame)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

// receive returns the content of the next message; false at the end.
func (g *master) receive() (string, bool) {
	g.t.Helper()
	timer := time.AfterFunc(patience, g.data.Close)
	defer timer.Stop()
	frame, err := g.data.Receive()
	if err != nil {
		return "", false
	}
	m, err := wire.ParseMessage(frame)
	if err != nil {
		g.t.Fatal(err)
	}
	return string(m.Content()), true
}

func TestAModuleServesOneGatewayAfterTheOther(t *testing.T) {
	s := serve(t, probe{}, remote.Options{})
	for range 2 {
		g := s.connect()
		g.begin()
		g.publish("hello")
		if got, _ := g.receive(); got != "hello" {
			t.Errorf("received %q", got)
		}
		g.send(wire.Control{Type: wire.Destroy})
		g.expect("close")
		if _, more := g.receive(); more {
			t.Error("a message after DESTROY")
		}
		g.conn.Close()
	}
}

func TestNothingIsStartedBeforeStart(t *testing.T) {
	s := serve(t, probe{flood: true}, remote.Options{})
	g := s.connect()
	if status := g.create(`{"a":1}`); status != wire.OK {
		t.Fatal(status)
	}
	g.expect(`configure {"a":1}`, "open")
	g.data = g.dial(g.message)
	select {
	case step := <-s.life:
		t.Errorf("%s before START", step)
	case <-time.After(50 * time.Millisecond):
	}
	g.send(wire.Control{Type: wire.Start})
	g.expect("start")
	if got, _ := g.receive(); got != "0" {
		t.Errorf("received %q", got)
	}
}

func TestARepeatedCreateMakesTheModuleAnew(t *testing.T) {
	s := serve(t, probe{}, remote.Options{})
	g := s.connect()
	g.begin()
	if status := g.create(`2`); status != wire.OK {
		t.Fatal(status)
	}
	g.expect("close", "configure 2", "open")
	g.data = g.dial(g.message)
	g.send(wire.Control{Type: wire.Start})
	g.expect("start")
	g.publish("hello")
	if got, _ := g.receive(); got != "hello" {
		t.Errorf("received %q", got)
	}
}

func TestWhatCannotBeCreatedIsRefused(t *testing.T) {
	for _, bad := range []string{"configure null", "open"} {
		s := serve(t, probe{bad: bad}, remote.Options{})
		g := s.connect()
		if status := g.create("null"); status != wire.NotCreated {
			t.Errorf("%s: %v", bad, status)
		}
		if status := g.create("null"); status != wire.NotCreated {
			t.Errorf("%s, once more: %v", bad, status)
		}
	}
	s := serve(t, probe{}, remote.Options{})
	g := s.connect()
	for _, address := range []string{"", "http://127.0.0.1", string(s.control), "/nonexistent/folder/m"} {
		g.send(wire.Control{Type: wire.Create, Address: address, Args: "null"})
		if status := g.reply(); status != wire.NoConnection {
			t.Errorf("%s: %v", address, status)
		}
	}
	g.begin() // and then it can
}

func TestAModuleThatDoesNotStartDetaches(t *testing.T) {
	s := serve(t, probe{bad: "start"}, remote.Options{})
	g := s.connect()
	g.begin()
	if status := g.reply(); status != wire.Detached {
		t.Error(status)
	}
}

// A remote of v1 looks at DESTROY before it looks at what else has come.
func TestWhatWasOnItsWayIsReceivedBeforeDestroy(t *testing.T) {
	const n = 1000
	s := serve(t, probe{slow: 50 * time.Microsecond}, remote.Options{})
	g := s.connect()
	g.begin()
	answers := make(chan int)
	go func() {
		count := 0
		for {
			got, more := g.receive()
			if !more {
				answers <- count
				return
			}
			if got != fmt.Sprint(count) {
				t.Errorf("received %s after %d", got, count)
			}
			count++
		}
	}()
	for i := range n {
		g.publish(fmt.Sprint(i))
	}
	g.send(wire.Control{Type: wire.Destroy})
	g.expect("close")
	if got, answered := s.got.Load(), <-answers; got != n || answered != n {
		t.Errorf("of %d messages %d were received and %d answered", n, got, answered)
	}
}

// v1's fault 9: there, a remote that publishes deadlocks on DESTROY.
func TestDestroyWhilePublishing(t *testing.T) {
	for name, reads := range map[string]bool{"to a gateway that reads": true, "to one that does not": false} {
		t.Run(name, func(t *testing.T) {
			log := &strings.Builder{} // written to and read by one goroutine after the other
			o := remote.Options{StopTimeout: 500 * time.Millisecond, Once: true}
			o.Log = slog.New(slog.NewTextHandler(log, nil))
			s := serve(t, probe{flood: true}, o)
			g := s.connect()
			g.begin()
			drained := make(chan struct{})
			go func() {
				defer close(drained)
				for more := reads; more; _, more = g.receive() {
				}
			}()
			time.Sleep(20 * time.Millisecond) // until the system's buffers are full
			g.send(wire.Control{Type: wire.Destroy})
			g.expect("close")
			<-drained
			s.end()
			if strings.Contains(log.String(), "had not returned") {
				t.Error(log)
			}
		})
	}
}

func TestAGatewayThatVanishesEndsTheModule(t *testing.T) {
	s := serve(t, probe{flood: true}, remote.Options{StopTimeout: patience})
	for range 2 {
		g := s.connect()
		g.begin()
		g.receive()
		began := time.Now()
		g.conn.Close()
		g.data.Close()
		g.expect("close")
		if took := time.Since(began); took > patience/2 {
			t.Errorf("it took %v", took)
		}
	}
}

func TestOnceEndsWithTheModuleOrTheGateway(t *testing.T) {
	for name, finish := range map[string]func(g *master){
		"DESTROY": func(g *master) { g.send(wire.Control{Type: wire.Destroy}) },
		"gone":    func(g *master) { g.conn.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, probe{}, remote.Options{Once: true})
			g := s.connect()
			g.begin()
			finish(g)
			s.end()
			s.expect("close")
		})
	}
}

func TestOneGatewayAtATime(t *testing.T) {
	s := serve(t, probe{}, remote.Options{})
	first := s.connect()
	first.begin()
	second := s.connect()
	if _, err := second.conn.Receive(); err == nil {
		t.Error("a second gateway is served")
	}
	other := s.dial(s.message)
	if _, err := other.Receive(); err == nil {
		t.Error("a second gateway gets messages")
	}
	first.publish("hello")
	if got, _ := first.receive(); got != "hello" {
		t.Errorf("received %q", got)
	}
}

func TestTheEndOfServeDetaches(t *testing.T) {
	s := serve(t, probe{}, remote.Options{})
	g := s.connect()
	g.begin()
	s.stop()
	if status := g.reply(); status != wire.Detached {
		t.Error(status)
	}
	s.end()
	s.expect("close")
}

func TestGarbageFromTheGatewayIsRefused(t *testing.T) {
	s := serve(t, probe{}, remote.Options{})
	g := s.connect()
	other := []byte("\xa1\x6c\x02\x01\x00\x00\x00\x08") // a CREATE of version 2
	for _, frame := range [][]byte{nil, []byte("GET / HTTP/1.1"), make([]byte, 100_000), other} {
		if err := g.conn.Send(frame); err != nil {
			t.Fatal(err)
		}
		if status := g.reply(); status != wire.NoConnection {
			t.Fatal(status)
		}
	}
	g.send(wire.Control{Type: wire.Reply})
	g.send(wire.Control{Type: wire.Start})
	g.send(wire.Control{Type: wire.Destroy})
	g.begin()
	for _, frame := range [][]byte{nil, []byte("GET / HTTP/1.1"), make([]byte, 100_000)} {
		if err := g.data.Send(frame); err != nil {
			t.Fatal(err)
		}
	}
	g.publish("hello")
	if got, _ := g.receive(); got != "hello" {
		t.Errorf("received %q", got)
	}
}

func TestAnAddressThatCannotBeListenedAt(t *testing.T) {
	for _, control := range []string{"", "http://127.0.0.1:80", "/nonexistent/folder/c"} {
		err := remote.Serve(t.Context(), control, nil, remote.Options{})
		if err == nil || strings.Contains(err.Error(), "panic") {
			t.Errorf("%q: %v", control, err)
		}
	}
}

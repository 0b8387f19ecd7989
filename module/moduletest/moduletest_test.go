package moduletest

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// module under test: each hook is one part of its life; nil does what is right.
type subject struct {
	configure func(args json.RawMessage) error
	open      func() error
	start     func(host module.Host) error
	receive   func(out *engine.Publisher, m message.Message) error
	stop      func() error
	close     func() error
}

func (s *subject) Configure(args json.RawMessage) error { return call(s.configure, args) }

func (s *subject) Open(context.Context, module.Host) error { return do(s.open) }

func (s *subject) Start(_ context.Context, host module.Host) error { return call(s.start, host) }

func (s *subject) Receive(_ context.Context, out *engine.Publisher, m message.Message) error {
	if s.receive == nil {
		return nil
	}
	return s.receive(out, m)
}

func (s *subject) Stop(context.Context) error { return do(s.stop) }

func (s *subject) Close() error { return do(s.close) }

func do(f func() error) error {
	if f == nil {
		return nil
	}
	return f()
}

func call[T any](f func(T) error, with T) error {
	if f == nil {
		return nil
	}
	return f(with)
}

func specOf(s func() *subject) module.Spec {
	return module.Spec{
		Name: "subject", Summary: "Is tested",
		Args: []module.Arg{
			{Name: "text", Type: module.String, Required: true, Doc: "Any"},
			{Name: "n", Type: module.Int, Doc: "Any"},
		},
		Reads:   []module.Property{{Name: "kind", Doc: "Any"}},
		Writes:  []module.Property{{Name: "declared*", Doc: "Any"}},
		Example: json.RawMessage(`{"text":"x"}`),
		New:     func() module.Module { return s() },
	}
}

// faulty are modules that break the contract, with what Run says of them.
var faulty = map[string]struct {
	says string
	make func() *subject
}{
	"makes a file": {"Configure has made left.txt", func() *subject {
		return &subject{configure: func(json.RawMessage) error {
			return os.WriteFile("left.txt", nil, 0o600)
		}}
	}},
	"starts a goroutine": {"Configure has started something", func() *subject {
		return &subject{configure: func(json.RawMessage) error {
			go func() { select {} }()
			return nil
		}}
	}},
	"panics without arguments": {"panic", func() *subject {
		return &subject{configure: func(args json.RawMessage) error {
			_ = args[10]
			return nil
		}}
	}},
	"accepts anything": {`{"text":"bad"}: accepted`, func() *subject { return new(subject) }},
	"publishes what it does not declare": {`property "undeclared" is published`, func() *subject {
		return &subject{receive: func(out *engine.Publisher, _ message.Message) error {
			d, err := out.Claim(context.Background())
			if err != nil {
				return err
			}
			d.Set("declared1", "x")
			d.Set("undeclared", "x")
			return out.Publish(context.Background(), d)
		}}
	}},
	"fails to receive": {"receive: no", func() *subject {
		return &subject{receive: func(*engine.Publisher, message.Message) error {
			return errors.New("no")
		}}
	}},
	"leaves a goroutine": {"left behind", func() *subject {
		return &subject{start: func(module.Host) error {
			go func() { select {} }()
			return nil
		}}
	}},
	"needs Start before Receive": {"panic", func() *subject {
		var started *int
		return &subject{
			start: func(module.Host) error { started = new(int); return nil },
			receive: func(*engine.Publisher, message.Message) error {
				*started++
				return nil
			},
		}
	}},
	"stops slowly": {"stopping took", func() *subject {
		return &subject{stop: func() error { time.Sleep(promptly + time.Second/10); return nil }}
	}},
	"fails a task": {"stop: task failed", func() *subject {
		return &subject{start: func(host module.Host) error {
			host.Go(func(context.Context) error { return errors.New("task failed") })
			return nil
		}}
	}},
}

const faultyVariable = "MODULETEST_FAULTY"

// TestFaulty runs the suite on a faulty module, in a process of its own, because it fails.
func TestFaulty(t *testing.T) {
	if name := os.Getenv(faultyVariable); name != "" {
		Run(t, Kind{Spec: specOf(faulty[name].make), BadArgs: []string{`{"text":"bad"}`}})
		return
	}
	for name, f := range faulty {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := exec.Command(os.Args[0], "-test.run=^TestFaulty$")
			c.Env = append(os.Environ(), faultyVariable+"="+name)
			out, err := c.CombinedOutput()
			if err == nil || !strings.Contains(string(out), f.says) {
				t.Errorf("%v, want %q in:\n%s", err, f.says, out)
			}
		})
	}
}

func TestSound(t *testing.T) {
	Run(t, Kind{
		BadArgs: []string{`{"text":"bad"}`},
		Spec: specOf(func() *subject {
			return &subject{configure: func(args json.RawMessage) error {
				if strings.Contains(string(args), "bad") {
					return errors.New("bad")
				}
				return nil
			}}
		}),
	})
}

// TestFailedOpen: a module that did not open is neither attached, started, stopped nor closed.
func TestFailedOpen(t *testing.T) {
	var calls []string
	note := func(call string) func() error {
		return func() error { calls = append(calls, call); return nil }
	}
	r := assemble(t, &subject{
		open: func() error { return errors.New("no such device") },
		stop: note("stop"), close: note("close"),
	}, Options{})
	if err := r.open(nil); err == nil || !strings.Contains(err.Error(), "no such device") {
		t.Error(err)
	}
	if err := r.Stop(); err != nil || len(calls) > 0 {
		t.Error(err, calls)
	}
}

// TestLife: the parts of a life come in order, each once.
func TestLife(t *testing.T) {
	var calls []string
	note := func(call string) func() error {
		return func() error { calls = append(calls, call); return nil }
	}
	kind := specOf(func() *subject {
		return &subject{
			configure: func(json.RawMessage) error { return note("configure")() },
			open:      note("open"), stop: note("stop"), close: note("close"),
			start: func(host module.Host) error {
				calls = append(calls, "start")
				host.Go(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
				return nil
			},
		}
	})
	r := Start(t, kind, `{"text":"x"}`, Options{})
	if _, err := r.Publisher(); err != nil {
		t.Error(err)
	}
	if err := errors.Join(r.Stop(), r.Stop()); err != nil {
		t.Error(err)
	}
	if want := []string{"configure", "open", "start", "stop", "close"}; !slices.Equal(calls, want) {
		t.Errorf("%v, want %v", calls, want)
	}
	if _, err := r.Publisher(); err == nil {
		t.Error("a publisher after Stop")
	}
}

// TestFeedArrives: what is fed before Stop is received by then, in order, and what the module
// answers is collected.
func TestFeedArrives(t *testing.T) {
	kind := specOf(func() *subject {
		return &subject{receive: func(out *engine.Publisher, m message.Message) error {
			d, err := out.ClaimFrom(context.Background(), m)
			if err != nil {
				return err
			}
			d.SetContent(append([]byte("re: "), m.Content()...))
			return out.Publish(context.Background(), d)
		}}
	})
	r := Start(t, kind, `{"text":"x"}`, Options{})
	for _, text := range []string{"a", "b", "c"} {
		r.Feed(Message{Properties: map[string]string{"k": text}, Content: text})
	}
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	for i, m := range r.Collected() {
		want := string(rune('a' + i))
		if m.Content != "re: "+want || m.Properties["k"] != want {
			t.Errorf("message %d: %+v", i, m)
		}
	}
	if n := len(r.Collected()); n != 3 {
		t.Errorf("%d messages", n)
	}
}

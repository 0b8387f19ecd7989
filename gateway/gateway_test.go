package gateway

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

func TestLifeCycleInOrderAndInReverse(t *testing.T) {
	j := &journal{}
	a, b := &probe{name: "a", journal: j}, &probe{name: "b", journal: j}
	on, started := beacon()
	b.on = on
	if _, err := runUntil(t, doc(nil, a, b), quiet(), started); err != nil {
		t.Fatal(err)
	}
	const want = "configure a, configure b, open a, open b, start a, start b, " +
		"stop b, stop a, close b, close a"
	if got := j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAFailingStepIsUndoneAndNamed(t *testing.T) {
	for _, at := range []struct{ step, journal string }{
		{"configure", "configure a, configure b"},
		{"open", "configure a, configure b, configure c, open a, open b, close a"},
		{"start", "configure a, configure b, configure c, open a, open b, open c, " +
			"start a, start b, stop a, close c, close b, close a"},
	} {
		t.Run(at.step, func(t *testing.T) {
			j := &journal{}
			b := &probe{name: "b", journal: j, on: map[string]hook{at.step: fail}}
			a, c := &probe{name: "a", journal: j}, &probe{name: "c", journal: j}
			err := runProbes(t, doc(nil, a, b, c))
			expect(t, err, errProbe, `module "b": `+at.step)
			if got := j.String(); got != at.journal {
				t.Errorf("got  %s\nwant %s", got, at.journal)
			}
		})
	}
}

func TestAFailingAttachIsUndoneAndNamed(t *testing.T) {
	j := &journal{}
	err := runProbes(t, doc(nil, &probe{name: "a", journal: j}, &probe{name: "a", journal: j}))
	expect(t, err, nil, `module "a": attach`)
	const want = "configure a, configure a, open a, open a, close a, close a"
	if got := j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAFailingLinkIsUndoneAndNamed(t *testing.T) {
	j := &journal{}
	links := []document.Link{{Source: "a", Sink: "nobody"}}
	err := runProbes(t, doc(links, &probe{name: "a", journal: j}))
	expect(t, err, nil, "link a -> nobody")
	if got, want := j.String(), "configure a, open a, close a"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestATaskBegunByAStartThatFailsIsOver(t *testing.T) {
	ended := make(chan struct{})
	a := &probe{name: "a"}
	a.on = map[string]hook{"start": func(_ context.Context, h module.Host) error {
		h.Go(func(ctx context.Context) error {
			defer close(ended)
			<-ctx.Done()
			return ctx.Err()
		})
		return errProbe
	}}
	expect(t, runProbes(t, doc(nil, a)), errProbe, `module "a": start`)
	select {
	case <-ended:
	default:
		t.Error("the task was still running when Run returned")
	}
}

func TestAnInterruptWhileStartingIsFollowed(t *testing.T) {
	j := &journal{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	interrupted := func(context.Context, module.Host) error { cancel(); return nil }
	a := &probe{name: "a", journal: j, on: map[string]hook{"open": interrupted}}
	g, err := New(doc(nil, a, &probe{name: "b", journal: j}), quiet())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	if got, want := j.String(), "configure a, configure b, open a, close a"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEndsByItselfWhenAllTasksHave(t *testing.T) {
	const n = 1000
	received := 0
	sink := &probe{name: "sink"}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error {
		received++
		return nil
	}
	source := func(name string) *probe {
		return &probe{name: name, on: task(
			func(ctx context.Context, h module.Host) error { return publish(ctx, h, n, "from", name) })}
	}
	links := []document.Link{{Source: "a", Sink: "sink"}, {Source: "b", Sink: "sink"}}
	report, err := runUntil(t, doc(links, source("a"), source("b"), sink), quiet(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if received != 2*n || report.Engine.Published != 2*n {
		t.Errorf("published %d, received %d; want %d", report.Engine.Published, received, 2*n)
	}
	balanced(t, report)
}

// afterStart is a log that tells when the gateway runs.
type afterStart chan struct{}

func (c afterStart) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "msg=running") {
		close(c)
	}
	return len(line), nil
}

func TestWithoutTasksRunsUntilCancelled(t *testing.T) {
	running := make(afterStart)
	g, err := New(doc(nil, &probe{name: "a"}),
		Options{Log: slog.New(slog.NewTextHandler(running, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := g.Run(ctx)
		ended <- err
	}()
	<-running
	select {
	case err := <-ended:
		t.Errorf("ended by itself: %v", err)
	case <-time.After(50 * time.Millisecond): // long enough to notice a gateway that ends at once
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	cancel()
}

func TestRunsOnceOnly(t *testing.T) {
	g, err := New(doc(nil), quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	if _, err := g.Run(ctx); !errors.Is(err, ErrUsed) {
		t.Errorf("got %v, want %v", err, ErrUsed)
	}
}

// runProbes runs a document that is expected to fail before it has started.
func runProbes(t *testing.T, d *document.Document) error {
	t.Helper()
	g, err := New(d, quiet())
	if err != nil {
		return err
	}
	_, err = g.Run(t.Context())
	return err
}

func expect(t *testing.T, err, target error, text string) {
	t.Helper()
	right := target == nil || errors.Is(err, target)
	if err == nil || !right || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want an error with %q", err, text)
	}
}

func balanced(t *testing.T, r Report) {
	t.Helper()
	for _, l := range r.Engine.Links {
		if out := l.Delivered + l.Filtered + l.Dropped.Total() + l.Left; out != l.In {
			t.Errorf("%s -> %s: in %d, accounted for %d", l.Source, l.Sink, l.In, out)
		}
	}
}

// The document says what the engine may take: a message beyond it is refused, and the gateway's own
// document has it still.
func TestTheDocumentSaysWhatTheEngineMayTake(t *testing.T) {
	var refused error
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		out, err := h.Publisher()
		if err != nil {
			return err
		}
		defer out.Close()
		draft, err := out.Claim(ctx)
		if err != nil {
			return err
		}
		draft.SetContent(make([]byte, 2000))
		refused = draft.Err()
		draft.Abort()
		return nil
	})}
	d := doc(nil, source)
	d.Engine.Limits.Content = 1999
	g, err := New(d, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Run(t.Context()); err != nil || !errors.Is(refused, message.ErrContent) {
		t.Error(err, refused)
	}
	if got := g.Document().Engine; got != d.Engine {
		t.Errorf("%+v", got)
	}
}

package gateway

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

const forEver = math.MaxInt

func TestStopUnderLoad(t *testing.T) {
	enough, received := make(chan struct{}), 0
	sink := &probe{name: "sink"}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error {
		if received++; received == 10_000 {
			close(enough)
		}
		return nil
	}
	flood := task(func(ctx context.Context, h module.Host) error {
		return publish(ctx, h, forEver, "k", "v")
	})
	links := []document.Link{{Source: "a", Sink: "sink"}, {Source: "b", Sink: "sink"}}
	d := doc(links, &probe{name: "a", on: flood},
		&probe{name: "b", on: flood}, sink)
	report, err := runUntil(t, d, quiet(), enough)
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, report)
	var delivered uint64
	for _, l := range report.Engine.Links {
		delivered += l.Delivered
	}
	left := report.Engine.Undelivered()
	if int(delivered) != received || received < 10_000 || left != 0 {
		t.Errorf("delivered %d, received %d, left %d", delivered, received, left)
	}
}

// TestWhatHangsIsNamed lets one step of one module hang: the gateway must come to an end, name
// that module and no other, and stop the others as usual.
func TestWhatHangsIsNamed(t *testing.T) {
	for _, c := range []struct{ step, stuck, journal string }{
		{"stop", "Stop", "stop b, close c, close a"},
		{"close", "Close", "stop b, close c, close b, close a"},
		{"task", aTask, "stop b, close c, close a"},
		{"receive", "Receive", "stop b, close c, close a"},
	} {
		t.Run(c.step, func(t *testing.T) {
			release, hanging := make(chan struct{}), make(chan struct{})
			over := make(chan struct{})
			defer func() { close(release); <-over }()
			hang := func(context.Context, module.Host) error {
				close(hanging)
				<-release
				close(over)
				return nil
			}
			report, j, err := runHanging(t, c.step, hang, hanging)
			expect(t, err, nil, `module "b" did not stop in time: `+c.stuck)
			for _, m := range report.Modules {
				if want := m.Name == "b"; want != slices.Contains(m.Stuck, c.stuck) {
					t.Errorf("%s: stuck %v", m.Name, m.Stuck)
				}
			}
			if _, got, _ := strings.Cut(j.String(), "stop a, "); got != c.journal {
				t.Errorf("got  %s\nwant %s", got, c.journal)
			}
		})
	}
}

func runHanging(
	t *testing.T, step string, hang hook, hanging <-chan struct{},
) (Report, *journal, error) {
	j := &journal{}
	a, b, c := &probe{name: "a", journal: j}, &probe{name: "b", journal: j},
		&probe{name: "c", journal: j}
	on, up := beacon()
	c.on = on
	switch step {
	case "task":
		b.on = task(func(ctx context.Context, h module.Host) error { <-up; return hang(ctx, h) })
	case "receive":
		a.on = task(func(ctx context.Context, h module.Host) error {
			<-up
			return publishOneAndWait(ctx, h)
		})
		b.receive = func(ctx context.Context, _ *engine.Publisher, _ message.Message) error {
			return hang(ctx, nil)
		}
	default:
		b.on = map[string]hook{step: hang}
		hanging = up
	}
	o := quiet()
	o.StopTimeout = time.Second
	report, err := runUntil(t, doc([]document.Link{{Source: "a", Sink: "b"}}, a, b, c), o, hanging)
	return report, j, err
}

func publishOneAndWait(ctx context.Context, h module.Host) error {
	if err := publish(ctx, h, 1, "k", "v"); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// TestWhatATaskPublishesLastIsDelivered lets a task hand over what it still has once it is to stop, and
// others have been stopped.
func TestWhatATaskPublishesLastIsDelivered(t *testing.T) {
	const n = 10_000
	stopped, received := make(chan struct{}), 0
	sink := &probe{name: "sink"}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error {
		received++
		return nil
	}
	source := &probe{name: "source"}
	source.on = map[string]hook{"start": func(_ context.Context, h module.Host) error {
		out, err := h.Publisher()
		h.Go(func(ctx context.Context) error {
			defer out.Close()
			<-stopped
			return publishTo(context.WithoutCancel(ctx), out, n, "k", "v")
		})
		return err
	}}
	on, up := beacon()
	on["stop"] = func(context.Context, module.Host) error {
		close(stopped)
		return nil
	}
	links := []document.Link{{Source: "source", Sink: "sink"}}
	_, err := runUntil(t, doc(links, sink, source, &probe{name: "last", on: on}), quiet(), up)
	if err != nil || received != n {
		t.Errorf("received %d with error %v, want %d", received, err, n)
	}
}

func TestAFailingTaskMakesTheRunAFailureAndTheOthersGoOn(t *testing.T) {
	failed, received := make(chan struct{}), 0
	bad := &probe{name: "bad", on: task(
		func(context.Context, module.Host) error {
			defer close(failed)
			return errProbe
		})}
	good := &probe{name: "good", on: task(
		func(ctx context.Context, h module.Host) error {
			<-failed
			return publish(ctx, h, 100, "k", "v")
		})}
	sink := &probe{name: "sink"}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error {
		received++
		return nil
	}
	links := []document.Link{{Source: "good", Sink: "sink"}}
	_, err := runUntil(t, doc(links, bad, good, sink), quiet(), nil)
	expect(t, err, errProbe, `module "bad": task`)
	if received != 100 {
		t.Errorf("received %d, want 100", received)
	}
}

func TestErrorsOfStopAndCloseAreReported(t *testing.T) {
	for _, step := range []string{"Stop", "Close"} {
		a := &probe{name: "a", on: map[string]hook{strings.ToLower(step): fail}}
		_, err := runUntilUp(t, a)
		expect(t, err, errProbe, `module "a": `+step)
	}
}

package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// panicsOnce makes a sink that panics over the first message, in its first life.
func panicsOnce(name string) *probe {
	first := true
	return &probe{name: name, receive: func(context.Context, *engine.Publisher, message.Message) error {
		if first {
			first = false
			panic("once")
		}
		return nil
	}}
}

// What a task of one life returned is not forgotten with that life.
func TestATaskErrorOutlivesARestart(t *testing.T) {
	lives := 0
	failed := make(chan struct{})
	sink := panicsOnce("sink")
	sink.on = map[string]hook{"start": func(_ context.Context, h module.Host) error {
		if lives++; lives == 1 {
			h.Go(func(context.Context) error { defer close(failed); return errProbe })
		}
		return nil
	}}
	d := supervised(20, sink, document.Restart{Backoff: time.Millisecond})
	publishes := d.Modules[1].Spec.New().(*probe)
	publishes.on = task(func(ctx context.Context, h module.Host) error {
		<-failed
		return publish(ctx, h, 20, "k", "v")
	})
	r, err := runUntil(t, d, quiet(), nil)
	expect(t, err, errProbe, `module "sink": task`)
	if m := moduleOf(t, r, "sink"); m.Restarts != 1 || len(m.Errors) != 1 {
		t.Errorf("%+v", m)
	}
}

// Of errors without end some are kept.
func TestTaskErrorsAreBounded(t *testing.T) {
	var e taskErrors
	for range 3 * taskErrorsMax {
		e.add(errProbe)
	}
	list := e.list()
	if len(list) != taskErrorsMax+1 || !strings.Contains(list[taskErrorsMax].Error(), "and 32 errors more") {
		t.Error(list)
	}
}

// What a module has counted in one life is added to what it counts in the next.
func TestFiguresOutliveARestart(t *testing.T) {
	sink := panicsOnce("sink")
	d := supervised(20, sink, document.Restart{Backoff: time.Millisecond})
	d.Modules[0].Spec.New = func() module.Module { return slow{probe: sink} }
	r, _ := runUntil(t, d, quiet(), nil)
	want := []module.Figure{{Name: "counted", N: 14}}
	if m := moduleOf(t, r, "sink"); m.Restarts != 1 || !slices.Equal(m.Figures, want) {
		t.Errorf("%+v", m)
	}
}

func TestFiguresAddUpByName(t *testing.T) {
	sum := sumFigures([]module.Figure{{Name: "a", N: 1}, {Name: "b", N: 2}}, []module.Figure{{Name: "c", N: 4}, {Name: "b", N: 8}})
	if want := []module.Figure{{Name: "a", N: 1}, {Name: "b", N: 10}, {Name: "c", N: 4}}; !slices.Equal(sum, want) {
		t.Error(sum)
	}
}

// A Spec's New that panics, or makes nothing, is an error of its module.
func TestANewThatFails(t *testing.T) {
	for says, make := range map[string]func() module.Module{
		"panic: no module": func() module.Module { panic("no module") },
		"made nothing":     func() module.Module { return nil },
	} {
		d := doc(nil, &probe{name: "bad"})
		d.Modules[0].Spec.New = make
		_, err := New(d, quiet())
		expect(t, err, nil, `module "bad": make: `)
		expect(t, err, nil, says)
	}
}

// A new life that cannot even be made is a failure like any other, and what lived before is closed
// once.
func TestANewThatPanicsInARestart(t *testing.T) {
	j := &journal{}
	sink := panicsOnce("sink")
	sink.journal = j
	d := supervised(20, sink, document.Restart{Max: 2, Backoff: time.Millisecond})
	made := 0
	d.Modules[0].Spec.New = func() module.Module {
		if made++; made > 1 {
			panic("no second one")
		}
		return sink
	}
	r, err := runUntil(t, d, quiet(), nil)
	if err == nil || !strings.Contains(err.Error(), "no second one") {
		t.Error(err)
	}
	if m := moduleOf(t, r, "sink"); m.Restarts != 2 || m.Quarantined == "" {
		t.Errorf("%+v", m)
	}
	if n := strings.Count(j.String(), "close sink"); n != 1 {
		t.Errorf("closed %d times: %s", n, j)
	}
}

// A Waiting that panics is noted once, not at every look.
func TestAWaitingThatPanicsIsAskedOnce(t *testing.T) {
	asks := 0
	sink := &probe{name: "sink"}
	in := &instance{
		supervisor: newSupervisor(document.Restart{}), gateway: &Gateway{options: quiet().withDefaults()},
		code: asked{sink, func() { asks++; panic("no answer") }}, log: quiet().Log,
	}
	in.host = newHost(in, in.gateway, in.log)
	for range 3 {
		if in.excused() {
			t.Error("excused")
		}
	}
	if asks != 1 || len(in.errs) != 1 || errors.Is(in.errs[0], errStuck) {
		t.Errorf("asked %d times: %v", asks, in.errs)
	}
}

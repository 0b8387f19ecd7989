package gateway

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// hang is a hook that hangs in its n-th call, until the test is over or lets it go.
type hang struct {
	n     int32
	calls atomic.Int32
	let   chan struct{}
	over  chan struct{}
}

func newHang(t *testing.T, n int32) *hang {
	h := &hang{n: n, let: make(chan struct{}), over: make(chan struct{})}
	t.Cleanup(h.end)
	return h
}

func (h *hang) step(context.Context, module.Host) error {
	if h.calls.Add(1) == h.n {
		defer close(h.over)
		<-h.let
	}
	return nil
}

func (h *hang) end() {
	if h.calls.Load() < h.n {
		return
	}
	select {
	case <-h.over:
	default:
		close(h.let)
		<-h.over
	}
}

// A module that panics, and hangs while it begins anew, goes into quarantine. Its peers go on: what
// has its source waited gets all that there is.
func TestAHangInANewLife(t *testing.T) {
	for _, step := range []string{"configure", "open", "start"} {
		t.Run(step, func(t *testing.T) {
			const n = 1000
			hang := newHang(t, 2)
			received := 0
			bad := &probe{name: "bad", on: map[string]hook{step: hang.step}}
			bad.receive = func(context.Context, *engine.Publisher, message.Message) error {
				received++
				panic("once")
			}
			well := 0
			healthy := &probe{name: "healthy"}
			healthy.receive = func(context.Context, *engine.Publisher, message.Message) error { well++; return nil }
			d := supervised(n, bad, document.Restart{Backoff: time.Millisecond})
			with := doc([]document.Link{{Source: "source", Sink: "healthy"}}, healthy)
			d.Modules, d.Links = append(d.Modules, with.Modules...), append(d.Links, with.Links...)
			o := quiet()
			o.StopTimeout, o.StartTimeout = 400*time.Millisecond, time.Minute
			r, err := runUntil(t, d, o, nil)
			name := strings.ToUpper(step[:1]) + step[1:]
			if err == nil || !strings.Contains(err.Error(), name+" did not return for a restart") {
				t.Error(err)
			}
			m := moduleOf(t, r, "bad")
			if m.Quarantined == "" || !slices.Contains(m.Stuck, name) {
				t.Errorf("%+v", m)
			}
			if well != n || received != 1 {
				t.Errorf("received %d and %d", well, received)
			}
			for _, l := range r.Engine.Links {
				if l.Sink == "bad" && (l.Delivered != 0 || l.Dropped.Total() != n) {
					t.Errorf("%+v", l)
				}
			}
		})
	}
}

// The same when it was a task that panicked, and the handler waits for the new life meanwhile: what it
// was called with is nobody's any more.
func TestAHangInANewLifeAfterATask(t *testing.T) {
	hang, began := newHang(t, 2), make(chan struct{})
	var lives atomic.Int32
	received := 0
	sink := &probe{name: "sink", on: map[string]hook{
		"open": func(ctx context.Context, h module.Host) error {
			if lives.Add(1) == 2 {
				close(began)
			}
			return hang.step(ctx, h)
		},
		"start": func(_ context.Context, h module.Host) error {
			h.Go(func(context.Context) error { panic("in a task") })
			return nil
		},
	}}
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error { received++; return nil }
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		<-began
		return publish(ctx, h, 100, "k", "v")
	})}
	d := doc([]document.Link{{Source: "source", Sink: "sink"}}, sink, source)
	d.Modules[0].Restart.Backoff, d.Modules[0].Capacity = time.Millisecond, 2
	o := quiet()
	o.StopTimeout = 400 * time.Millisecond
	r, _ := runUntil(t, d, o, nil)
	if l := r.Engine.Links[0]; received != 0 || l.Delivered != 0 || l.Dropped.Total() != 100 {
		t.Errorf("received %d, %+v", received, l)
	}
}

// A module that hangs while it begins for the first time does not hold up the gateway's end: neither
// when its own time is up, nor when the gateway is told to stop.
func TestAHangInTheFirstLife(t *testing.T) {
	for _, step := range []string{"open", "start"} {
		for _, end := range []string{"its time is up", "stop"} {
			t.Run(step+", "+end, func(t *testing.T) {
				hang, j, enough := newHang(t, 1), &journal{}, make(chan struct{})
				bad := &probe{name: "bad", journal: j, on: map[string]hook{step: func(ctx context.Context, h module.Host) error {
					close(enough)
					return hang.step(ctx, h)
				}}}
				o := quiet()
				o.StopTimeout, o.StartTimeout = 400*time.Millisecond, time.Hour
				stop := enough
				if end != "stop" {
					o.StartTimeout, stop = 10*time.Millisecond, nil
				}
				r, err := runUntil(t, doc(nil, &probe{name: "first", journal: j}, bad), o, stop)
				expect(t, err, nil, `module "bad"`)
				expect(t, err, nil, "return in time")
				if m := moduleOf(t, r, "bad"); len(m.Stuck) != 1 || !strings.EqualFold(m.Stuck[0], step) {
					t.Errorf("%+v", m)
				}
				if steps := j.String(); !strings.Contains(steps, "close first") || strings.Contains(steps, "close bad") {
					t.Errorf("steps %s", steps)
				}
				hang.end()
				for step == "open" && !strings.Contains(j.String(), "close bad") { // what it acquired
					runtime.Gosched()
				}
			})
		}
	}
}

// The same before there is a gateway.
func TestAHangInConfigure(t *testing.T) {
	hang := newHang(t, 1)
	o := quiet()
	o.StartTimeout = 10 * time.Millisecond
	_, err := New(doc(nil, &probe{name: "bad", on: map[string]hook{"configure": hang.step}}), o)
	expect(t, err, errStuck, `module "bad": configure`)
}

// asked is a module whose answers are what the test wants.
type asked struct {
	*probe
	answer func()
}

func (a asked) Figures() []module.Figure {
	a.answer()
	return []module.Figure{{Name: "counted", N: 7}}
}

func (a asked) Waiting() bool { a.answer(); return false }

// What a module is asked has its time, too, and may panic.
func TestAnswersHaveTheirTime(t *testing.T) {
	hang := newHang(t, 1)
	for what, answer := range map[string]func(){
		"had not returned":    func() { _ = hang.step(context.Background(), nil) },
		"panic: no figures":   func() { panic("no figures") },
		"ended its goroutine": runtime.Goexit,
	} {
		o := quiet()
		o.StopTimeout = 200 * time.Millisecond
		on, up := beacon()
		d := doc(nil, asked{&probe{name: "asked"}, answer}, &probe{name: "last", on: on})
		_, err := runUntil(t, d, o, up)
		expect(t, err, nil, what)
	}
}

// A handler that is at work while its module is asked whether it waits is excused no longer than the
// answer takes.
func TestAHandlerIsNotExcusedByNoAnswer(t *testing.T) {
	hang, work := newHang(t, 1), newHang(t, 1)
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		return work.step(context.Background(), nil)
	}}
	source := &probe{name: "source", on: task(publishOneAndWait)}
	d := doc([]document.Link{{Source: "source", Sink: "other"}},
		asked{sink, func() { _ = hang.step(context.Background(), nil) }}, source)
	d.Modules[0].Restart.Hang = 10 * time.Millisecond
	o := quiet()
	o.StopTimeout = 400 * time.Millisecond
	log, up := new(lines), make(chan struct{})
	o.Log = slog.New(slog.NewTextHandler(log, nil))
	go func() {
		for !strings.Contains(log.String(), "in quarantine") {
			time.Sleep(time.Millisecond)
		}
		close(up)
	}()
	r, _ := runUntil(t, d, o, up)
	if m := moduleOf(t, r, "other"); !slices.Contains(m.Stuck, "Waiting") || m.Quarantined == "" {
		t.Errorf("%+v", m)
	}
}

// A module whose new life failed to begin takes no messages before it lives.
func TestNoMessagesBetweenLives(t *testing.T) {
	var lives, alive atomic.Int32
	sink := &probe{name: "sink"}
	received := 0
	sink.receive = func(context.Context, *engine.Publisher, message.Message) error {
		if alive.Load() == 0 {
			return errors.New("called before its life began")
		}
		received++
		return nil
	}
	failing := make(chan struct{})
	sink.on = map[string]hook{
		"open": func(context.Context, module.Host) error {
			alive.Store(0)
			switch lives.Add(1) {
			case 2:
				close(failing)
				return errProbe
			case 3:
				time.Sleep(20 * time.Millisecond) // messages wait
			}
			return nil
		},
		"start": func(_ context.Context, h module.Host) error {
			alive.Store(1)
			if lives.Load() == 1 {
				h.Go(func(context.Context) error { panic("in a task") })
			}
			return nil
		},
	}
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		<-failing
		return publish(ctx, h, 100, "k", "v")
	})}
	d := doc([]document.Link{{Source: "source", Sink: "sink"}}, sink, source)
	d.Modules[0].Restart.Backoff = 50 * time.Millisecond
	r, err := runUntil(t, d, quiet(), nil)
	if m := moduleOf(t, r, "sink"); err != nil || m.ReceiveErrors != 0 || received != 100 {
		t.Errorf("%v, received %d, %+v", err, received, m)
	}
}

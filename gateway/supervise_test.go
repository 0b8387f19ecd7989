package gateway

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
)

// supervised makes a document of a source that publishes n messages and a sink that is restarted by
// these rules, with a ring of two.
func supervised(n int, sink *probe, rules document.Restart) *document.Document {
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		return publish(ctx, h, n, "k", "v")
	})}
	d := doc([]document.Link{{Source: "source", Sink: sink.name}}, sink, source)
	d.Modules[0].Restart, d.Modules[0].Capacity = rules, 2
	return d
}

func moduleOf(t *testing.T, r Report, name string) ModuleReport {
	t.Helper()
	for _, m := range r.Modules {
		if m.Name == name {
			return m
		}
	}
	t.Fatalf("no module %s in %+v", name, r)
	return ModuleReport{}
}

// A module that panics lives again, in the order of a life, and goes on with the next message.
func TestAPanickingModuleIsRestarted(t *testing.T) {
	var calls atomic.Int32
	j := &journal{}
	sink := &probe{name: "sink", journal: j, receive: func(context.Context, *engine.Publisher, message.Message) error {
		if n := calls.Add(1); n == 2 || n == 5 {
			panic("in the middle")
		}
		return nil
	}}
	r, err := runUntil(t, supervised(10, sink, document.Restart{Backoff: time.Millisecond}), quiet(), nil)
	expect(t, err, ErrFailed, "2 on source -> sink")
	const life, again = "configure sink, open sink, start sink", ", stop sink, close sink"
	if want := life + again + ", " + life + again + ", " + life + again; j.String() != want {
		t.Errorf("steps %s\nwant  %s", j, want)
	}
	if m := moduleOf(t, r, "sink"); m.Restarts != 2 || m.Quarantined != "" {
		t.Errorf("%+v", m)
	}
	l := r.Engine.Links[0]
	if l.Delivered != 8 || l.Dropped.Failed() != 2 {
		t.Errorf("%+v", l)
	}
	balanced(t, r)
}

// One that panics again and again is put into quarantine, and its source does not wait for it.
func TestQuarantineAfterTooManyRestarts(t *testing.T) {
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		panic("always")
	}}
	rules := document.Restart{Max: 2, Backoff: time.Millisecond}
	r, err := runUntil(t, supervised(1000, sink, rules), quiet(), nil)
	if err == nil || !strings.Contains(err.Error(), `module "sink" was put into quarantine: panic: always`) {
		t.Errorf("got %v", err)
	}
	if m := moduleOf(t, r, "sink"); m.Restarts != 2 || m.Quarantined == "" {
		t.Errorf("%+v", m)
	}
	if l := r.Engine.Links[0]; l.In != 1000 || l.Delivered != 0 || l.Dropped.Failed()+l.Dropped.Closed != 1000 {
		t.Errorf("%+v", l)
	}
}

func TestNeverMeansQuarantineAtOnce(t *testing.T) {
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		panic("once")
	}}
	r, err := runUntil(t, supervised(10, sink, document.Restart{Never: true}), quiet(), nil)
	if m := moduleOf(t, r, "sink"); err == nil || m.Restarts != 0 || m.Quarantined != "panic: once" {
		t.Errorf("%v, %+v", err, m)
	}
}

// A panic in a task restarts the module too; the gateway does not think meanwhile that all is done.
func TestAPanickingTaskRestartsItsModule(t *testing.T) {
	var lives atomic.Int32
	source := &probe{name: "source", on: task(func(ctx context.Context, h module.Host) error {
		if lives.Add(1) == 1 {
			panic("first life")
		}
		return publish(ctx, h, 5, "k", "v")
	})}
	d := doc([]document.Link{{Source: "source", Sink: "sink"}}, &probe{name: "sink"}, source)
	r, err := runUntil(t, d, quiet(), nil)
	if err != nil || r.Engine.Links[0].Delivered != 5 {
		t.Errorf("%v, %+v", err, r.Engine.Links)
	}
	if m := moduleOf(t, r, "source"); m.Restarts != 1 {
		t.Errorf("%+v", m)
	}
}

// A failure while a new life begins is one more failure; panics of any step are errors.
func TestARestartThatFails(t *testing.T) {
	var opened atomic.Int32
	sink := &probe{name: "sink",
		on: map[string]hook{"open": func(context.Context, module.Host) error {
			if opened.Add(1) == 2 {
				panic("cannot open")
			}
			return nil
		}},
		receive: func(context.Context, *engine.Publisher, message.Message) error {
			if opened.Load() == 1 {
				panic("broken")
			}
			return nil
		}}
	r, err := runUntil(t, supervised(10, sink, document.Restart{Backoff: time.Millisecond}), quiet(), nil)
	if !errors.Is(err, ErrFailed) || opened.Load() != 3 {
		t.Errorf("%v, opened %d times", err, opened.Load())
	}
	if l := r.Engine.Links[0]; l.Delivered != 9 || l.Dropped.Failed() != 1 {
		t.Errorf("%+v", l)
	}
}

func TestAPanicWhileStartingUndoesTheStart(t *testing.T) {
	bad := &probe{name: "bad", on: map[string]hook{"open": func(context.Context, module.Host) error { panic("at once") }}}
	_, err := runUntil(t, doc(nil, bad), quiet(), nil)
	if err == nil || !strings.Contains(err.Error(), `module "bad": open: panic: at once`) {
		t.Errorf("got %v", err)
	}
}

// A gateway that is asked to stop does not wait for a restart's time to come.
func TestStopWhileARestartIsDue(t *testing.T) {
	failed := make(chan struct{})
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		close(failed)
		panic("wait an hour")
	}}
	began := time.Now()
	r, err := runUntil(t, supervised(1, sink, document.Restart{Backoff: time.Hour}), quiet(), failed)
	if !errors.Is(err, ErrFailed) || time.Since(began) > time.Minute {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if m := moduleOf(t, r, "sink"); m.Restarts != 0 || m.Quarantined != "" {
		t.Errorf("%+v", m)
	}
}

// A handler that does not return is found, its module put into quarantine, and its source goes on.
func TestAHandlerThatHangs(t *testing.T) {
	release := make(chan struct{})
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		<-release
		return nil
	}}
	d := supervised(100, sink, document.Restart{Hang: 300 * time.Millisecond})
	var log lines
	o := quiet()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	d.Modules[1].Spec.New = after(d.Modules[1].Spec.New, func() { time.AfterFunc(2*time.Second, func() { close(release) }) })
	r, err := runUntil(t, d, o, nil)
	m := moduleOf(t, r, "sink")
	if err == nil || !strings.Contains(m.Quarantined, "has not returned") || !strings.Contains(m.Quarantined, "messages held: ") {
		t.Errorf("%v, %+v", err, m)
	}
	if l := r.Engine.Links[0]; l.In != 100 || l.Delivered == 0 || l.Delivered+l.Dropped.Failed()+l.Dropped.Closed != 100 {
		t.Errorf("%+v", l)
	}
	if !strings.Contains(log.String(), "in quarantine") {
		t.Errorf("the log says\n%s", log.String())
	}
}

// after makes modules as before, and does something more when the first is made.
func after(spec func() module.Module, more func()) func() module.Module {
	var once sync.Once
	return func() module.Module {
		once.Do(more)
		return spec()
	}
}

// lines is a log that may be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestDeadLettersOfADocument(t *testing.T) {
	var letters atomic.Int32
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		panic("always")
	}}
	d := supervised(20, sink, document.Restart{Never: true})
	grave := &probe{name: "grave", receive: func(_ context.Context, _ *engine.Publisher, m message.Message) error {
		if source, _ := m.Property(engine.DeadLetterSource); string(source) == "source" {
			letters.Add(1)
		}
		return nil
	}}
	d.Modules = append(d.Modules, doc(nil, grave).Modules...)
	d.DeadLetter = "grave"
	if _, err := runUntil(t, d, quiet(), nil); err == nil || letters.Load() != 20 {
		t.Errorf("%v, %d letters", err, letters.Load())
	}
}

// What links drop is logged at once, and then seldom: not message by message.
func TestDropsAreLoggedSeldom(t *testing.T) {
	var log lines
	o := quiet()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	w := &watcher{gateway: &Gateway{options: o}, drops: make(map[[2]string]*droppingLink)}
	now := time.Now()
	dropped := func(n uint64, at time.Duration) {
		l := engine.LinkStats{Source: "a", Sink: "b"}
		l.Dropped.Newest = n
		w.links(engine.Stats{Links: []engine.LinkStats{l}}, now.Add(at))
	}
	dropped(0, 0)
	for i := range 9 {
		dropped(uint64(100+i), time.Duration(i)*time.Second)
	}
	dropped(1000, 11*time.Second)
	dropped(1000, 30*time.Second)
	text := log.String()
	if strings.Count(text, "a link drops messages") != 2 || !strings.Contains(text, "dropped=100 ") ||
		!strings.Contains(text, "dropped=900 ") || !strings.Contains(text, `reasons="1000 newest"`) {
		t.Errorf("the log says\n%s", text)
	}
}

// What failed at a sink is not said to be dropped.
func TestWhatFailedIsLoggedAsFailed(t *testing.T) {
	var log lines
	o := quiet()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	w := &watcher{gateway: &Gateway{options: o}, drops: make(map[[2]string]*droppingLink)}
	l := engine.LinkStats{Source: "a", Sink: "b"}
	l.Dropped.Error, l.Dropped.Newest = 3, 2
	w.links(engine.Stats{Links: []engine.LinkStats{l}}, time.Now())
	if text := log.String(); !strings.Contains(text, "messages fail") || !strings.Contains(text, "dropped=2 failed=3 ") {
		t.Errorf("the log says\n%s", text)
	}
}

// A module that waits for its restart does not hang.
func TestARestartIsNoHang(t *testing.T) {
	var calls atomic.Int32
	sink := &probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		if calls.Add(1) == 1 {
			panic("once")
		}
		return nil
	}}
	rules := document.Restart{Backoff: 1500 * time.Millisecond, Hang: 300 * time.Millisecond}
	r, err := runUntil(t, supervised(10, sink, rules), quiet(), nil)
	if m := moduleOf(t, r, "sink"); !errors.Is(err, ErrFailed) || m.Restarts != 1 || m.Quarantined != "" {
		t.Errorf("%v, %+v", err, m)
	}
}

// patient is a module whose handler waits for somebody outside.
type patient struct {
	*probe
	asked chan struct{} // whenever it is asked
}

func (p patient) Waiting() bool {
	p.asked <- struct{}{}
	return true
}

// A handler that waits for somebody who is away does not hang, however often it is looked at.
func TestWaitingForSomebodyOutsideIsNoHang(t *testing.T) {
	release := make(chan struct{})
	sink := patient{&probe{name: "sink", receive: func(context.Context, *engine.Publisher, message.Message) error {
		<-release
		return nil
	}}, make(chan struct{})}
	go func() {
		enough, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		for range 5 {
			select {
			case <-sink.asked:
			case <-enough.Done(): // nobody asks: it is in quarantine
			}
		}
		close(release)
		for range sink.asked {
		}
	}()
	defer close(sink.asked)
	d := supervised(100, sink.probe, document.Restart{Hang: time.Millisecond})
	d.Modules[0].Spec.New = func() module.Module { return sink }
	r, err := runUntil(t, d, quiet(), nil)
	if m := moduleOf(t, r, "sink"); err != nil || m.Quarantined != "" || r.Engine.Links[0].Delivered != 100 {
		t.Errorf("%v, %+v", err, m)
	}
}

// A module that takes from the bus may get messages, and panic, before it was started: it is restarted
// when it has been.
func TestAPanicBeforeTheStart(t *testing.T) {
	panicked := make(chan struct{})
	var calls atomic.Int32
	j := &journal{}
	everything := filter.Filter{}
	sink := &probe{name: "sink", journal: j, receive: func(context.Context, *engine.Publisher, message.Message) error {
		if calls.Add(1) == 1 {
			defer close(panicked)
			panic("early")
		}
		return nil
	}}
	source := &probe{name: "source", on: map[string]hook{"start": func(ctx context.Context, h module.Host) error {
		if err := publish(ctx, h, 3, "k", "v"); err != nil {
			return err
		}
		<-panicked
		return nil
	}}}
	last := &probe{name: "last", on: task(func(ctx context.Context, h module.Host) error { return nil })}
	d := doc(nil, source, sink, last)
	d.Modules[1].Filter, d.Modules[1].Restart.Backoff = &everything, time.Millisecond
	r, err := runUntil(t, d, quiet(), nil)
	if !errors.Is(err, ErrFailed) || calls.Load() != 3 {
		t.Errorf("%v, %d calls", err, calls.Load())
	}
	const life = "configure sink, open sink, start sink, stop sink, close sink"
	if m := moduleOf(t, r, "sink"); m.Restarts > 1 || !strings.HasPrefix(j.String(), life) {
		t.Errorf("%+v, steps %s", m, j)
	}
}

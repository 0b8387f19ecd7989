package engine_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// panics handles messages, and panics over those whose number it is told.
type panics struct {
	over []string

	mu  sync.Mutex
	got []string
}

func (p *panics) handle(_ context.Context, _ *engine.Publisher, m message.Message) {
	number, _ := m.Property("number")
	if slices.Contains(p.over, string(number)) {
		panic("over " + string(number))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, string(number))
}

func (p *panics) numbers() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.got, " ")
}

// failing is a source and a sink whose handler panics; what OnPanic is told is collected.
func failing(t *testing.T, h engine.Handler) (*engine.Engine, *engine.Publisher, *[]engine.Panic) {
	t.Helper()
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	told := new([]engine.Panic)
	attachWith(t, e, "sink", h, engine.ModuleOptions{
		OnPanic: func(p engine.Panic) { *told = append(*told, p) },
	})
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	return e, publisher(t, source), told
}

func publishNumbers(t *testing.T, p *engine.Publisher, n int) {
	t.Helper()
	var batch []message.Draft
	for i := range n {
		d := claim(t, p)
		d.Set("number", string(rune('0'+i)))
		batch = append(batch, d)
	}
	must(t, p.PublishBatch(within(t), batch))
}

// A handler that takes one message at a time loses only the one that it panicked over. Others do not
// notice.
func TestIsolation(t *testing.T) {
	h := &panics{over: []string{"3", "4", "7"}}
	e, p, told := failing(t, engine.Each(h.handle))
	other := &panics{}
	attach(t, e, "other", engine.Each(other.handle))
	link(t, e, engine.Link{Source: "source", Sink: "other"})
	publishNumbers(t, p, 9)
	r := closeWell(t, e)
	if got := h.numbers(); got != "0 1 2 5 6 8" {
		t.Errorf("received %s", got)
	}
	if got := other.numbers(); got != "0 1 2 3 4 5 6 7 8" {
		t.Errorf("the other received %s", got)
	}
	c := r.Links[slices.IndexFunc(r.Links, func(l engine.LinkStats) bool { return l.Sink == "sink" })]
	if c.Delivered != 6 || c.Dropped.Failed() != 3 || c.Dropped.Total() != 3 {
		t.Errorf("%+v", c)
	}
	if len(*told) != 3 {
		t.Fatalf("told of %d panics", len(*told))
	}
	for i, want := range h.over {
		told := (*told)[i]
		if told.Value != "over "+want || told.Messages != 1 || !strings.Contains(string(told.Stack), "handle") {
			t.Errorf("panic %d: %v over %d, at\n%s", i, told.Value, told.Messages, told.Stack)
		}
	}
}

// Of a batch nobody knows how far it got: all of it counts as failed, once.
func TestAPanicFailsTheWholeBatch(t *testing.T) {
	calls := 0
	e, p, told := failing(t, engine.HandlerFunc(
		func(_ context.Context, out *engine.Publisher, batch []message.Message) {
			if _, err := out.Claim(context.Background()); err != nil { // never published
				t.Error(err)
			}
			if calls++; calls == 1 {
				panic(len(batch))
			}
		}))
	publishNumbers(t, p, 5)
	r := closeWell(t, e)
	if len(*told) != 1 || (*told)[0].Value != (*told)[0].Messages {
		t.Fatalf("told %+v", *told)
	}
	failed := (*told)[0].Messages
	if c := r.Links[0]; int(c.Dropped.Failed()) != failed || int(c.Delivered) != 5-failed {
		t.Errorf("%d failed, but %+v", failed, c)
	}
}

// A module in quarantine holds nobody up: who waits for it goes on, what it had queued is counted as
// failed, and what comes is counted as closed; a call that is under way counts when it returns.
func TestQuarantine(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	h := newGated()
	sink := attachWith(t, e, "sink", h, engine.ModuleOptions{Capacity: 2})
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	<-h.entered
	waits := make(chan error)
	go func() {
		var err error
		for n := 1; n <= 3 && err == nil; n++ { // two find room
			err = publish(within(t), p, n)
		}
		waits <- err
	}()
	for !slices.ContainsFunc(e.Stats().Links, func(l engine.LinkStats) bool { return l.In == 4 }) {
		time.Sleep(time.Millisecond)
	}
	sink.Quarantine()
	must(t, <-waits)
	must(t, publish(within(t), p, 4))
	close(h.gate)
	r := closeWell(t, e)
	c := r.Links[0]
	if c.Delivered != 1 || c.Dropped.Failed() != 2 || c.Dropped.Closed != 2 || c.Left != 0 {
		t.Errorf("%+v", c.Counts)
	}
	if got := h.got(); !slices.Equal(got, []int{0}) {
		t.Errorf("received %v", got)
	}
}

// Two looks at the calls show who takes its time, and who waits for somebody else.
func TestCallsShowWhoHangs(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	h := newGated()
	attachWith(t, e, "sink", h, engine.ModuleOptions{Capacity: 2})
	attach(t, e, "relay", engine.Each(forward(t)))
	link(t, e, engine.Link{Source: "source", Sink: "relay"})
	link(t, e, engine.Link{Source: "relay", Sink: "sink"})
	for _, c := range e.Calls() {
		if c.Busy {
			t.Errorf("busy before anything came: %+v", c)
		}
	}
	p := publisher(t, source)
	for n := range 6 {
		must(t, publish(within(t), p, n))
	}
	want := []engine.Call{{Module: "relay", Busy: true, Waiting: true}, {Module: "sink", Busy: true}}
	alike := func(a, b engine.Call) bool {
		b.Number, b.Messages = a.Number, a.Messages
		return a == b && a.Number > 0 && a.Messages > 0
	}
	<-h.entered
	for began := time.Now(); !slices.EqualFunc(e.Calls(), want, alike); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("%+v", e.Calls())
		}
	}
	close(h.gate)
	atWork := func(c engine.Call) bool { return c.Busy || c.Waiting }
	for began := time.Now(); slices.ContainsFunc(e.Calls(), atWork); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("at work for ever: %+v", e.Calls())
		}
	}
	closeWell(t, e)
}

// What a handler had claimed when it panicked is free again.
func TestAPanicEndsItsDrafts(t *testing.T) {
	e := engine.New(engine.Options{Memory: 64 << 10})
	source := attach(t, e, "source", nil)
	attachWith(t, e, "sink", engine.Each(func(ctx context.Context, out *engine.Publisher, _ message.Message) {
		if _, err := out.Claim(ctx); err != nil {
			t.Error(err)
		}
		panic("with a draft in hand")
	}), engine.ModuleOptions{OnPanic: func(engine.Panic) {}})
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	for n := range 1000 {
		must(t, publish(within(t), p, n))
	}
	closeWell(t, e)
}

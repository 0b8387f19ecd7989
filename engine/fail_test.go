package engine_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// number returns the property that publishNumbers sets.
func number(m message.Message) string {
	value, _ := m.Property("number")
	return string(value)
}

// What a handler says has failed is counted as that, and the rest as delivered.
func TestFail(t *testing.T) {
	handlers := map[string]engine.Handler{
		"one by one": engine.Each(func(_ context.Context, out *engine.Publisher, m message.Message) {
			if n := number(m); n == "2" || n == "5" {
				out.Fail(m)
			}
		}),
		"in a batch": engine.HandlerFunc(func(_ context.Context, out *engine.Publisher, batch []message.Message) {
			var failed []message.Message
			for _, m := range batch {
				if n := number(m); n == "2" || n == "5" {
					failed = append(failed, m)
				}
			}
			out.Fail(failed...)
			out.Fail(failed...) // again, which changes nothing
		}),
	}
	for name, h := range handlers {
		t.Run(name, func(t *testing.T) {
			e, p, told := failing(t, h)
			g := withLetters(t, e)
			publishNumbers(t, p, 9)
			r := closeWell(t, e)
			checkBalance(t, r)
			c := r.Links[slices.IndexFunc(r.Links, func(l engine.LinkStats) bool { return l.Sink == "sink" })]
			if c.Delivered != 7 || c.Dropped != (engine.Dropped{Error: 2}) || len(*told) != 0 {
				t.Errorf("%+v, %v", c, *told)
			}
			want := make([]string, 0, 2)
			for _, n := range []string{"2", "5"} {
				want = append(want, fmt.Sprintf("number=%s deadLetter.reason=error deadLetter.source=source deadLetter.sink=sink: ", n))
			}
			if !slices.Equal(g.list, want) {
				t.Errorf("dead letters %q", g.list)
			}
		})
	}
}

// A handler that fails over some messages and panics then is counted for each reason.
func TestFailAndPanic(t *testing.T) {
	e, p, told := failing(t, engine.Each(func(_ context.Context, out *engine.Publisher, m message.Message) {
		out.Fail(m)
		if number(m) == "3" {
			panic("three")
		}
	}))
	publishNumbers(t, p, 5)
	c := closeWell(t, e).Links[0]
	if c.Delivered != 0 || c.Dropped != (engine.Dropped{Error: 5}) || len(*told) != 1 || (*told)[0].Messages != 0 {
		t.Errorf("%+v, %+v", c, *told)
	}
	e, p, told = failing(t, engine.HandlerFunc(func(_ context.Context, out *engine.Publisher, b []message.Message) {
		out.Fail(b[0])
		panic("all")
	}))
	publishNumbers(t, p, 1)
	c = closeWell(t, e).Links[0]
	if c.Dropped != (engine.Dropped{Error: 1}) || len(*told) != 1 {
		t.Errorf("%+v, %+v", c, *told)
	}
}

// Messages of other calls and other publishers are let be.
func TestFailOfWhatTheCallIsNotAbout(t *testing.T) {
	var kept []message.Message
	e, p, _ := failing(t, engine.HandlerFunc(func(_ context.Context, out *engine.Publisher, batch []message.Message) {
		out.Fail(kept...)
		for _, m := range batch {
			m.Retain()
			kept = append(kept, m)
		}
	}))
	for range 3 {
		publishNumbers(t, p, 1)
		must(t, moduleNamed(t, e, "sink").AwaitIdle(within(t)))
	}
	p.Fail(kept...)
	for _, m := range kept {
		m.Release()
	}
	if c := closeWell(t, e).Links[0]; c.Delivered != 3 || c.Dropped.Total() != 0 {
		t.Errorf("%+v", c)
	}
}

// Who asked about a message learns that its sink failed over it, and may send it again.
func TestFailIsToldToWhoAsked(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	attach(t, e, "sink", engine.Each(func(_ context.Context, out *engine.Publisher, m message.Message) {
		if number(m) == "2" {
			out.Fail(m)
		}
	}))
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	a := newAsker(t, source)
	for id := range uint64(4) {
		a.publish(id)
	}
	a.expect(told(0, engine.OutcomeTaken), told(1, engine.OutcomeTaken), told(2, engine.OutcomeFailed),
		told(3, engine.OutcomeTaken))
	closeWell(t, e)
}

func moduleNamed(t *testing.T, e *engine.Engine, name string) *engine.Module {
	t.Helper()
	m, ok := e.Module(name)
	if !ok {
		t.Fatal("no module", name)
	}
	return m
}

package engine

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/ring"
)

// A publisher that finds room each time it looks, and each time loses it to others, looks at its
// context before it has come round again; and a link's timeout is looked at as well.
func TestWhoLosesTheRoomLooksAtItsContext(t *testing.T) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name  string
		ctx   context.Context
		given Delivery
		want  reason
	}{
		{"context", done, Delivery{}, byCancelled},
		{"timeout", context.Background(), Delivery{Timeout: 1}, byTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := New(Options{})
			source, sink := attached(t, e, "source", nil), attached(t, e, "sink", HandlerFunc(nil))
			if err := e.Link(Link{Source: source.name, Sink: sink.name, Delivery: c.given}); err != nil {
				t.Fatal(err)
			}
			p, err := source.Publisher()
			if err != nil {
				t.Fatal(err)
			}
			var w patience
			why := waited
			for range 100_000 { // the sink has room, always; some clocks tick seldom
				if why = p.await(c.ctx, p.current().always[0], &w); why != waited {
					break
				}
			}
			if why != c.want {
				t.Errorf("it waits as if nothing had happened: %d, want %d", why, c.want)
			}
		})
	}
}

func attached(t *testing.T, e *Engine, name string, h Handler) *Module {
	t.Helper()
	m, err := e.Attach(name, h, ModuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Who was woken and found that others had taken the room comes before all that did not wait.
func TestWhoIsWokenInVainComesFirst(t *testing.T) {
	e := New(Options{})
	entered, gate := make(chan struct{}, 8), make(chan struct{})
	handler := HandlerFunc(func(context.Context, *Publisher, []message.Message) {
		entered <- struct{}{}
		<-gate
	})
	source := attached(t, e, "source", nil)
	_, err := e.Attach("sink", handler, ModuleOptions{Capacity: 2})
	ok(t, err)
	ok(t, e.Link(Link{Source: "source", Sink: "sink"}))
	p, err := source.Publisher()
	ok(t, err)
	publish := func() {
		d, err := p.Claim(t.Context())
		ok(t, err)
		ok(t, p.Publish(t.Context(), d))
	}
	publish()
	<-entered
	publish()
	publish()
	to := p.current().always[0]
	w := patience{woken: true}
	if n, err := p.pushAgain(to, make([]entry, 1), &w); n != 0 || !errors.Is(err, ring.ErrFull) || !w.kept {
		t.Fatalf("%d, %v, %+v", n, err, w)
	}
	close(gate)
	for to.queue.main.Len() > 0 {
		runtime.Gosched()
	}
	if p.mayPush(to, &patience{}) || !p.mayPush(to, &w) {
		t.Error("others come first")
	}
	w.end(to)
	if !p.mayPush(to, &patience{}) {
		t.Error("there is no room when it has gone on")
	}
	_, err = e.Close(t.Context())
	ok(t, err)
}

package engine

import (
	"context"
	"testing"
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
			for range 3 { // the sink has room, always
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

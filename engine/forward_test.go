package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// kept collects where the contents of messages stand, and their numbers.
type kept struct {
	mu      sync.Mutex
	at      []*byte
	numbers []string
}

func (k *kept) handle(_ context.Context, _ *engine.Publisher, m message.Message) {
	number, _ := m.Property("number")
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at = append(k.at, &m.Content()[0])
	k.numbers = append(k.numbers, string(number))
}

// What is forwarded is the very message, in order; filters apply, and the one who forwards keeps its
// own hold.
func TestForward(t *testing.T) {
	e := engine.New(engine.Options{Memory: 8 << 10}) // a few messages: what is not released shows
	source := attach(t, e, "source", nil)
	first, all, one := &kept{}, &kept{}, &kept{}
	attach(t, e, "relay", engine.HandlerFunc(
		func(ctx context.Context, out *engine.Publisher, batch []message.Message) {
			for _, m := range batch {
				first.handle(ctx, out, m)
			}
			must(t, out.Forward(ctx, batch))
			for _, m := range batch {
				first.handle(ctx, out, m) // still there
			}
		}))
	attach(t, e, "all", engine.Each(all.handle))
	attach(t, e, "one", engine.Each(one.handle))
	link(t, e, engine.Link{Source: "source", Sink: "relay"})
	link(t, e, engine.Link{Source: "relay", Sink: "all"})
	link(t, e, engine.Link{Source: "relay", Sink: "one", Filter: filter.Equal("number", "1")})
	p := publisher(t, source)
	const messages = 500
	var want []string
	for n := range messages {
		d := claim(t, p)
		d.Set("number", fmt.Sprint(n%3))
		d.SetContent([]byte("content"))
		must(t, p.Publish(within(t), d))
		want = append(want, fmt.Sprint(n%3))
	}
	r := closeWell(t, e)
	checkBalance(t, r)
	if !slices.Equal(all.numbers, want) || len(one.numbers) != 167 || slices.ContainsFunc(one.numbers, notOne) {
		t.Errorf("all %v, one %v", all.numbers, one.numbers)
	}
	if len(first.at) != 2*messages || r.Published != 2*messages {
		t.Errorf("%d seen, %d published", len(first.at), r.Published)
	}
	for _, at := range append(all.at, one.at...) {
		if !slices.Contains(first.at, at) {
			t.Fatal("a message was copied")
		}
	}
}

func notOne(number string) bool { return number != "1" }

// Without a link what is forwarded goes nowhere, and stays the caller's.
func TestForwardNowhere(t *testing.T) {
	e := engine.New(engine.Options{})
	source, keeper := attach(t, e, "source", nil), &kept{}
	attach(t, e, "sink", engine.HandlerFunc(
		func(ctx context.Context, out *engine.Publisher, batch []message.Message) {
			must(t, out.Forward(ctx, batch))
			must(t, out.Forward(ctx, nil))
			keeper.handle(ctx, out, batch[0])
		}))
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	d := claim(t, p)
	d.SetContent([]byte("x"))
	must(t, p.Publish(within(t), d))
	if r := closeWell(t, e); len(keeper.at) != 1 || r.Unrouted != 1 || r.Published != 2 {
		t.Errorf("%d kept, %+v", len(keeper.at), r.Totals)
	}
}

func TestForwardRefuses(t *testing.T) {
	other := engine.New(engine.Options{})
	stranger := publisher(t, attach(t, other, "stranger", nil))
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	called := make(chan struct{})
	attach(t, e, "sink", engine.Each(func(ctx context.Context, _ *engine.Publisher, m message.Message) {
		defer close(called)
		if err := stranger.Forward(ctx, []message.Message{m}); !errors.Is(err, engine.ErrForeign) {
			t.Errorf("to another engine: %v", err)
		}
		if err := stranger.Forward(ctx, []message.Message{{}}); !errors.Is(err, engine.ErrForeign) {
			t.Errorf("no message: %v", err)
		}
	}))
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	must(t, publish(within(t), publisher(t, source), 0))
	<-called
	closeWell(t, e)
	stranger.Close()
	if err := stranger.Forward(within(t), nil); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	closeWell(t, other)
}

// Messages that are forwarded round and round a ring of links leave it when somebody lets them: none
// is lost, and nothing waits for itself.
func TestForwardRoundARing(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	laps := make(map[string]int)
	var done kept
	names := []string{"a", "b", "c"}
	for i, name := range names {
		attachWith(t, e, name, engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
			number, _ := m.Property("number")
			if i == 0 {
				laps[string(number)]++ // a's handler alone
				if laps[string(number)] == 5 {
					done.handle(ctx, out, m)
					return
				}
			}
			must(t, out.Forward(ctx, []message.Message{m}))
		}), engine.ModuleOptions{Capacity: 2})
	}
	for i, name := range names {
		link(t, e, engine.Link{Source: name, Sink: names[(i+1)%3]})
	}
	link(t, e, engine.Link{Source: "source", Sink: "a"})
	p := publisher(t, source)
	for n := range 300 {
		d := claim(t, p)
		d.Set("number", fmt.Sprint(n))
		d.SetContent([]byte("round"))
		must(t, p.Publish(within(t), d))
	}
	checkBalance(t, closeWell(t, e))
	if len(done.numbers) != 300 {
		t.Errorf("%d of 300 came to the end", len(done.numbers))
	}
}

package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// process is a module like a program behind a socket: its handler hands each message over, and while
// nobody has taken it, waits. The program does one thing at a time: it takes a message, and then sends
// two.
type process struct{ socket chan struct{} }

func (p process) handle(ctx context.Context, _ *engine.Publisher, _ message.Message) {
	select {
	case p.socket <- struct{}{}:
	case <-ctx.Done():
	}
}

// answer is the program.
func (p process) answer(ctx context.Context, t *testing.T, out *engine.Publisher) {
	defer out.Close()
	for {
		select {
		case <-p.socket:
		case <-ctx.Done():
			return
		}
		for range 2 {
			switch err := publish(ctx, out, 0); {
			case err == nil, errors.Is(err, engine.ErrCycle), errors.Is(err, message.ErrExhausted):
			case ctx.Err() != nil:
				return
			default:
				t.Error(err)
			}
		}
	}
}

// Programs in a circle of links that wait, each sending more than it gets: they go on for ever.
//
//	first ──► a ──► b ──► c ──► a
func TestRelaysInACircleDoNotStandStill(t *testing.T) {
	e := engine.New(engine.Options{Overflow: 2000, Memory: 32 << 10})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, name := range []string{"a", "b", "c"} {
		p := process{make(chan struct{})}
		m := attachWith(t, e, name, engine.Each(p.handle), engine.ModuleOptions{Capacity: 2})
		out := publisher(t, m)
		out.Relay()
		go p.answer(ctx, t, out)
	}
	first := attach(t, e, "first", nil)
	link(t, e, engine.Link{Source: "first", Sink: "a"})
	link(t, e, engine.Link{Source: "a", Sink: "b"})
	link(t, e, engine.Link{Source: "b", Sink: "c"})
	link(t, e, engine.Link{Source: "c", Sink: "a"})
	p := publisher(t, first)
	for n := range 300 {
		if err := publish(within(t), p, n); err != nil {
			t.Fatalf("message %d: %v", n, err)
		}
	}
	p.Close()
	cancel()
	closing, done := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer done()
	report, err := e.Close(closing)
	if err != nil && !errors.Is(err, engine.ErrLeft) {
		t.Error(err)
	}
	checkBalance(t, report)
}

// With its memory in use, a relay is refused in a circle, and waits elsewhere; it waits no longer when
// a link closes the circle.
func TestARelaysClaimWaitsWhereItMay(t *testing.T) {
	e := engine.New(engine.Options{Memory: 1})
	kept := make(chan message.Message, 1)
	keep := func(_ context.Context, _ *engine.Publisher, m message.Message) {
		m.Retain()
		kept <- m
	}
	program := attach(t, e, "program", discard)
	attach(t, e, "sink", engine.Each(keep))
	link(t, e, engine.Link{Source: "program", Sink: "sink"})
	p := publisher(t, program)
	p.Relay()
	must(t, publish(within(t), p, 1))
	m := <-kept
	refused := make(chan error)
	claims := func() { _, err := p.Claim(within(t)); refused <- err }
	go claims()
	select {
	case err := <-refused:
		t.Fatal("a claim outside circles did not wait:", err)
	case <-time.After(20 * time.Millisecond):
	}
	link(t, e, engine.Link{Source: "sink", Sink: "program"})
	if err := <-refused; !errors.Is(err, message.ErrExhausted) {
		t.Error("when the circle was closed:", err)
	}
	go claims()
	if err := <-refused; !errors.Is(err, message.ErrExhausted) {
		t.Error("in the circle:", err)
	}
	m.Release()
	p.Close()
	closeWell(t, e)
}

// A relay that is used in another module's handler does not wait, as no publisher there does: it might
// wait for that very handler.
func TestARelayInAnothersHandlerDoesNotWait(t *testing.T) {
	e := engine.New(engine.Options{Overflow: 1})
	program := attach(t, e, "program", discard)
	relay := publisher(t, program)
	relay.Relay()
	ended := make(chan error, 1)
	work := func(ctx context.Context, _ *engine.Publisher, _ message.Message) {
		var err error
		for n := range 4 {
			err = errors.Join(err, publish(ctx, relay, n))
		}
		ended <- err
	}
	attachWith(t, e, "busy", engine.Each(work), engine.ModuleOptions{Capacity: 2})
	first := attach(t, e, "first", nil)
	link(t, e, engine.Link{Source: "first", Sink: "busy"})
	link(t, e, engine.Link{Source: "program", Sink: "busy"})
	p := publisher(t, first)
	must(t, publish(within(t), p, 1))
	select {
	case err := <-ended:
		if !errors.Is(err, engine.ErrCycle) {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("the handler waits for itself")
	}
	p.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	go func() { // the messages to busy make it publish again
		for range ended {
		}
	}()
	_, _ = e.Close(ctx)
}

// A relay that waits for memory keeps its module's handler waiting, it may be: Calls says so, and says
// so no longer when it has it.
func TestCallsShowsARelayThatWaitsForMemory(t *testing.T) {
	e := engine.New(engine.Options{Memory: 1})
	kept := make(chan message.Message, 2)
	program := attach(t, e, "program", discard)
	attach(t, e, "sink", engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		m.Retain()
		kept <- m
	}))
	link(t, e, engine.Link{Source: "program", Sink: "sink"})
	p := publisher(t, program)
	p.Relay()
	must(t, publish(within(t), p, 1))
	done := make(chan error)
	go func() { done <- publish(within(t), p, 2) }()
	for began := time.Now(); !waits(e, "program"); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("nobody says that it waits")
		}
	}
	(<-kept).Release()
	must(t, <-done)
	if waits(e, "program") {
		t.Error("it waits no longer")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := p.Claim(ctx); !errors.Is(err, context.DeadlineExceeded) || waits(e, "program") {
		t.Error("it has given up:", err)
	}
	(<-kept).Release()
	p.Close()
	closeWell(t, e)
}

func waits(e *engine.Engine, name string) bool {
	return slices.ContainsFunc(e.Calls(), func(c engine.Call) bool { return c.Module == name && c.Waiting })
}

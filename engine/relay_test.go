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

// busy is a handler that is busy with each message until it is told that it is done.
type busy struct {
	has  chan message.Message
	done chan struct{}
}

func newBusy() *busy { return &busy{make(chan message.Message), make(chan struct{})} }

func (b *busy) handle(_ context.Context, _ *engine.Publisher, m message.Message) {
	b.has <- m
	<-b.done
}

// refused tells whether a claim did not wait, or waited no longer; it had not run out of time.
func refused(err error) bool {
	return errors.Is(err, message.ErrExhausted) && !errors.Is(err, context.DeadlineExceeded)
}

// With its memory in use, a relay is refused in a circle, and waits elsewhere; it waits no longer when
// a link closes the circle.
func TestARelaysClaimWaitsWhereItMay(t *testing.T) {
	e := engine.New(engine.Options{Memory: 1})
	busy := newBusy()
	program := attach(t, e, "program", discard)
	attach(t, e, "sink", engine.Each(busy.handle))
	link(t, e, engine.Link{Source: "program", Sink: "sink"})
	p := publisher(t, program)
	p.Relay()
	must(t, publish(within(t), p, 1))
	<-busy.has
	claimed := make(chan error)
	claims := func() { _, err := p.Claim(within(t)); claimed <- err }
	go claims()
	select {
	case err := <-claimed:
		t.Fatal("a claim outside circles did not wait:", err)
	case <-time.After(20 * time.Millisecond):
	}
	link(t, e, engine.Link{Source: "sink", Sink: "program"})
	if err := <-claimed; !refused(err) {
		t.Error("when the circle was closed:", err)
	}
	go claims()
	if err := <-claimed; !refused(err) {
		t.Error("in the circle:", err)
	}
	busy.done <- struct{}{}
	p.Close()
	closeWell(t, e)
}

// Memory that stands in a queue along a link that is gone keeps a relay from waiting, if that sink may
// wait for the relay's module. No circle of links stands at any time.
//
//	before: start ──► a ──► d      after: d ──► a
func TestARelayDoesNotWaitForWhatALinkLeftBehind(t *testing.T) {
	e := engine.New(engine.Options{Memory: 1})
	jobs, relayed := make(chan chan error), make(chan error, 100)
	a := attachWith(t, e, "a", engine.Each(func(context.Context, *engine.Publisher, message.Message) {
		job := make(chan error)
		jobs <- job
		relayed <- <-job // the handler waits for its relay
	}), engine.ModuleOptions{Capacity: 2})
	relay := publisher(t, a)
	relay.Relay()
	go func() {
		defer relay.Close()
		for job := range jobs {
			job <- publish(t.Context(), relay, 0)
		}
	}()
	busy := newBusy()
	attach(t, e, "d", engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		busy.handle(ctx, out, m)
		for n := range 5 {
			if err := publish(ctx, out, n); err != nil && !errors.Is(err, message.ErrExhausted) {
				t.Error(err)
			}
		}
	}))
	start := publisher(t, attach(t, e, "start", nil))
	link(t, e, engine.Link{Source: "start", Sink: "a"})
	link(t, e, engine.Link{Source: "a", Sink: "d"})
	must(t, publish(within(t), start, 0))
	must(t, <-relayed)
	<-busy.has
	must(t, publish(within(t), start, 1)) // whose answer finds no memory: d has it
	for began := time.Now(); !waits(e, "a"); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("the relay does not wait")
		}
	}
	must(t, e.Apply(engine.Change{
		Unlink: []engine.Pair{{Source: "a", Sink: "d"}, {Source: "start", Sink: "a"}},
		Link:   []engine.Link{{Source: "d", Sink: "a"}},
	}))
	if err := <-relayed; !refused(err) {
		t.Error("the relay waited for a module that may wait for its own:", err)
	}
	busy.done <- struct{}{}
	start.Close()
	closeWell(t, e)
	close(jobs)
}

// Memory that somebody has retained may be anywhere: a relay does not wait for it, and waits no longer
// when it is retained.
func TestARelayDoesNotWaitForWhatIsRetained(t *testing.T) {
	e := engine.New(engine.Options{Memory: 1})
	busy := newBusy()
	program := attach(t, e, "program", discard)
	attach(t, e, "sink", engine.Each(busy.handle))
	link(t, e, engine.Link{Source: "program", Sink: "sink"})
	p := publisher(t, program)
	p.Relay()
	must(t, publish(within(t), p, 1))
	m := <-busy.has
	claimed := make(chan error)
	claims := func() { _, err := p.Claim(within(t)); claimed <- err }
	go claims()
	for !waits(e, "program") {
		time.Sleep(time.Millisecond)
	}
	m.Retain()
	if err := <-claimed; !refused(err) {
		t.Error("when it was retained:", err)
	}
	busy.done <- struct{}{}
	go claims()
	if err := <-claimed; !refused(err) {
		t.Error("while it is kept:", err)
	}
	m.Release()
	for held, _ := program.Memory(); held > 0; held, _ = program.Memory() {
		time.Sleep(time.Millisecond) // the sink's handler holds it for a moment longer
	}
	must(t, publish(within(t), p, 2))
	<-busy.has
	busy.done <- struct{}{}
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
	busy := newBusy()
	program := attach(t, e, "program", discard)
	attach(t, e, "sink", engine.Each(busy.handle))
	link(t, e, engine.Link{Source: "program", Sink: "sink"})
	p := publisher(t, program)
	p.Relay()
	must(t, publish(within(t), p, 1))
	<-busy.has
	done := make(chan error)
	go func() { done <- publish(within(t), p, 2) }()
	for began := time.Now(); !waits(e, "program"); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("nobody says that it waits")
		}
	}
	busy.done <- struct{}{}
	must(t, <-done)
	<-busy.has
	if waits(e, "program") {
		t.Error("it waits no longer")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := p.Claim(ctx); !errors.Is(err, context.DeadlineExceeded) || waits(e, "program") {
		t.Error("it has given up:", err)
	}
	busy.done <- struct{}{}
	p.Close()
	closeWell(t, e)
}

// A publisher outside handlers that waits excuses no handler: nothing of the module waits for it.
func TestCallsShowsNoWaitOfOutsiders(t *testing.T) {
	e := engine.New(engine.Options{})
	busy := newBusy()
	source := attach(t, e, "source", discard)
	attachWith(t, e, "sink", engine.Each(busy.handle), engine.ModuleOptions{Capacity: 2})
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 0))
	<-busy.has
	must(t, publish(within(t), p, 1))
	must(t, publish(within(t), p, 2))
	published := make(chan error)
	go func() { published <- publish(within(t), p, 3) }() // the sink is full
	for !p.Waits() {
		time.Sleep(time.Millisecond)
	}
	if waits(e, "source") {
		t.Error("a publisher outside handlers waits, and so it seems does the module")
	}
	for range 3 {
		busy.done <- struct{}{}
		<-busy.has
	}
	busy.done <- struct{}{}
	must(t, <-published)
	p.Close()
	closeWell(t, e)
}

func waits(e *engine.Engine, name string) bool {
	return slices.ContainsFunc(e.Calls(), func(c engine.Call) bool { return c.Module == name && c.Waiting })
}

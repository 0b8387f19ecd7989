package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// graves collects dead letters as text.
type graves struct {
	mu   sync.Mutex
	list []string
}

func (g *graves) handle(_ context.Context, _ *engine.Publisher, m message.Message) {
	var parts []string
	for k, v := range m.Properties().All() {
		parts = append(parts, fmt.Sprintf("%s=%s", k, strings.TrimPrefix(string(v), "deadLetter.")))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, strings.Join(parts, " ")+": "+string(m.Content()))
}

func withLetters(t *testing.T, e *engine.Engine) *graves {
	t.Helper()
	g := &graves{}
	attach(t, e, "grave", engine.Each(g.handle))
	must(t, e.DeadLetter("grave"))
	return g
}

// What a link drops arrives at the dead letters' sink, with what it had and why.
func TestDeadLetters(t *testing.T) {
	e, p, h := gatedPair(t, engine.Delivery{WhenFull: engine.DropNewest})
	g := withLetters(t, e)
	for n := 1; n < 7; n++ { // four find room
		d := claim(t, p)
		d.Set("number", fmt.Sprint(n))
		d.SetContent([]byte("text"))
		must(t, p.Publish(within(t), d))
	}
	close(h.gate)
	r := closeWell(t, e)
	want := []string{
		"number=5 deadLetter.reason=newest deadLetter.source=source deadLetter.sink=sink: text",
		"number=6 deadLetter.reason=newest deadLetter.source=source deadLetter.sink=sink: text",
	}
	if !slices.Equal(g.list, want) {
		t.Errorf("dead letters %q", g.list)
	}
	checkBalance(t, r)
	if r.LettersLost != 0 {
		t.Errorf("%d letters lost", r.LettersLost)
	}
}

func TestDeadLettersOfTheOldestAndOfPanics(t *testing.T) {
	e, p, h := gatedPair(t, engine.Delivery{WhenFull: engine.DropOldest})
	g := withLetters(t, e)
	attachWith(t, e, "weak", engine.Each(func(context.Context, *engine.Publisher, message.Message) { panic("weak") }),
		engine.ModuleOptions{OnPanic: func(engine.Panic) {}})
	link(t, e, engine.Link{Source: "source", Sink: "weak"})
	for n := 1; n < 7; n++ {
		must(t, publish(within(t), p, n))
	}
	close(h.gate)
	checkBalance(t, closeWell(t, e))
	var oldest, panicked int
	for _, letter := range g.list {
		if strings.Contains(letter, "reason=oldest") && strings.Contains(letter, "sink=sink") {
			oldest++
		}
		if strings.Contains(letter, "reason=panic") && strings.Contains(letter, "sink=weak") {
			panicked++
		}
	}
	if oldest != 2 || panicked != 6 || len(g.list) != 8 {
		t.Errorf("dead letters %q", g.list)
	}
}

// Where a message has no room for three more properties its letter has them alone.
func TestADeadLetterBeyondTheLimits(t *testing.T) {
	e := engine.New(engine.Options{Limits: message.Limits{Properties: 4}})
	source := attach(t, e, "source", nil)
	attachWith(t, e, "sink", engine.Each(func(context.Context, *engine.Publisher, message.Message) { panic(1) }),
		engine.ModuleOptions{OnPanic: func(engine.Panic) {}})
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	g := withLetters(t, e)
	p := publisher(t, source)
	d := claim(t, p)
	d.Set("a", "1")
	d.Set("b", "2")
	d.SetContent([]byte("text"))
	must(t, p.Publish(within(t), d))
	closeWell(t, e)
	if want := "deadLetter.reason=panic deadLetter.source=source deadLetter.sink=sink: text"; len(g.list) != 1 || g.list[0] != want {
		t.Errorf("dead letters %q", g.list)
	}
}

// The grave may overflow, may fail itself, and may be taken away: nothing waits, nothing recurs, and
// everything is counted.
func TestDeadLettersNeverWaitOrRecur(t *testing.T) {
	e, p, h := gatedPair(t, engine.Delivery{WhenFull: engine.DropNewest})
	attachWith(t, e, "grave", engine.Each(func(context.Context, *engine.Publisher, message.Message) { panic("grave") }),
		engine.ModuleOptions{Capacity: 2, OnPanic: func(engine.Panic) {}})
	must(t, e.DeadLetter("grave"))
	for n := range 200 {
		must(t, publish(within(t), p, n))
	}
	must(t, e.DeadLetter("")) // and again without
	must(t, publish(within(t), p, 201))
	close(h.gate)
	r := closeWell(t, e)
	checkBalance(t, r)
	if r.Gone.In != 196 || r.Gone.Dropped.Failed()+r.Gone.Dropped.Newest != 196 || r.LettersLost != 0 {
		t.Errorf("%+v", r.Totals)
	}
}

func TestDeadLetterRefuses(t *testing.T) {
	e := engine.New(engine.Options{})
	attach(t, e, "mute", nil)
	if err := e.DeadLetter("nobody"); !errors.Is(err, engine.ErrUnknown) {
		t.Error(err)
	}
	if err := e.DeadLetter("mute"); !errors.Is(err, engine.ErrNoHandler) {
		t.Error(err)
	}
	if _, there := e.Module(engine.DeadLetters); there {
		t.Error("a module was left behind")
	}
	withLetters(t, e)
	must(t, e.DeadLetter("grave")) // moved to itself
	closeWell(t, e)
}

// While dead letters are switched off and on, others drop: nobody writes letters with what is being taken
// apart. The race detector looks on.
func TestDeadLetterSwitchedWhileDropping(t *testing.T) {
	e := engine.New(engine.Options{})
	attach(t, e, "letters", discard)
	gone := attach(t, e, "gone", discard)
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "gone"})
	gone.Quarantine()
	p, ctx := publisher(t, source), within(t)
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		defer p.Close()
		for {
			select {
			case <-stop:
				return
			default:
				must(t, publish(ctx, p, 1))
			}
		}
	}()
	for range 300 {
		must(t, e.DeadLetter("letters"))
		must(t, e.DeadLetter(""))
	}
	close(stop)
	<-ended
	closeWell(t, e)
}

// A letter that is passed on and dropped again is dropped for good: letters about letters would have
// no end.
func TestNoLettersAboutLetters(t *testing.T) {
	e := engine.New(engine.Options{})
	source, gone := attach(t, e, "source", nil), attach(t, e, "gone", discard)
	attach(t, e, "letters", engine.HandlerFunc(
		func(ctx context.Context, out *engine.Publisher, batch []message.Message) {
			_ = out.Forward(ctx, batch)
		}))
	link(t, e, engine.Link{Source: "source", Sink: "gone"})
	link(t, e, engine.Link{Source: "letters", Sink: "gone"})
	must(t, e.DeadLetter("letters"))
	gone.Quarantine()
	p := publisher(t, source)
	must(t, publish(within(t), p, 1))
	p.Close()
	report := closeWell(t, e)
	dropped := uint64(0)
	for _, l := range report.Links {
		dropped += l.Dropped.Total()
	}
	if dropped != 2 {
		t.Errorf("%d were dropped, should be 2: the message, and its letter", dropped)
	}
}

// A sink that is not there changes nothing; one that has gone makes letters count as lost; and a
// handler cannot change it.
func TestDeadLetterRefusals(t *testing.T) {
	e := engine.New(engine.Options{})
	letters := 0
	sink := attach(t, e, "letters", engine.Each(
		func(context.Context, *engine.Publisher, message.Message) { letters++ }))
	source, gone := attach(t, e, "source", nil), attach(t, e, "gone", discard)
	refused := make(chan error, 1)
	attach(t, e, "handler", engine.Each(func(context.Context, *engine.Publisher, message.Message) {
		refused <- e.DeadLetter("letters")
	}))
	link(t, e, engine.Link{Source: "source", Sink: "gone"})
	link(t, e, engine.Link{Source: "source", Sink: "handler"})
	must(t, e.DeadLetter("letters"))
	if err := e.DeadLetter("nobody"); !errors.Is(err, engine.ErrUnknown) {
		t.Error("an unknown sink:", err)
	}
	gone.Quarantine()
	p := publisher(t, source)
	must(t, publish(within(t), p, 1))
	if err := <-refused; !errors.Is(err, engine.ErrInHandler) {
		t.Error("from a handler:", err)
	}
	must(t, sink.Detach(within(t)))
	if letters != 1 {
		t.Errorf("%d letters, should be 1", letters)
	}
	must(t, publish(within(t), p, 2))
	p.Close()
	if report := closeWell(t, e); report.LettersLost != 1 {
		t.Errorf("%d letters lost, should be 1", report.LettersLost)
	}
}

// Dead letters come from a module, so links from Any lead them on: who takes all from a bus where
// messages are dropped gets these twice, unless its filter keeps letters off.
func TestDeadLettersOnABus(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	lossy := attach(t, e, "lossy", discard)
	link(t, e, engine.Link{Source: "source", Sink: "lossy"})
	lossy.Quarantine()
	all, some := filter.Filter{}, filter.Not(filter.Exists(engine.DeadLetterReason))
	got := map[string]*atomic.Int64{"all": new(atomic.Int64), "some": new(atomic.Int64)}
	for name, accept := range map[string]filter.Filter{"all": all, "some": some} {
		attachWith(t, e, name, engine.Each(func(context.Context, *engine.Publisher, message.Message) {
			got[name].Add(1)
		}), engine.ModuleOptions{Accept: &accept})
	}
	withLetters(t, e)
	p := publisher(t, source)
	for n := range 10 {
		must(t, publish(within(t), p, n))
	}
	p.Close()
	closeWell(t, e)
	if all, some := got["all"].Load(), got["some"].Load(); all != 20 || some != 10 {
		t.Errorf("received %d and %d", all, some)
	}
}

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// asker publishes messages that it asks about.
type asker struct {
	t    testing.TB
	pub  *engine.Publisher
	done *engine.Completions
}

func newAsker(t testing.TB, m *engine.Module) *asker {
	t.Helper()
	return &asker{t, publisher(t, m), m.Completions(0)}
}

func (a *asker) publish(id uint64, properties ...string) {
	a.t.Helper()
	d := a.draft(id, properties...)
	if err := a.pub.Publish(within(a.t), d); err != nil && !errors.Is(err, engine.ErrCycle) {
		a.t.Fatal(err)
	}
}

func (a *asker) draft(id uint64, properties ...string) message.Draft {
	a.t.Helper()
	d, err := a.pub.Claim(within(a.t))
	must(a.t, err)
	d.Set("number", strconv.FormatUint(id, 10))
	for i := 0; i < len(properties); i += 2 {
		d.Set(properties[i], properties[i+1])
	}
	must(a.t, a.done.Ask(d, id))
	return d
}

// expect waits for that many answers, and wants no more and no other ones.
func (a *asker) expect(want ...engine.Completion) {
	a.t.Helper()
	got, into := []engine.Completion(nil), make([]engine.Completion, 3)
	for len(got) < len(want) {
		n, err := a.done.Receive(within(a.t), into)
		must(a.t, err)
		got = append(got, into[:n]...)
	}
	slices.SortFunc(got, func(x, y engine.Completion) int { return int(x.ID) - int(y.ID) })
	if !slices.Equal(got, want) {
		a.t.Fatalf("told %v, want %v", got, want)
	}
}

// silent wants no answer now, while some questions are open.
func (a *asker) silent(open int) {
	a.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	into := make([]engine.Completion, 1)
	if n, err := a.done.Receive(ctx, into); n != 0 || !errors.Is(err, context.Canceled) {
		a.t.Fatalf("told %v, %v", into[:n], err)
	}
	if a.done.Open() != open {
		a.t.Fatal(a.done.Open(), "questions open, want", open)
	}
}

func told(id uint64, o engine.Outcome) engine.Completion {
	return engine.Completion{ID: id, Outcome: o}
}

// keeper retains what it receives until it is told to let go.
type keeper struct {
	mu   sync.Mutex
	kept []message.Message
	came chan struct{}
}

func newKeeper() *keeper { return &keeper{came: make(chan struct{}, 1000)} }

func (k *keeper) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range batch {
		m.Retain()
		k.kept = append(k.kept, m)
		k.came <- struct{}{}
	}
}

// await returns once n messages have come, and the handler has returned from them.
func (k *keeper) await(e *engine.Engine, n int) {
	for range n {
		<-k.came
	}
	for k.delivered(e) < uint64(n) {
	}
}

func (k *keeper) delivered(e *engine.Engine) (n uint64) {
	for _, l := range e.Stats().Links {
		if l.Sink == "keeper" {
			n += l.Delivered
		}
	}
	return n
}

func (k *keeper) letGo() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range k.kept {
		m.Release()
	}
	k.kept = nil
}

// A source is told once, when the last of two sinks has released the message.
func TestCompletion(t *testing.T) {
	e := engine.New(engine.Options{})
	k := newKeeper()
	source := newAsker(t, attach(t, e, "source", nil))
	attach(t, e, "keeper", k)
	attach(t, e, "sink", engine.Each(func(context.Context, *engine.Publisher, message.Message) {}))
	link(t, e, engine.Link{Source: "source", Sink: "keeper"})
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	source.publish(7)
	k.await(e, 1)
	source.silent(1)
	k.letGo()
	source.expect(told(7, engine.OutcomeTaken))
	source.silent(0)
	closed(t, e)
}

func closed(t testing.TB, e *engine.Engine) engine.Report {
	t.Helper()
	r, err := e.Close(within(t))
	must(t, err)
	return r
}

// What nobody wants, and what links drop, is done with; what failed is not.
func TestCompletionTellsTheWorst(t *testing.T) {
	hold := make(chan struct{})
	holds := engine.Each(func(context.Context, *engine.Publisher, message.Message) { <-hold })
	panics := engine.Each(func(context.Context, *engine.Publisher, message.Message) { panic("no") })
	takes := engine.Each(func(context.Context, *engine.Publisher, message.Message) {})
	e := engine.New(engine.Options{})
	source := newAsker(t, attach(t, e, "source", nil))
	caught := engine.ModuleOptions{OnPanic: func(engine.Panic) {}}
	attachWith(t, e, "panics", panics, caught)
	attachWith(t, e, "full", holds, engine.ModuleOptions{Capacity: 2})
	attach(t, e, "takes", takes)
	for _, to := range []string{"panics", "full", "takes"} {
		l := engine.Link{Source: "source", Sink: to, Filter: filter.Equal("to", to)}
		if to == "full" {
			l.Delivery.WhenFull = engine.DropNewest
		}
		link(t, e, l)
	}
	source.publish(1, "to", "nobody")
	source.expect(told(1, engine.OutcomeUnwanted))
	source.publish(2, "to", "takes")
	source.expect(told(2, engine.OutcomeTaken))
	source.publish(3, "to", "panics")
	source.expect(told(3, engine.OutcomeFailed))
	for id := uint64(10); id < 20; id++ { // one in the handler at most, two queued, the others dropped
		source.publish(id, "to", "full")
	}
	var into [64]engine.Completion
	n, err := source.done.Receive(within(t), into[:])
	must(t, err)
	for _, c := range into[:n] {
		if c.Outcome != engine.OutcomeDropped {
			t.Fatal("what found no room was", c.Outcome)
		}
	}
	close(hold)
	attach(t, e, "letters", takes)
	must(t, e.DeadLetter("letters"))
	source.pub.Close()
	again := newAsker(t, attachedAs(t, e, "source"))
	again.publish(4, "to", "panics")
	again.expect(told(4, engine.OutcomeDeadLettered))
	closed(t, e)
}

// What a handler publishes while it is called is waited for too: under Each by the message's own
// source, else by all of the batch.
func TestCompletionOutlivesTransforms(t *testing.T) {
	for name, h := range map[string]engine.Handler{
		"each": engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
			passOn(ctx, out, m)
		}),
		"batch": engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			passOn(ctx, out, b[0])
		}),
	} {
		t.Run(name, func(t *testing.T) {
			e := engine.New(engine.Options{})
			k := newKeeper()
			source := newAsker(t, attach(t, e, "source", nil))
			attach(t, e, "stage", h)
			attach(t, e, "keeper", k)
			link(t, e, engine.Link{Source: "source", Sink: "stage"})
			link(t, e, engine.Link{Source: "stage", Sink: "keeper"})
			drafts := []message.Draft{source.draft(1), source.draft(2)}
			must(t, source.pub.PublishBatch(within(t), drafts))
			if name == "each" {
				k.await(e, 2)
			} else {
				k.await(e, 1)
			}
			source.silent(2)
			k.letGo()
			source.expect(told(1, engine.OutcomeTaken), told(2, engine.OutcomeTaken))
			closed(t, e)
		})
	}
}

func passOn(ctx context.Context, out *engine.Publisher, m message.Message) {
	d, err := out.ClaimFrom(ctx, m)
	if err == nil {
		err = out.Publish(ctx, d)
	}
	if err != nil {
		panic(err)
	}
}

// What is derived later, by another goroutine, is waited for as long as it was said so in time.
func TestCompletionOfWhatIsDerivedLater(t *testing.T) {
	e := engine.New(engine.Options{})
	k := newKeeper()
	source := newAsker(t, attach(t, e, "source", nil))
	kept := make(chan message.Message, 2)
	stage := attach(t, e, "stage", engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		m.Retain()
		kept <- m
	}))
	attach(t, e, "keeper", k)
	link(t, e, engine.Link{Source: "source", Sink: "stage"})
	link(t, e, engine.Link{Source: "stage", Sink: "keeper"})
	source.publish(1)
	source.publish(2)
	parents := []message.Message{<-kept, <-kept}
	p := publisher(t, stage)
	d, err := p.Claim(within(t))
	must(t, err)
	must(t, d.Derive(parents...))
	for _, m := range parents {
		m.Release()
	}
	source.silent(2)
	must(t, p.Publish(within(t), d))
	k.await(e, 1)
	source.silent(2)
	k.letGo()
	source.expect(told(1, engine.OutcomeTaken), told(2, engine.OutcomeTaken))
	closed(t, e)
}

// What was not published is not answered, however it ended, and leaves no question open; its parents
// are answered.
func TestCompletionOfWhatIsNotPublished(t *testing.T) {
	e := engine.New(engine.Options{})
	module := attach(t, e, "source", nil)
	source := newAsker(t, module)
	source.draft(1).Abort()
	source.silent(0)
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := source.pub.Publish(canceled, source.draft(2)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	source.silent(0)
	d := source.draft(3)
	if err := source.done.Ask(d, 4); !errors.Is(err, message.ErrAsked) {
		t.Fatal(err)
	}
	source.silent(1)
	source.pub.Close()
	source.silent(0)
	if err := source.done.Ask(d, 5); !errors.Is(err, message.ErrSpent) {
		t.Fatal(err)
	}
	source.silent(0)
	closed(t, e)
}

// A handler that panics with a derived draft in hand does not keep its parents' sources waiting.
func TestCompletionOfDraftsThatAPanicEnds(t *testing.T) {
	e := engine.New(engine.Options{})
	source := newAsker(t, attach(t, e, "source", nil))
	h := engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		d, err := out.Claim(ctx)
		if err == nil {
			err = d.Derive(m)
		}
		panic(err)
	})
	attachWith(t, e, "stage", h, engine.ModuleOptions{OnPanic: func(engine.Panic) {}})
	link(t, e, engine.Link{Source: "source", Sink: "stage"})
	source.publish(1)
	source.expect(told(1, engine.OutcomeFailed))
	closed(t, e)
}

// As many questions as were agreed are open at a time, and an answer that was received makes room.
func TestCompletionsAreBounded(t *testing.T) {
	e := engine.New(engine.Options{})
	module := attach(t, e, "source", nil)
	source := &asker{t, publisher(t, module), module.Completions(2)}
	source.publish(1)
	source.publish(2)
	d, err := source.pub.Claim(within(t))
	must(t, err)
	if err := source.done.Ask(d, 3); !errors.Is(err, engine.ErrQuestions) {
		t.Fatal(err)
	}
	source.expect(told(1, engine.OutcomeUnwanted), told(2, engine.OutcomeUnwanted))
	must(t, source.done.Ask(d, 3))
	must(t, source.pub.Publish(within(t), d))
	source.expect(told(3, engine.OutcomeUnwanted))
	closed(t, e)
}

// What is left when the engine ends is told as left.
func TestCompletionOfWhatIsLeft(t *testing.T) {
	e := engine.New(engine.Options{})
	source := newAsker(t, attach(t, e, "source", nil))
	began, hold := make(chan struct{}, 10), make(chan struct{})
	attach(t, e, "stuck", engine.HandlerFunc(func(ctx context.Context, _ *engine.Publisher, _ []message.Message) {
		began <- struct{}{}
		<-ctx.Done()
		<-hold
	}))
	link(t, e, engine.Link{Source: "source", Sink: "stuck"})
	source.publish(1)
	<-began
	source.publish(2)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Close(ctx); !errors.Is(err, engine.ErrLeft) {
		t.Fatal(err)
	}
	close(hold)
	source.expect(told(1, engine.OutcomeTaken), told(2, engine.OutcomeLeft))
}

// Random graphs of stages that pass on, drop, keep for a while, panic and merge, under all policies:
// every question is answered exactly once, and not before everything that came of it is released.
func TestCompletionProperty(t *testing.T) {
	trials := 60
	if testing.Short() {
		trials = 10
	}
	for seed := range uint64(trials) {
		completionTrial(t, rand.New(rand.NewPCG(seed, 13)), seed)
	}
}

// completionTrial sends messages through a random acyclic graph.
func completionTrial(t *testing.T, r *rand.Rand, seed uint64) {
	const questions = 300
	e := engine.New(engine.Options{Memory: 1 << 20})
	source := newAsker(t, attach(t, e, "m0", nil))
	var released [questions]atomic.Int64 // holders of what came of a question
	modules := 3 + r.IntN(5)
	for i := 1; i < modules; i++ {
		o := engine.ModuleOptions{Capacity: 2 << r.IntN(4), OnPanic: func(engine.Panic) {}}
		attachWith(t, e, fmt.Sprint("m", i), stage(r.Uint64(), &released), o)
	}
	for i := range modules {
		for j := i + 1; j < modules; j++ {
			if r.IntN(2) == 0 || j == i+1 {
				link(t, e, engine.Link{
					Source: fmt.Sprint("m", i), Sink: fmt.Sprint("m", j),
					Delivery: engine.Delivery{WhenFull: engine.FullPolicy(r.IntN(3))},
				})
			}
		}
	}
	if r.IntN(2) == 0 {
		attach(t, e, "letters", engine.Each(func(context.Context, *engine.Publisher, message.Message) {}))
		must(t, e.DeadLetter("letters"))
	}
	go func() {
		for id := range uint64(questions) {
			d, err := source.pub.Claim(context.Background())
			if err != nil {
				return
			}
			d.Set("number", strconv.FormatUint(id, 10))
			if source.done.Ask(d, id) != nil || source.pub.Publish(context.Background(), d) != nil {
				return
			}
		}
	}()
	seen, into := make(map[uint64]bool), make([]engine.Completion, 16)
	for len(seen) < questions {
		n, err := source.done.Receive(within(t), into)
		if err != nil {
			t.Fatalf("seed %d: %d of %d answered: %v", seed, len(seen), questions, err)
		}
		for _, c := range into[:n] {
			if seen[c.ID] {
				t.Fatalf("seed %d: %d is answered twice", seed, c.ID)
			}
			seen[c.ID] = true
			if left := released[c.ID].Load(); left != 0 {
				t.Fatalf("seed %d: %d is answered while %d are in hand", seed, c.ID, left)
			}
		}
	}
	closed(t, e)
	source.silent(0)
}

// stage passes on, keeps, panics over or forgets what it receives, and counts what it has in hand.
func stage(seed uint64, inHand *[300]atomic.Int64) engine.Handler {
	r := rand.New(rand.NewPCG(seed, 1))
	return engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		number, _ := m.Property("number")
		id, err := strconv.Atoi(string(number))
		if err != nil {
			panic(err)
		}
		inHand[id].Add(1)
		switch r.IntN(12) {
		case 0:
			inHand[id].Add(-1)
			panic("by chance")
		case 1, 2:
			m.Retain()
			go func() {
				inHand[id].Add(-1)
				m.Release()
			}()
			return
		case 3:
		default:
			d, err := out.ClaimFrom(ctx, m)
			if err == nil {
				_ = out.Publish(ctx, d) // refused, it is counted
			}
		}
		inHand[id].Add(-1)
	})
}

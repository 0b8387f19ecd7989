package engine_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

func claim(t testing.TB, p *engine.Publisher) message.Draft {
	t.Helper()
	d, err := p.Claim(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A draft that is in a batch twice is one mistake: it refuses the batch and harms nothing.
func TestADraftTwiceInABatchIsRefused(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{})
	one, two := claim(t, p), claim(t, p)
	err := p.PublishBatch(within(t), []message.Draft{one, two, one})
	if !errors.Is(err, message.ErrSpent) {
		t.Errorf("PublishBatch returned %v", err)
	}
	must(t, publish(within(t), p, 1))
	must(t, p.PublishBatch(within(t), []message.Draft{claim(t, p), claim(t, p)}))
	close(g.gate)
	p.Close()
	report := closeWell(t, e)
	if got := g.got(); len(got) != 4 || report.Published != 4 {
		t.Errorf("received %v, published %d", got, report.Published)
	}
}

// A draft of one publisher that another, on another goroutine, tries to publish, while the first
// goes on: the draft is refused and its memory comes home once.
func TestAForeignDraftHarmsNobody(t *testing.T) {
	e := engine.New(engine.Options{})
	sink := newGated()
	close(sink.gate)
	attach(t, e, "sink", sink)
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	mine, other := publisher(t, source), publisher(t, source)
	drafts := make(chan message.Draft)
	var all sync.WaitGroup
	all.Go(func() {
		for d := range drafts {
			if err := other.Publish(within(t), d); !errors.Is(err, engine.ErrForeign) {
				t.Errorf("got %v", err)
			}
		}
	})
	for n := range 20000 {
		drafts <- claim(t, mine)
		must(t, publish(within(t), mine, n))
	}
	close(drafts)
	all.Wait()
	mine.Close()
	other.Close()
	closeWell(t, e)
	if got := sink.got(); !slices.Equal(got, numbers(0, 19999)) {
		t.Errorf("received %d", len(got))
	}
}

// A draft that is unfinished when its publisher is closed has ended; the publisher that has its
// memory next is not disturbed by it.
func TestADraftEndsWithItsPublisher(t *testing.T) {
	e := engine.New(engine.Options{})
	source := attach(t, e, "source", nil)
	p := publisher(t, source)
	d := claim(t, p)
	p.Close()
	q := publisher(t, source)
	first := claim(t, q)
	if err := q.Publish(within(t), d); err == nil {
		t.Error("another publisher published it")
	}
	if err := p.Publish(within(t), d); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("got %v", err)
	}
	d.Abort()
	first.Set("key", "value")
	for range 100 {
		if next := claim(t, q); next == first {
			t.Fatal("one block in two drafts")
		}
	}
	must(t, q.Publish(within(t), first))
	q.Close()
	closeWell(t, e)
}

// A handler that ends its goroutine, as testing.T.FailNow does, ends its call only.
func TestAHandlerMayEndItsGoroutine(t *testing.T) {
	e := engine.New(engine.Options{})
	var calls atomic.Int64
	attach(t, e, "sink", engine.Each(func(ctx context.Context, out *engine.Publisher, _ message.Message) {
		if calls.Add(1) < 10 {
			runtime.Goexit()
		}
	}))
	source := attach(t, e, "source", nil)
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	for n := range 10 {
		must(t, publish(within(t), p, n))
		for calls.Load() <= int64(n) {
			runtime.Gosched()
		}
	}
	p.Close()
	if report := closeWell(t, e); report.Links[0].Delivered != 10 {
		t.Errorf("report %+v", report)
	}
}

// No number makes an engine panic or hang.
func TestNumbersBeyondReason(t *testing.T) {
	e := engine.New(engine.Options{
		Memory: math.MaxInt64, Overflow: math.MaxInt64, Keys: math.MaxInt, Drain: math.MaxInt64,
		Limits: message.Limits{Properties: math.MaxInt, PropertyBytes: math.MaxInt, Content: math.MaxInt},
	})
	for _, key := range []string{"a", "b", "c", "d"} {
		e.Key(key)
	}
	if _, err := e.Attach("large", discard, engine.ModuleOptions{Capacity: math.MaxInt}); err == nil {
		t.Error("a ring of that size")
	}
	attachWith(t, e, "small", discard, engine.ModuleOptions{Capacity: -1})
	closeWell(t, e)
}

package engine_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// eachCase is an Each handler that stops at one number, under a handler that calls it in its own way.
type eachCase struct {
	t        *testing.T
	stopAt   string
	stop     func()
	began    []string // given to the function
	finished []string // returned from
	kept     []message.Message
}

func (c *eachCase) one(_ context.Context, _ *engine.Publisher, m message.Message) {
	number, _ := m.Property("number")
	c.began = append(c.began, string(number))
	if string(number) == c.stopAt {
		c.stopAt = ""
		c.stop()
	}
	c.finished = append(c.finished, string(number))
}

// ways in which a handler may call an Each handler with its own batch.
func (c *eachCase) ways() map[string]engine.HandlerFunc {
	each := engine.Each(c.one)
	return map[string]engine.HandlerFunc{
		"halves": func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			each.Receive(ctx, out, b[:len(b)/2])
			each.Receive(ctx, out, b[len(b)/2:])
		},
		"one by one": func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			for i := range b {
				each.Receive(ctx, out, b[i:i+1])
			}
		},
		"backwards, in place": func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			slices.Reverse(b)
			each.Receive(ctx, out, b)
		},
		"a copy": func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			each.Receive(ctx, out, slices.Clone(b))
		},
		"shuffled": func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			b = slices.Clone(b)
			rand.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
			each.Receive(ctx, out, b)
		},
		"Each in Each": func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
				each.Receive(ctx, out, []message.Message{m})
			}).Receive(ctx, out, b)
		},
		"after kept ones": func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			ignore := engine.Each(func(context.Context, *engine.Publisher, message.Message) {})
			ignore.Receive(ctx, out, c.kept)
			each.Receive(ctx, out, b)
			for _, m := range b {
				m.Retain()
			}
			c.kept = append(c.kept, b...)
		},
	}
}

// waysOfEach runs a test for each way to call an Each handler. It gives the case and what became of
// nine messages, of which "5" stopped the handler.
func waysOfEach(t *testing.T, stop func(), check func(*testing.T, *eachCase, engine.Counts, []engine.Panic)) {
	for name := range (&eachCase{}).ways() {
		t.Run(name, func(t *testing.T) {
			c := &eachCase{t: t, stopAt: "5", stop: stop}
			e, p, told := failing(t, c.ways()[name])
			publishNumbers(t, p, 9)
			p.Close()
			counts := c.closeWell(e).Links[0].Counts
			if counts.Delivered+counts.Dropped.Failed() != 9 || counts.Dropped.Total() != counts.Dropped.Failed() {
				t.Errorf("of nine %+v", counts)
			}
			slices.Sort(c.began)
			if once := slices.Compact(slices.Clone(c.began)); len(once) != len(c.began) {
				t.Errorf("received %v", c.began)
			}
			check(t, c, counts, *told)
		})
	}
}

// closeWell closes the engine, and then gives up what the case has kept.
func (c *eachCase) closeWell(e *engine.Engine) engine.Report {
	r, err := e.Close(within(c.t))
	if err != nil && (len(c.kept) == 0 || !errors.Is(err, engine.ErrUnreleased)) {
		c.t.Error(err)
	}
	for _, m := range c.kept {
		m.Release()
	}
	return r
}

// However a handler calls an Each handler, a panic in it makes nobody receive a message twice, and
// only what it returned from counts as delivered.
func TestAPanicInEachUnderAnotherHandler(t *testing.T) {
	waysOfEach(t, func() { panic("five") }, func(t *testing.T, c *eachCase, counts engine.Counts, told []engine.Panic) {
		if int(counts.Delivered) != len(c.finished) {
			t.Errorf("%v finished, but %+v", c.finished, counts)
		}
		if len(told) != 1 || told[0].Messages != int(counts.Dropped.Failed()) {
			t.Errorf("told %+v of %+v", told, counts)
		}
	})
}

// The same for one that ends its goroutine: it has begun with what counts as delivered.
func TestGoexitInEachUnderAnotherHandler(t *testing.T) {
	waysOfEach(t, runtime.Goexit, func(t *testing.T, c *eachCase, counts engine.Counts, told []engine.Panic) {
		if int(counts.Delivered) != len(c.began) || len(told) != 0 {
			t.Errorf("%v begun, but %+v; told %v", c.began, counts, told)
		}
	})
}

// A handler that collects messages over several calls has had those that it keeps: a panic over one
// of them costs what was not handled of the batch at hand, and never the process.
func TestAPanicOverCollectedMessages(t *testing.T) {
	c := &eachCase{t: t, stopAt: "1", stop: func() { panic("one") }}
	each := engine.Each(c.one)
	e, p, told := failing(t, engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, b []message.Message) {
		for _, m := range b {
			m.Retain()
			c.kept = append(c.kept, m)
		}
		if len(c.kept) == 6 {
			each.Receive(ctx, out, c.kept)
		}
	}))
	for range 3 {
		publishNumbers(t, p, 2)
		for e.Stats().Links[0].Queued > 0 {
			runtime.Gosched()
		}
	}
	p.Close()
	counts := c.closeWell(e).Links[0].Counts
	if len(*told) != 1 || counts.Delivered+counts.Dropped.Failed() != 6 || counts.Dropped.Failed() == 0 ||
		uint64((*told)[0].Messages) != counts.Dropped.Failed() {
		t.Fatalf("told %+v, %+v", *told, counts)
	}
}

// What stands behind the message over which an Each handler ended its goroutine is handled by the next.
func TestGoexitInEachLosesNothing(t *testing.T) {
	for _, where := range []string{"the handler", "OnPanic"} {
		t.Run(where, func(t *testing.T) {
			var got []string
			e := engine.New(engine.Options{Memory: 64 << 10})
			source := attach(t, e, "source", nil)
			attachWith(t, e, "sink", engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
				number, _ := m.Property("number")
				got = append(got, string(number))
				if number[0]%3 != 0 {
					return
				}
				if _, err := out.Claim(ctx); err != nil { // never published
					t.Error(err)
				}
				if where == "OnPanic" {
					panic("and more")
				}
				runtime.Goexit()
			}), engine.ModuleOptions{OnPanic: func(engine.Panic) { runtime.Goexit() }})
			link(t, e, engine.Link{Source: "source", Sink: "sink"})
			p := publisher(t, source)
			for range 100 {
				publishNumbers(t, p, 9)
			}
			p.Close()
			counts := closeWell(t, e).Links[0].Counts
			failed := uint64(0)
			if where == "OnPanic" {
				failed = 300
			}
			if len(got) != 900 || counts.Delivered != 900-failed || counts.Dropped.Failed() != failed {
				t.Errorf("received %d; %+v", len(got), counts)
			}
		})
	}
}

// A handler that ends its goroutine without an Each has handled nobody knows what.
func TestGoexitFailsTheWholeBatch(t *testing.T) {
	e, p, told := failing(t, engine.HandlerFunc(func(context.Context, *engine.Publisher, []message.Message) {
		runtime.Goexit()
	}))
	publishNumbers(t, p, 9)
	p.Close()
	if counts := closeWell(t, e).Links[0].Counts; counts.Dropped.Failed() != 9 || len(*told) != 0 {
		t.Errorf("%+v, told %v", counts, *told)
	}
}

// A message that reached a sink along two ways is twice in a batch: the one that is handled is not
// taken for the other.
func TestAMessageTwiceInABatch(t *testing.T) {
	gate, times := make(chan struct{}), 0
	each := engine.Each(func(context.Context, *engine.Publisher, message.Message) {
		if times++; times == 2 {
			panic("the second time")
		}
	})
	e, p, _ := failing(t, engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, b []message.Message) {
		<-gate
		for i := range b {
			each.Receive(ctx, out, b[i:i+1])
		}
	}))
	attach(t, e, "way", engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, b []message.Message) {
		must(t, out.Forward(ctx, b))
		close(gate)
	}))
	link(t, e, engine.Link{Source: "source", Sink: "way"})
	link(t, e, engine.Link{Source: "way", Sink: "sink"})
	publishNumbers(t, p, 1)
	p.Close()
	var delivered, failed uint64
	for _, l := range closeWell(t, e).Links {
		if l.Sink == "sink" {
			delivered, failed = delivered+l.Delivered, failed+l.Dropped.Failed()
		}
	}
	if delivered != 1 || failed != 1 {
		t.Errorf("%d delivered, %d failed", delivered, failed)
	}
}

// An Each handler may be called with any publisher, or none.
func TestEachWithAnyPublisher(t *testing.T) {
	e := engine.New(engine.Options{})
	p := publisher(t, attach(t, e, "source", nil))
	got := 0
	each := engine.Each(func(context.Context, *engine.Publisher, message.Message) { got++ })
	for _, out := range []*engine.Publisher{nil, p} {
		each.Receive(context.Background(), out, make([]message.Message, 3))
	}
	if got != 6 {
		t.Errorf("%d of 6", got)
	}
	p.Close()
	closeWell(t, e)
}

package bench_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// A run in which a message is lost, duplicated, reordered or garbled fails, and says which.
func TestFaultsAreFound(t *testing.T) {
	for _, c := range []struct {
		name, scenario, module string
		fault                  tamper
		want                   error
	}{
		{"lost", "1to1", "sink", without(100), bench.ErrLost},
		{"lost last", "1to1", "sink", without(messages - 1), bench.ErrLost},
		{"lost in a stage", "pipeline", "stage1", without(100), bench.ErrLost},
		{"lost on one way", "diamond", "left", without(5), bench.ErrLost},
		{"lost at one sink", "1to4", "sink2", without(0), bench.ErrLost},
		{"duplicated", "1to1", "sink", twice(100), bench.ErrDuplicated},
		{"duplicated by a stage", "chain-16", "stage7", twice(100), bench.ErrDuplicated},
		{"duplicated among drops", "slow-sink", "slow", twice(10), bench.ErrDuplicated},
		{"reordered", "1to1", "sink", swap(), bench.ErrReordered},
		{"reordered by a stage", "pipeline", "stage1", swap(), bench.ErrReordered},
		{"reordered among drops", "slow-sink", "slow", swap(), bench.ErrReordered},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := bench.Find(c.scenario)
			s.Wrap = faulty(c.module, c.fault)
			_, err := bench.Run(context.Background(), s, bench.Load{Messages: messages, Batch: 4})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
			for _, other := range []error{
				bench.ErrLost, bench.ErrDuplicated, bench.ErrReordered, bench.ErrGarbled,
			} {
				if other != c.want && errors.Is(err, other) {
					t.Errorf("and also %v", other)
				}
			}
		})
	}
}

// One byte that is not as it was is found, wherever it stands.
func TestGarbledMessagesAreFound(t *testing.T) {
	for name, garble := range map[string]func(d message.Draft, m message.Message){
		"content": func(d message.Draft, m message.Message) {
			content := slices.Clone(m.Content())
			content[len(content)-1]++
			d.SetContent(content)
		},
		"content cut": func(d message.Draft, m message.Message) { d.SetContent(m.Content()[1:]) },
		"property added": func(d message.Draft, m message.Message) {
			d.Set("more", "")
			d.SetContent(m.Content())
		},
		"no stamp": func(d message.Draft, m message.Message) {
			d.Delete("stamp")
			d.SetContent(m.Content())
		},
		"stamp": func(d message.Draft, m message.Message) {
			d.Set("stamp", "12345678901234567")
			d.SetContent(m.Content())
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := bench.Find("pipeline")
			s.Wrap = func(module string, h engine.Handler) engine.Handler {
				if module != "stage1" {
					return h
				}
				return passOn(garble)
			}
			_, err := bench.Run(context.Background(), s, bench.Load{Messages: 50})
			if !errors.Is(err, bench.ErrGarbled) {
				t.Errorf("got %v", err)
			}
		})
	}
}

const messages = 1000

// tamper changes what a module's handler is given.
type tamper func(batch []message.Message) []message.Message

// faulty tampers with one module's messages.
func faulty(module string, t tamper) func(string, engine.Handler) engine.Handler {
	return func(name string, h engine.Handler) engine.Handler {
		if name != module {
			return h
		}
		return engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			h.Receive(ctx, out, t(slices.Clone(b)))
		})
	}
}

// without takes one message away, counted from 0.
func without(n int) tamper {
	seen := 0
	return func(batch []message.Message) []message.Message {
		i := n - seen
		seen += len(batch)
		if i < 0 || i >= len(batch) {
			return batch
		}
		return slices.Delete(batch, i, i+1)
	}
}

// twice repeats one message, counted from 0.
func twice(n int) tamper {
	seen := 0
	return func(batch []message.Message) []message.Message {
		i := n - seen
		seen += len(batch)
		if i < 0 || i >= len(batch) {
			return batch
		}
		return slices.Insert(batch, i, batch[i])
	}
}

// swap exchanges two neighbours, once.
func swap() tamper {
	done := false
	return func(batch []message.Message) []message.Message {
		if !done && len(batch) > 1 {
			batch[0], batch[1] = batch[1], batch[0]
			done = true
		}
		return batch
	}
}

// passOn is a stage that garbles the tenth message.
func passOn(garble func(message.Draft, message.Message)) engine.Handler {
	seen := 0
	return engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		d, err := out.ClaimFrom(ctx, m)
		if err != nil {
			panic(err)
		}
		if seen++; seen == 10 {
			garble(d, m)
		} else {
			d.SetContent(m.Content())
		}
		if err := out.Publish(ctx, d); err != nil {
			panic(err)
		}
	})
}

// stallOnce makes every handler sleep at its first message.
func stallOnce(long time.Duration) func(string, engine.Handler) engine.Handler {
	return func(_ string, h engine.Handler) engine.Handler {
		stalled := false
		return engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, b []message.Message) {
			if !stalled {
				time.Sleep(long)
				stalled = true
			}
			h.Receive(ctx, out, b)
		})
	}
}

// What a sink has not seen although the engine counts it as delivered is found as such.
func TestMiscountsAreFound(t *testing.T) {
	s, _ := bench.Find("1to4")
	s.Wrap = faulty("sink3", without(17))
	_, err := bench.Run(context.Background(), s, bench.Load{Messages: messages})
	if !errors.Is(err, bench.ErrMiscounted) {
		t.Errorf("got %v", err)
	}
}

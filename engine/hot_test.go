package engine_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// The journey claim -> write -> publish -> receive -> release, with 5 properties and 256 bytes:
//
//	source -> sink            one     publishes one message at a time
//	                          batch   64 at a time
//	source -> 4 sinks         fan
//	source -> stage -> sink   pipe    the stage starts a new message from the old one
func BenchmarkHotJourney(b *testing.B) {
	b.Run("one", func(b *testing.B) { journey(b, 1, 1) })
	b.Run("batch", func(b *testing.B) { journey(b, 1, 64) })
	b.Run("fan", func(b *testing.B) { journey(b, 4, 64) })
	b.Run("filtered", benchmarkFiltered)
	b.Run("pipe", benchmarkPipe)
}

const content = 256

// counting checks what a sink receives: the sequence numbers in order, the content's length.
type counting struct {
	step, next uint64
	wrong      atomic.Uint64
	seen       atomic.Uint64
}

func (c *counting) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	for _, m := range batch {
		value, _ := m.Property("sequence")
		n := uint64(0)
		for _, digit := range value {
			n = n*10 + uint64(digit-'0')
		}
		if n != c.next || len(m.Content()) != content {
			c.wrong.Add(1)
		}
		c.next = n + c.step
	}
	c.seen.Store(c.seen.Load() + uint64(len(batch)))
}

func (c *counting) check(b *testing.B, want int) {
	b.Helper()
	if c.wrong.Load() != 0 || c.seen.Load() != uint64(want) {
		b.Fatalf("%d received of %d, %d wrong", c.seen.Load(), want, c.wrong.Load())
	}
}

func write(d message.Draft, sequence int, number []byte, payload []byte) {
	d.Set("deviceId", "device-17")
	d.Set("kind", "temperature")
	d.Set("site", "A")
	d.Set("unit", "celsius")
	d.SetBytes([]byte("sequence"), strconv.AppendInt(number[:0], int64(sequence), 10))
	d.SetContent(payload)
}

func journey(b *testing.B, sinks, batch int) {
	e := engine.New(engine.Options{})
	source := attach(b, e, "source", nil)
	counters := make([]counting, sinks)
	for i := range counters {
		counters[i].step = 1
		name := "sink" + strconv.Itoa(i)
		attach(b, e, name, &counters[i])
		link(b, e, engine.Link{Source: "source", Sink: name})
	}
	drive(b, e, source, batch)
	for i := range counters {
		counters[i].check(b, b.N)
	}
}

func benchmarkFiltered(b *testing.B) {
	e := engine.New(engine.Options{})
	source := attach(b, e, "source", nil)
	counter := counting{step: 1}
	attach(b, e, "sink", &counter)
	attach(b, e, "other", &counting{})
	link(b, e, engine.Link{Source: "source", Sink: "sink", Filter: filter.Equal("site", "A")})
	link(b, e, engine.Link{Source: "source", Sink: "other", Filter: filter.Equal("site", "B")})
	drive(b, e, source, 64)
	counter.check(b, b.N)
}

func benchmarkPipe(b *testing.B) {
	e := engine.New(engine.Options{})
	source := attach(b, e, "source", nil)
	attach(b, e, "stage", engine.HandlerFunc(func(ctx context.Context, out *engine.Publisher, ms []message.Message) {
		for _, m := range ms {
			d, err := out.ClaimFrom(ctx, m)
			if err != nil {
				b.Error(err)
				return
			}
			d.SetContent(m.Content())
			if err := out.Publish(ctx, d); err != nil {
				b.Error(err)
			}
		}
	}))
	counter := counting{step: 1}
	attach(b, e, "sink", &counter)
	link(b, e, engine.Link{Source: "source", Sink: "stage"})
	link(b, e, engine.Link{Source: "stage", Sink: "sink"})
	drive(b, e, source, 64)
	counter.check(b, b.N)
}

// drive publishes b.N messages and waits until all have gone through.
func drive(b *testing.B, e *engine.Engine, source *engine.Module, batch int) {
	ctx := context.Background()
	pub, err := source.Publisher()
	if err != nil {
		b.Fatal(err)
	}
	payload, number := make([]byte, content), make([]byte, 0, 20)
	drafts := make([]message.Draft, 0, batch)
	b.ReportAllocs()
	for i := range b.N {
		d, err := pub.Claim(ctx)
		if err != nil {
			b.Fatal(err)
		}
		write(d, i, number, payload)
		if drafts = append(drafts, d); len(drafts) < batch && i+1 < b.N {
			continue
		}
		if batch == 1 {
			err = pub.Publish(ctx, d)
		} else {
			err = pub.PublishBatch(ctx, drafts)
		}
		if err != nil {
			b.Fatal(err)
		}
		drafts = drafts[:0]
	}
	pub.Close()
	closing, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := e.Close(closing); err != nil {
		b.Fatal(err)
	}
}

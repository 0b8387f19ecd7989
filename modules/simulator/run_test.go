package simulator

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/internal/assert"
	"github.com/millrace/millrace/message"
)

func TestWritingAllocatesNothing(t *testing.T) {
	if assert.Enabled {
		t.Skip("assertions keep stacks")
	}
	j := newJoined(t, engine.Options{}, nil)
	n := 1.0
	for range 20 { // until the publisher has the memory it needs, as much as the sink's queue has room for
		if n = testing.AllocsPerRun(200, func() { j.batch(t) }); n == 0 {
			break
		}
	}
	if n != 0 {
		t.Errorf("%v allocations for %d messages", n, batchMax)
	}
	j.close(t)
}

// BenchmarkWrite writes one message per operation, for a sink that looks at nothing.
func BenchmarkWrite(b *testing.B) {
	j := newJoined(b, engine.Options{}, nil)
	b.ReportAllocs()
	batches := 0
	for i := 0; i < b.N; i += batchMax {
		j.batch(b)
		batches++
	}
	j.close(b)
	if n := j.arrived.Load(); n != int64(batches*batchMax) {
		b.Fatalf("%d messages arrived of %d batches", n, batches)
	}
}

// TestEndsWithAWholeBatch: whatever ends a run, the batch on its way is delivered if there is room
// soon.
func TestEndsWithAWholeBatch(t *testing.T) {
	for name, duration := range map[string]time.Duration{"stopped": 0, "time is up": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			gate := make(chan struct{})
			j := newJoined(t, engine.Options{}, gate)
			j.duration = duration
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- j.run.run(ctx) }()
			<-j.receiving // a batch of 64 is on its way into a queue of two
			if duration == 0 {
				cancel()
			}
			select {
			case err := <-ended:
				t.Errorf("ended with %v and a batch on its way", err)
				ended <- err
			case <-time.After(50 * time.Millisecond):
			}
			close(gate)
			must(t, <-ended)
			j.close(t)
			written, err := strconv.ParseInt(string(j.writer.sequence.text()), 10, 64)
			if n := j.arrived.Load(); n != written || err != nil {
				t.Errorf("%d messages written, %d arrived", written, n)
			}
		})
	}
}

// TestStopsWhileItWaitsForMemory: that there is none is no error of a run that was stopped.
func TestStopsWhileItWaitsForMemory(t *testing.T) {
	j := newJoined(t, engine.Options{Memory: 16 << 10}, nil) // for a part of a batch
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	must(t, j.run.run(ctx))
	j.close(t)
}

// joined is a run whose messages go to a sink that counts them, as soon as it may.
type joined struct {
	*run
	engine    *engine.Engine
	gate      chan struct{} // nil: at once
	receiving chan struct{} // gets something when the sink first has messages
	arrived   atomic.Int64
}

func newJoined(t testing.TB, o engine.Options, gate chan struct{}) *joined {
	j := &joined{engine: engine.New(o), gate: gate, receiving: make(chan struct{}, 1)}
	source, err := j.engine.Attach("source", nil, engine.ModuleOptions{})
	must(t, err)
	var small engine.ModuleOptions
	if gate != nil {
		small.Capacity = 2
	}
	_, err = j.engine.Attach("sink", engine.HandlerFunc(j.receive), small)
	must(t, err)
	must(t, j.engine.Link(engine.Link{Source: "source", Sink: "sink"}))
	out, err := source.Publisher()
	must(t, err)
	j.run = newRun(&simulator{device: "device1", count: 2, size: 16, content: 256}, out)
	return j
}

func (j *joined) receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	if j.gate != nil {
		select {
		case j.receiving <- struct{}{}:
		default:
		}
		<-j.gate
	}
	j.arrived.Add(int64(len(batch)))
}

func (j *joined) batch(t testing.TB) { must(t, j.run.batch(t.Context(), j.drafts)) }

func (j *joined) close(t testing.TB) {
	j.out.Close()
	_, err := j.engine.Close(context.Background())
	must(t, err)
}

func must(t testing.TB, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}

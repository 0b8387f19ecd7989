package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// ownMemory is what a publisher may take beyond the cap.
const ownMemory = 4 << 10

// send publishes a message with a content of that size.
func send(ctx context.Context, p *engine.Publisher, size int) error {
	d, err := p.Claim(ctx)
	if err != nil {
		return err
	}
	d.SetContent(make([]byte, size))
	return p.Publish(ctx, d)
}

// memoryWatcher is a sink that sees how much memory its source has at most.
type memoryWatcher struct {
	source   *engine.Module
	received atomic.Int64
	most     atomic.Int64
}

func (w *memoryWatcher) receive(context.Context, *engine.Publisher, message.Message) {
	_, bytes := w.source.Memory()
	for most := w.most.Load(); bytes > most && !w.most.CompareAndSwap(most, bytes); most = w.most.Load() {
	}
	w.received.Add(1)
}

// watched is an engine with a source and a sink that watches it.
func watched(t testing.TB, memory int64) (*engine.Engine, *memoryWatcher) {
	e := engine.New(engine.Options{Memory: memory})
	w := &memoryWatcher{source: attach(t, e, "source", nil)}
	attach(t, e, "sink", engine.Each(w.receive))
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	return e, w
}

// Publishers of large messages, each of which waits for the others'.
func TestMemoryHasACapThatHolds(t *testing.T) {
	const memory, publishers, size = 1 << 20, 50, 100 << 10
	e, w := watched(t, memory)
	var all sync.WaitGroup
	for range publishers {
		p := publisher(t, w.source)
		all.Go(func() {
			for range 3 {
				if err := send(within(t), p, size); err != nil {
					t.Error(err)
				}
			}
			if err := send(within(t), p, memory); !errors.Is(err, message.ErrBeyondMemory) {
				t.Error("a message that can never fit:", err)
			}
			p.Close()
		})
	}
	all.Wait()
	closeWell(t, e)
	if got, most := w.most.Load(), int64(memory+publishers*ownMemory); got > most || got < size {
		t.Errorf("%d bytes at most, the cap and %d for each publisher are %d", got, ownMemory, most)
	}
	if w.received.Load() != 3*publishers {
		t.Errorf("%d messages received", w.received.Load())
	}
}

// A publisher is told at once that its own drafts are all the memory.
func TestABatchLargerThanTheMemoryIsRefused(t *testing.T) {
	e, w := watched(t, 64<<10)
	p := publisher(t, w.source)
	var batch []message.Draft
	for {
		d, err := p.Claim(within(t))
		if err != nil {
			if !errors.Is(err, message.ErrOpenDrafts) || !errors.Is(err, message.ErrExhausted) {
				t.Fatal(err)
			}
			break
		}
		batch = append(batch, d)
	}
	must(t, p.PublishBatch(within(t), batch))
	p.Close()
	closeWell(t, e)
}

// Any sizes, any cap, several publishers at once, some of which fill the memory with drafts: the cap
// holds, and what it can hold arrives.
func TestMemoryHasACapThatHoldsProperty(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = scaled(40)
	parameters.MaxSize = 60
	properties := gopter.NewProperties(parameters)
	properties.Property("the cap holds", prop.ForAll(func(memory int, sizes []int) (bool, error) {
		const publishers = 6
		e, w := watched(t, int64(memory))
		var sent atomic.Int64
		wrong := make(chan error, len(sizes))
		var all sync.WaitGroup
		for i := range publishers {
			p := publisher(t, w.source)
			all.Go(func() {
				defer p.Close()
				for at := i; at < len(sizes); at += publishers {
					switch err := send(within(t), p, sizes[at]); {
					case err == nil:
						sent.Add(1)
					case !errors.Is(err, message.ErrBeyondMemory) || sizes[at]+ownMemory < memory:
						wrong <- fmt.Errorf("%d bytes of %d: %w", sizes[at], memory, err)
					}
				}
			})
		}
		all.Wait()
		closeWell(t, e)
		if most := int64(memory + publishers*ownMemory); w.most.Load() > most {
			return false, fmt.Errorf("%d bytes, at most %d", w.most.Load(), most)
		}
		select {
		case err := <-wrong:
			return false, err
		default:
			return w.received.Load() == sent.Load(), nil
		}
	}, gen.IntRange(1, 1<<20), gen.SliceOf(gen.OneGenOf(gen.IntRange(0, 3000), gen.IntRange(0, 500_000)))))
	properties.TestingRun(t)
}

// What a burst took is given back after a minute in which nobody needed it, and the engine then rests.
func TestMemoryComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := engine.New(engine.Options{})
		source := attach(t, e, "source", nil)
		attachWith(t, e, "sink", discard, engine.ModuleOptions{Capacity: 1 << 14})
		link(t, e, engine.Link{Source: "source", Sink: "sink"})
		p := publisher(t, source)
		for size := range 5000 {
			must(t, send(t.Context(), p, size))
		}
		synctest.Wait()
		if held, bytes := source.Memory(); held != 0 || bytes == 0 || !e.KeeperArmed() {
			t.Fatalf("%d held, %d bytes after the burst, armed: %v", held, bytes, e.KeeperArmed())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, bytes := source.Memory(); bytes != 0 || e.KeeperArmed() {
			t.Errorf("%d bytes after a minute, armed: %v", bytes, e.KeeperArmed())
		}
		must(t, send(t.Context(), p, 10)) // and serves on
		p.Close()
		synctest.Wait()
		if _, bytes := source.Memory(); bytes != 0 {
			t.Errorf("%d bytes of a publisher that was closed", bytes)
		}
		closeWell(t, e)
	})
}

// Bursts of any sizes by publishers that come, stay and go: a minute after the last is released nothing
// is left but what is held.
func TestMemoryComesBackProperty(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = scaled(30)
	parameters.MaxSize = 80
	properties := gopter.NewProperties(parameters)
	properties.Property("memory comes back", prop.ForAll(func(memory int, sizes []int) (ok bool, err error) {
		synctest.Test(t, func(t *testing.T) { ok, err = comesBack(t, int64(memory), sizes) })
		return ok, err
	}, gen.IntRange(1<<16, 1<<20), gen.SliceOf(gen.OneGenOf(gen.IntRange(0, 3000), gen.IntRange(0, 60_000)))))
	properties.TestingRun(t)
}

func comesBack(t *testing.T, memory int64, sizes []int) (bool, error) {
	e := engine.New(engine.Options{Memory: memory})
	source := attach(t, e, "source", nil)
	var kept []message.Message
	attach(t, e, "sink", engine.Each(func(_ context.Context, _ *engine.Publisher, m message.Message) {
		if len(kept) == 0 {
			m.Retain()
			kept = append(kept, m)
		}
	}))
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	for n, size := range sizes {
		if err := send(t.Context(), p, size); err != nil && !errors.Is(err, message.ErrBeyondMemory) {
			return false, err
		}
		if n%7 == 0 {
			time.Sleep(time.Duration(size) * time.Millisecond)
		}
		if size%5 == 0 {
			p.Close()
			p = publisher(t, source)
		}
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	most := int64(0)
	for _, m := range kept {
		most += 2*int64(m.Size()) + 70<<10 // of its size class
	}
	if _, bytes := source.Memory(); bytes > most || (len(kept) == 0 && bytes > 0) {
		return false, fmt.Errorf("%d bytes are left", bytes)
	}
	for _, m := range kept {
		m.Release()
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	_, bytes := source.Memory()
	p.Close()
	closeWell(t, e)
	if bytes != 0 {
		return false, fmt.Errorf("%d bytes are left at the end", bytes)
	}
	return true, nil
}

// What a publisher has free is there for the others of its module, also after it was refused a message
// or its handler panicked with a draft in hand.
func TestWhatIsFreeIsThereForOthersAfterARefusal(t *testing.T) {
	for name, refuse := range map[string]func(*testing.T, *engine.Publisher){
		"a mistake": func(t *testing.T, p *engine.Publisher) {
			d, err := p.Claim(within(t))
			must(t, err)
			d.Set("a", "\x00")
			if err := p.Publish(within(t), d); !errors.Is(err, message.ErrNUL) {
				t.Fatal(err)
			}
		},
		"a mistake in a batch": func(t *testing.T, p *engine.Publisher) {
			d, err := p.Claim(within(t))
			must(t, err)
			d.Set("a", "\x00")
			if err := p.PublishBatch(within(t), []message.Draft{d}); !errors.Is(err, message.ErrNUL) {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := engine.New(engine.Options{Memory: 16 << 10})
			m := attach(t, e, "source", nil)
			first, second := publisher(t, m), publisher(t, m)
			fill := func(p *engine.Publisher) {
				var drafts []message.Draft
				for range 3 {
					d, err := p.Claim(within(t))
					must(t, err)
					d.SetContent(make([]byte, 3000))
					drafts = append(drafts, d)
				}
				must(t, p.PublishBatch(within(t), drafts))
			}
			fill(first)
			refuse(t, first)
			fill(second)
			closed(t, e)
		})
	}
}

package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// offering are sources of one sink that publish all the time.
type offering struct {
	e       *engine.Engine
	offered []atomic.Uint64
	inside  []atomic.Bool // a publish, which may wait
	waits   []atomic.Bool // its link does
	sources sync.WaitGroup
	over    atomic.Bool
}

func newOffering(sources int) *offering {
	return &offering{
		e:       engine.New(engine.Options{}),
		offered: make([]atomic.Uint64, sources), inside: make([]atomic.Bool, sources),
		waits: make([]atomic.Bool, sources),
	}
}

// offer adds a source that publishes batches, in turns with the others where its link does not wait.
func (o *offering) offer(t *testing.T, i, batch int, d engine.Delivery) {
	name := fmt.Sprint("source ", i)
	o.waits[i].Store(d.WhenFull == engine.Block)
	m := attach(t, o.e, name, nil)
	link(t, o.e, engine.Link{Source: name, Sink: "sink", Delivery: d})
	p := publisher(t, m)
	o.sources.Go(func() {
		defer p.Close()
		for !o.over.Load() {
			var drafts []message.Draft
			for range batch {
				d, err := p.Claim(context.Background())
				if err != nil {
					return
				}
				drafts = append(drafts, d)
			}
			o.inside[i].Store(true)
			err := p.PublishBatch(context.Background(), drafts)
			o.inside[i].Store(false)
			if err != nil {
				return
			}
			o.offered[i].Add(1)
			runtime.Gosched()
		}
	})
}

// more tells whether every source has offered so many batches since, or waits.
func (o *offering) more(since []uint64, batches uint64) bool {
	for i := range o.offered {
		if o.waits[i].Load() && !o.inside[i].Load() {
			return false
		}
		if !o.waits[i].Load() && o.offered[i].Load()-since[i] < batches {
			return false
		}
	}
	return true
}

func (o *offering) now() []uint64 {
	list := make([]uint64, len(o.offered))
	for i := range list {
		list[i] = o.offered[i].Load()
	}
	return list
}

// sink is slow: before it handles a batch, sources that drop have offered more than fits, and the ring is
// full of what those had that wait.
func (o *offering) sink(t *testing.T, capacity int, deliveries int64) (full <-chan struct{}) {
	done, left := make(chan struct{}), deliveries
	h := engine.HandlerFunc(func(_ context.Context, _ *engine.Publisher, batch []message.Message) {
		since := o.now()
		for !o.over.Load() && (!o.more(since, uint64(capacity)) || o.queued() < capacity+len(batch)) {
			runtime.Gosched()
		}
		if left -= int64(len(batch)); left <= 0 && left+int64(len(batch)) > 0 {
			close(done)
		}
	})
	attachWith(t, o.e, "sink", h, engine.ModuleOptions{Capacity: capacity})
	return done
}

func (o *offering) queued() (n int) {
	for _, l := range o.e.Stats().Links {
		n += int(l.Queued)
	}
	return n
}

// delivered ends the offering and returns what each source got through by then.
func (o *offering) delivered(t *testing.T, full <-chan struct{}) []uint64 {
	<-full
	list := make([]uint64, len(o.offered))
	for _, l := range o.e.Stats().Links {
		var i int
		if _, err := fmt.Sscanf(l.Source, "source %d", &i); err != nil {
			t.Fatal(err)
		}
		list[i] = l.Delivered
	}
	o.over.Store(true)
	o.sources.Wait()
	closeWell(t, o.e)
	return list
}

// Among sources of one sink whose links drop the oldest, and that always have something to offer, in
// batches of one size, none gets less than half of its fair share of 10,000 deliveries.
func TestFair(t *testing.T) {
	oldest := engine.Delivery{WhenFull: engine.DropOldest}
	fair(t, oldest, 4, 1, 64, 2)
	fair(t, oldest, 4, 16, 64, 2)
	fair(t, oldest, 10, 7, 8, 2)
	fair(t, oldest, 100, 1, 4, 2)
}

// The same for any number of sources, sizes of batches and capacities.
func TestFairProperty(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for range 5 {
		fair(t, engine.Delivery{WhenFull: engine.DropOldest},
			2+random.IntN(9), 1+random.IntN(20), 1<<(1+random.IntN(6)), 2)
	}
}

// fair checks that no source gets less than that part of its fair share.
func fair(t *testing.T, d engine.Delivery, sources, batch, capacity, part int) {
	t.Run(fmt.Sprintf("%v,sources=%d,batch=%d", d.WhenFull, sources, batch), func(t *testing.T) {
		const deliveries = 10_000
		o := newOffering(sources)
		full := o.sink(t, capacity, deliveries)
		for i := range sources {
			o.offer(t, i, batch, d)
		}
		got := o.delivered(t, full)
		if share := uint64(deliveries / sources); slices.Min(got) < share/uint64(part) {
			t.Errorf("delivered %v; the fair share is %d", got, share)
		}
	})
}

// Nobody is shut out, whatever the others' policies are: not who has a lane by those in the ring, nor
// these by a crowd of lanes.
func TestFairNobodyIsShutOut(t *testing.T) {
	const deliveries, capacity = 10_000, 64
	o := newOffering(12)
	full := o.sink(t, capacity, deliveries)
	for i := range o.offered {
		o.offer(t, i, 1+i%3, []engine.Delivery{
			{}, {WhenFull: engine.DropOldest}, {Timeout: 1 << 40}, {WhenFull: engine.DropOldest},
		}[i%4])
	}
	got := o.delivered(t, full)
	for i, n := range got {
		if n < deliveries/uint64(len(got))/20 {
			t.Errorf("source %d got %d of %v", i, n, got)
		}
	}
}

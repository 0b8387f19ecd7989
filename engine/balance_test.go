package engine_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// soak is how many messages the balance test sends; the numbers of other tests are in proportion.
// make soak raises it.
var soak = flag.Int("soak", soakUsual, "messages that TestBalanceUnderLinkChanges sends; others in proportion")

const soakUsual = 200_000

// ordered is a sink that checks that each publisher's messages arrive in order, none twice.
type ordered struct {
	last     map[string]int // by publisher
	received atomic.Uint64
	faults   atomic.Uint64
	first    atomic.Pointer[string]
}

func newOrdered() *ordered { return &ordered{last: make(map[string]int)} }

func (o *ordered) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	for _, m := range batch {
		publisher, _ := m.Property("publisher")
		sequence, _ := m.Property("sequence")
		n, err := strconv.Atoi(string(sequence))
		if err != nil || string(m.Content()) != string(sequence) {
			o.fault(fmt.Sprintf("garbled: %q %q", sequence, m.Content()))
		}
		if last, seen := o.last[string(publisher)]; seen && n <= last {
			o.fault(fmt.Sprintf("publisher %s: %d after %d", publisher, n, last))
		}
		o.last[string(publisher)] = n
	}
	o.received.Add(uint64(len(batch)))
}

func (o *ordered) fault(text string) {
	o.faults.Add(1)
	o.first.CompareAndSwap(nil, &text)
}

func (o *ordered) check(t *testing.T, name string) {
	t.Helper()
	if n := o.faults.Load(); n > 0 {
		t.Errorf("%s: %d faults, the first: %s", name, n, *o.first.Load())
	}
}

// The promise of the whole engine in one picture: 4 sources with 2 publishers each, filters and
// every delivery policy, 6 sinks with tiny rings, links added and removed all the while.
//
//	s0..s3 --(filters; block, drop_newest, drop_oldest; and one "*")--> k0..k5
func TestBalanceUnderLinkChanges(t *testing.T) {
	const sources, publishers, sinks = 4, 2, 6
	e := engine.New(engine.Options{Memory: 1 << 20})
	ends := make([]*ordered, sinks)
	for i := range ends {
		ends[i] = newOrdered()
		attachWith(t, e, fmt.Sprintf("k%d", i), ends[i], engine.ModuleOptions{Capacity: 2 << (i % 3)})
	}
	var producers, changer sync.WaitGroup
	var published atomic.Uint64
	for s := range sources {
		m := attach(t, e, fmt.Sprintf("s%d", s), nil)
		for p := range publishers {
			producers.Go(func() {
				name := fmt.Sprintf("s%d/%d", s, p)
				published.Add(produce(t, m, name, *soak/(sources*publishers)))
			})
		}
	}
	stop := make(chan struct{})
	changer.Go(func() { changeLinks(t, e, sources, sinks, stop) })
	producers.Wait()
	close(stop)
	changer.Wait()
	report, err := e.Close(within(t))
	if err != nil {
		t.Fatal(err)
	}
	checkBalance(t, report)
	var received, delivered uint64
	for i, o := range ends {
		o.check(t, fmt.Sprintf("k%d", i))
		received += o.received.Load()
	}
	for _, l := range report.Links {
		delivered += l.Delivered
	}
	if received != delivered {
		t.Errorf("sinks received %d, links say %d", received, delivered)
	}
	if report.Published != published.Load() {
		t.Errorf("published %d, the engine says %d", published.Load(), report.Published)
	}
	var all engine.Counts
	for _, l := range report.Links {
		all.Delivered += l.Delivered
		all.Filtered += l.Filtered
		all.Dropped.Newest += l.Dropped.Newest
		all.Dropped.Oldest += l.Dropped.Oldest
		all.Dropped.Timeout += l.Dropped.Timeout
	}
	if received == 0 || all.Filtered == 0 || all.Dropped.Newest == 0 || all.Dropped.Oldest == 0 {
		t.Errorf("the test did not reach every outcome: %+v", all)
	}
}

// checkBalance holds that every message is accounted for on every link.
func checkBalance(t *testing.T, r engine.Report) {
	t.Helper()
	for _, l := range r.Links {
		if l.In != l.Delivered+l.Filtered+l.Dropped.Total()+l.Left || l.Queued != 0 {
			t.Errorf("%s -> %s does not add up: %+v", l.Source, l.Sink, l.Counts)
		}
	}
	if r.Unreleased != 0 && len(r.Held) == 0 { // a handler that the machine gave no time holds some
		t.Errorf("%d messages not released", r.Unreleased)
	}
}

// produce publishes n numbered messages, one at a time and in batches in turn.
func produce(t *testing.T, m *engine.Module, name string, n int) (published uint64) {
	pub, err := m.Publisher()
	if err != nil {
		t.Error(err)
		return 0
	}
	defer pub.Close()
	ctx := t.Context() // on a busy machine it takes its time
	random := rand.New(rand.NewPCG(7, uint64(len(name))))
	for i := 0; i < n; {
		batch := min(1+random.IntN(20), n-i)
		drafts := make([]message.Draft, 0, batch)
		for range batch {
			d, err := pub.Claim(ctx)
			if err != nil {
				t.Error(err)
				return published
			}
			d.Set("publisher", name)
			d.Set("sequence", strconv.Itoa(i))
			d.Set("digit", strconv.Itoa(i%10))
			d.SetContent([]byte(strconv.Itoa(i)))
			drafts = append(drafts, d)
			i++
		}
		if batch == 1 {
			err = pub.Publish(ctx, drafts[0])
		} else {
			err = pub.PublishBatch(ctx, drafts)
		}
		if err != nil {
			t.Error(err)
			return published
		}
		published += uint64(batch)
	}
	return published
}

// changeLinks adds and removes links until told to stop, and leaves all sources linked.
func changeLinks(t *testing.T, e *engine.Engine, sources, sinks int, stop chan struct{}) {
	random := rand.New(rand.NewPCG(1, 2))
	deliveries := []engine.Delivery{
		{},
		{WhenFull: engine.DropNewest},
		{WhenFull: engine.DropOldest},
		{Timeout: time.Millisecond},
	}
	for {
		select {
		case <-stop:
			return
		default:
		}
		source := fmt.Sprintf("s%d", random.IntN(sources))
		if random.IntN(8) == 0 {
			source = engine.Any
		}
		sink := fmt.Sprintf("k%d", random.IntN(sinks))
		if random.IntN(2) == 0 {
			if err := e.Unlink(source, sink); err != nil && !errors.Is(err, engine.ErrUnknown) {
				t.Error(err)
			}
			continue
		}
		err := e.Link(engine.Link{
			Source:   source,
			Sink:     sink,
			Filter:   randomFilter(random),
			Delivery: deliveries[random.IntN(len(deliveries))],
		})
		if err != nil && !errors.Is(err, engine.ErrDuplicate) && !errors.Is(err, engine.ErrDelivery) {
			t.Error(err)
		}
	}
}

func randomFilter(random *rand.Rand) filter.Filter {
	if random.IntN(4) == 0 {
		return filter.Filter{}
	}
	return filter.Less("digit", float64(random.IntN(10)))
}

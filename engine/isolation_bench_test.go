package engine_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// BenchmarkIsolation asks what 99 modules notice of a hundredth that hangs, panics over every message
// or takes 10 ms for each. They have a source in common, whose link to the bad one drops what it
// has no room for; a second source, which waits for room, feeds the bad one alone.
//
//	plant ──(block)────────► m1..m99
//	   └────(drop_newest)──► bad ◄──(block)── feeder
//
// An iteration is two windows of 50 ms, one in which the bad module behaves and one in which it does
// not, in turns. Each window has a 99th percentile of the time from publish to handler at m1..m99;
// the figures are the medians of those over the windows of either kind, and their ratio: a median,
// because what else the machine does is worse than any module.
func BenchmarkIsolation(b *testing.B) {
	for _, place := range []string{"apart", "beside"} {
		for _, mode := range []vice{hangs, panicsAlways, dawdles} {
			b.Run(place+"/"+mode.String(), func(b *testing.B) { measureIsolation(b, mode, place == "beside") })
		}
	}
}

// vice is how the bad module misbehaves.
type vice int32

const (
	none vice = iota
	hangs
	panicsAlways
	dawdles
)

func (v vice) String() string { return [...]string{"none", "hung", "panicking", "slow"}[v] }

const (
	window    = 50 * time.Millisecond
	pace      = 5 * time.Millisecond // of the plant
	feed      = time.Millisecond     // of the feeder
	bystander = 99
)

// bad is the module that misbehaves, when it is told to.
type bad struct {
	vice atomic.Int32
	over atomic.Pointer[chan struct{}] // closed when the window is
}

func (m *bad) turn(v vice) {
	next := make(chan struct{})
	old := m.over.Swap(&next)
	m.vice.Store(int32(v))
	if old != nil {
		close(*old)
	}
}

func (m *bad) handle(context.Context, *engine.Publisher, message.Message) {
	over := *m.over.Load()
	switch vice(m.vice.Load()) {
	case hangs:
		<-over
	case panicsAlways:
		panic("always")
	case dawdles:
		time.Sleep(10 * time.Millisecond)
	}
}

// watcher notes how old messages are on arrival, by the window they were published in.
type watcher struct{ ages [][]time.Duration }

func (w *watcher) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	now := time.Since(epoch)
	for _, m := range batch {
		c := m.Content()
		age := now - time.Duration(binary.LittleEndian.Uint64(c))
		for at := int(binary.LittleEndian.Uint32(c[8:])); len(w.ages) <= at; {
			w.ages = append(w.ages, nil)
		}
		last := &w.ages[len(w.ages)-1]
		*last = append(*last, age)
	}
}

var epoch = time.Now()

func measureIsolation(b *testing.B, mode vice, beside bool) {
	e := engine.New(engine.Options{})
	m, watchers := hundred(b, e)
	if beside {
		link(b, e, engine.Link{Source: "plant", Sink: "bad", Delivery: engine.Delivery{WhenFull: engine.DropNewest}})
	}
	feeding, stop := context.WithCancel(context.Background())
	var feeder sync.WaitGroup
	feeder.Go(func() { feedBad(feeding, publisher(b, attachedAs(b, e, "feeder"))) })
	p := publisher(b, attachedAs(b, e, "plant"))
	b.ResetTimer()
	for i := range b.N {
		for half := range 2 {
			m.turn([]vice{none, mode}[kindOf(2*i+half)])
			publishWindow(b, p, 2*i+half)
		}
	}
	b.StopTimer()
	m.turn(none)
	stop()
	feeder.Wait()
	closing, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := e.Close(closing); err != nil {
		b.Fatal(err)
	}
	reportIsolation(b, watchers)
}

// hundred attaches and links everybody.
func hundred(b *testing.B, e *engine.Engine) (*bad, []*watcher) {
	m := &bad{}
	m.turn(none)
	attach(b, e, "plant", nil)
	attach(b, e, "feeder", nil)
	attachWith(b, e, "bad", engine.Each(m.handle), engine.ModuleOptions{
		Capacity: 64, OnPanic: func(engine.Panic) {},
	})
	link(b, e, engine.Link{Source: "feeder", Sink: "bad"})
	var watchers []*watcher
	for i := range bystander {
		w, name := &watcher{}, fmt.Sprintf("m%d", i+1)
		attach(b, e, name, w)
		link(b, e, engine.Link{Source: "plant", Sink: name})
		watchers = append(watchers, w)
	}
	return m, watchers
}

// kindOf tells whether the bad module is bad in a window: with, without, without, with, …
func kindOf(window int) int { return (window/2 + window) % 2 }

func publishWindow(b *testing.B, p *engine.Publisher, number int) {
	ctx := context.Background()
	for began := time.Now(); time.Since(began) < window; time.Sleep(pace) {
		d, err := p.Claim(ctx)
		must(b, err)
		stamp := binary.LittleEndian.AppendUint64(nil, uint64(time.Since(epoch)))
		d.SetContent(binary.LittleEndian.AppendUint32(stamp, uint32(number)))
		must(b, p.Publish(ctx, d))
	}
}

func feedBad(ctx context.Context, p *engine.Publisher) {
	defer p.Close()
	for ctx.Err() == nil {
		if publish(ctx, p, 0) != nil {
			return
		}
		time.Sleep(feed)
	}
}

func reportIsolation(b *testing.B, watchers []*watcher) {
	var p99 [2][]time.Duration
	for number := range 2 * b.N {
		var all []time.Duration
		for _, w := range watchers {
			if number >= len(w.ages) || len(w.ages[number]) == 0 {
				b.Fatal("a module was forgotten")
			}
			all = append(all, w.ages[number]...)
		}
		kind := kindOf(number)
		p99[kind] = append(p99[kind], percentile(all, 99))
	}
	without, with := percentile(p99[0], 50), percentile(p99[1], 50)
	b.ReportMetric(float64(without.Microseconds()), "µs-p99-without")
	b.ReportMetric(float64(with.Microseconds()), "µs-p99-with")
	b.ReportMetric(float64(with)/float64(without), "ratio")
	b.ReportMetric(0, "ns/op")
}

func percentile(list []time.Duration, percent int) time.Duration {
	slices.Sort(list)
	return list[len(list)*percent/100]
}

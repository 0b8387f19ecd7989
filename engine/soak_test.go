package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// Modules are reloaded and links changed under load, and nothing is left of it: no goroutine, no
// message, no descriptor, no memory. With -args -soak 10000000 there are 10,000 reloads and 100,000
// changes of links.
//
//	load ──► k0..k3 ◄── guest ◄── load      the guest comes and goes; links of all kinds in between
func TestSoak(t *testing.T) {
	s := startSoak(t)
	s.reload(t, scaled(200)/2) // what grows once, has grown
	before := s.footprint(t)
	s.reload(t, scaled(200))
	after := s.footprint(t)
	t.Logf("%d reloads, %d changes of links, %d messages", s.reloads, s.changes, s.e.Stats().Published)
	t.Logf("before %v", before)
	t.Logf("after  %v", after)
	if after.goroutines > before.goroutines || after.descriptors > before.descriptors || after.held > 0 {
		t.Error("something is left")
	}
	if grown := int64(after.heap) - int64(before.heap); grown > heapDrift {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	closeWell(t, s.e)
}

// heapDrift is by how much the heap may seem to have grown: what the pools of the runtime and of the
// engine keep by chance, in bytes.
const heapDrift = 256 << 10

// soaking is an engine under load whose modules come and go.
type soaking struct {
	e                *engine.Engine
	load             *engine.Module
	random           *rand.Rand
	reloads, changes int
}

const soakSinks = 4

func startSoak(t *testing.T) *soaking {
	o := engine.Options{Memory: 64 << 10, Overflow: 16 << 10}
	s := &soaking{e: engine.New(o), random: rand.New(rand.NewPCG(1, 2))}
	for i := range soakSinks {
		name := fmt.Sprintf("k%d", i)
		attachWith(t, s.e, name, discard, engine.ModuleOptions{Capacity: 8})
	}
	s.load = attach(t, s.e, "load", nil)
	link(t, s.e, engine.Link{Source: "load", Sink: "k0"})
	return s
}

// reload reloads the guest so many times, with ten changes of links each, while others publish.
func (s *soaking) reload(t *testing.T, times int) {
	stop := make(chan struct{})
	var publishing sync.WaitGroup
	for range 2 {
		publishing.Go(func() { s.publish(t, stop) })
	}
	for range times {
		s.reloadOnce(t)
	}
	close(stop)
	publishing.Wait()
	s.reloads += times
}

func (s *soaking) reloadOnce(t *testing.T) {
	options := engine.ModuleOptions{Capacity: 4}
	if s.random.IntN(2) == 0 {
		f := filter.Equal("number", "1")
		options.Accept = &f
	}
	guest := attachWith(t, s.e, "guest", engine.Each(forwardIfPossible), options)
	must(t, s.e.Apply(engine.Change{Link: []engine.Link{
		{Source: "load", Sink: "guest", Delivery: s.delivery()},
		{Source: "guest", Sink: s.sink(), Delivery: s.delivery()},
	}}))
	p := publisher(t, guest)
	for range 5 {
		s.changeTwice(t)
		must(t, publish(context.Background(), p, 1))
	}
	if s.random.IntN(2) == 0 {
		p.Close() // else it outlives its module
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	must(t, guest.Detach(ctx))
	p.Close()
}

// forwardIfPossible forwards what it can: along the bus the guest stands in circles of links, where
// memory may be short.
func forwardIfPossible(ctx context.Context, out *engine.Publisher, m message.Message) {
	if d, err := out.ClaimFrom(ctx, m); err == nil {
		_ = out.Publish(ctx, d)
	}
}

// changeTwice links and unlinks one pair.
func (s *soaking) changeTwice(t *testing.T) {
	source := []string{"load", "guest", "k1", engine.Any}[s.random.IntN(4)]
	sink := fmt.Sprintf("k%d", 2+s.random.IntN(soakSinks-2))
	f := filter.Equal("number", strconv.Itoa(s.random.IntN(3)))
	if s.e.Link(engine.Link{Source: source, Sink: sink, Filter: f, Delivery: s.delivery()}) == nil {
		must(t, s.e.Unlink(source, sink))
	}
	s.changes += 2
}

func (s *soaking) sink() string { return fmt.Sprintf("k%d", s.random.IntN(2)) }

func (s *soaking) delivery() engine.Delivery {
	return []engine.Delivery{
		{}, {WhenFull: engine.DropNewest}, {WhenFull: engine.DropOldest}, {Timeout: time.Millisecond},
	}[s.random.IntN(4)]
}

// publish publishes, as fast as it goes, by publishers that come and go.
func (s *soaking) publish(t *testing.T, stop chan struct{}) {
	for {
		p, err := s.load.Publisher()
		must(t, err)
		for n := range 100 {
			select {
			case <-stop:
				p.Close()
				return
			default:
				must(t, publish(context.Background(), p, n%3))
			}
		}
		p.Close()
	}
}

// footprint is what an engine takes.
type footprint struct {
	goroutines, held, descriptors int
	heap                          uint64
	resident                      int // as the system sees it; -1 where it does not tell
}

func (f footprint) String() string {
	return fmt.Sprintf("%d goroutines, %d messages held, %d descriptors, %d KiB of heap, %d KiB resident",
		f.goroutines, f.held, f.descriptors, f.heap>>10, f.resident>>10)
}

// footprint waits until the engine rests, and looks.
func (s *soaking) footprint(t *testing.T) footprint {
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		held, _ := s.e.Held()
		if held == 0 || time.Since(began) > patience {
			return footprint{runtime.NumGoroutine(), held, descriptors(), liveHeap(), resident()}
		}
	}
}

func liveHeap() uint64 {
	var m runtime.MemStats
	for range 3 { // finalizers and pools take more than one
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// resident returns the bytes of memory that the process has, or -1.
func resident() int {
	debug.FreeOSMemory()
	var size, pages int
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return -1
	}
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return -1
	}
	return pages * os.Getpagesize()
}

// descriptors counts the open files where the system tells.
func descriptors() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(list)
}

// What a detached module had reserved is free, however large its sinks' queues are.
func TestADetachedModuleTakesItsMemoryAlong(t *testing.T) {
	const guests, messages, size = 40, 16, 60 << 10
	e := engine.New(engine.Options{})
	attach(t, e, "sink", discard)
	before := liveHeap()
	for range guests {
		guest := attach(t, e, "guest", nil)
		link(t, e, engine.Link{Source: "guest", Sink: "sink"})
		p := publisher(t, guest)
		for range messages {
			d := claim(t, p)
			d.SetContent(make([]byte, size))
			must(t, p.Publish(within(t), d))
		}
		p.Close()
		must(t, guest.Detach(within(t)))
	}
	if grown := int64(liveHeap()) - int64(before); grown > guests*messages*size/4 {
		t.Errorf("%d detached modules keep %d KiB", guests, grown>>10)
	}
	closeWell(t, e)
}

// Modules that come and go in a chain, each of which had messages of the one before it, are forgotten
// one by one: no queue of an ended module leads to another.
func TestAChainOfDetachedModulesIsForgotten(t *testing.T) {
	const chain = 60
	e := engine.New(engine.Options{})
	last := attach(t, e, "m0", discard)
	var forgotten atomic.Int64
	for i := range chain {
		name := fmt.Sprint("m", i+1)
		next := attach(t, e, name, discard)
		link(t, e, engine.Link{Source: last.Name(), Sink: name})
		p := publisher(t, last)
		must(t, publish(within(t), p, i))
		p.Close()
		must(t, last.Detach(within(t)))
		runtime.AddCleanup(last, func(int) { forgotten.Add(1) }, 0)
		last = next
	}
	for began := time.Now(); forgotten.Load() < chain/2 && time.Since(began) < patience; time.Sleep(time.Millisecond) {
		runtime.GC()
	}
	if n := forgotten.Load(); n < chain/2 {
		t.Errorf("%d of %d modules were forgotten", n, chain)
	}
	closeWell(t, e)
}

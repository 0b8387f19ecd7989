package index

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index/workload"
)

type size struct {
	name string
	n    int
}

// sizes are how many filters there are. The million is left out with -short.
func sizes() []size {
	all := []size{{"10", 10}, {"1k", 1000}, {"100k", 100_000}, {"1M", 1_000_000}}
	if testing.Short() {
		all = all[:3]
	}
	return all
}

func eachSize(b *testing.B, f func(b *testing.B, w workload.Workload, n int)) {
	for _, w := range workload.All() {
		for _, s := range sizes() {
			b.Run(w.Name+"/N="+s.name, func(b *testing.B) { f(b, w, s.n) })
		}
	}
}

var beds = struct {
	sync.Mutex
	all map[string]*bed
}{all: make(map[string]*bed)}

// bedOf sets a workload up when it is first wanted.
func bedOf(w workload.Workload, n int) *bed {
	beds.Lock()
	defer beds.Unlock()
	key := fmt.Sprint(w.Name, n)
	if beds.all[key] == nil {
		beds.all[key] = newBed(w, n)
	}
	return beds.all[key]
}

const (
	batch  = 64
	stride = 1 << 14 // messages of one measurement
)

// single matches messages one by one, and returns how many hits there were.
func (b *bed) single(s *Snapshot, p *Probe, first, n int) (hits int) {
	var ids []int
	for i := range n {
		ids = s.Match(b.views[(first+i)%messages], p, ids[:0])
		hits += len(ids)
	}
	return hits
}

// batched matches as many messages in batches.
func (b *bed) batched(s *Snapshot, p *Probe, first, n int) (hits int) {
	for i := 0; i < n; i += batch {
		at := (first + i) % (messages - batch)
		s.MatchBatch(b.views[at:at+min(batch, n-i)], p)
		hits += len(p.hits)
	}
	return hits
}

// One message, against N filters.
func BenchmarkMatch(b *testing.B) {
	ways := map[string]func(*bed, *Snapshot, *Probe, int, int) int{
		"single": (*bed).single, "batch": (*bed).batched,
	}
	eachSize(b, func(b *testing.B, w workload.Workload, n int) {
		for _, name := range []string{"single", "batch"} {
			b.Run(name, func(b *testing.B) {
				bd := bedOf(w, n)
				s := bd.index.Snapshot()
				var p Probe
				b.ReportAllocs()
				b.ResetTimer()
				hits := ways[name](bd, s, &p, 0, b.N)
				b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
			})
		}
	})
}

// series are figures of which the median counts, by name.
type series map[string][]float64

func (s series) report(b *testing.B) {
	for name, all := range s {
		slices.Sort(all)
		b.ReportMetric(all[len(all)/2], name)
	}
}

// One op is a round: every N in turn, one by one and in batches, so that what drifts in the machine
// touches all alike; and what a dependent read of memory takes meanwhile.
func BenchmarkGrowth(b *testing.B) {
	for _, w := range workload.All() {
		b.Run(w.Name, func(b *testing.B) {
			figures, memory := make(series), newMemory()
			for _, s := range sizes() {
				bedOf(w, s.n)
			}
			b.ResetTimer()
			for round := range b.N {
				growth(w, round, figures)
				figures.add("memory-ns", memory.walk())
			}
			b.ReportMetric(0, "ns/op")
			figures.report(b)
		})
	}
}

func (s series) add(name string, v float64) { s[name] = append(s[name], v) }

func growth(w workload.Workload, round int, figures series) {
	var base [2]float64
	for i, s := range sizes() {
		one, many := bedOf(w, s.n).measure(round)
		if i == 0 {
			base = [2]float64{one, many}
		}
		figures.add(s.name+"-ns", one)
		figures.add(s.name+"-batch-ns", many)
		if i == len(sizes())-1 {
			figures.add(s.name+"/10", one/base[0])
			figures.add(s.name+"/10-batch", many/base[1])
		}
	}
}

// measure returns how long a match takes, ns, one by one and in batches, after others to warm up.
func (b *bed) measure(round int) (one, many float64) {
	s := b.index.Snapshot()
	var p Probe
	at := round * stride
	b.single(s, &p, at+stride, stride)
	start := time.Now()
	b.single(s, &p, at, stride)
	one = float64(time.Since(start)) / stride
	start = time.Now()
	b.batched(s, &p, at+2*stride, stride)
	return one, float64(time.Since(start)) / stride
}

// memory is a walk through more memory than a cache holds, each step of which says where the next
// one goes.
type memory [][8]uint32

func newMemory() memory {
	m := make(memory, 1<<20)
	order := rand.Perm(len(m))
	for i, at := range order {
		m[at][0] = uint32(order[(i+1)%len(m)])
	}
	return m
}

// walk returns how long a step takes, ns.
func (m memory) walk() float64 {
	const steps = 10_000
	start, at := time.Now(), uint32(0)
	for range steps {
		at = m[at][0]
	}
	took := time.Since(start)
	runtime.KeepAlive(at)
	return float64(took) / steps
}

// What one change takes, with the snapshot that it makes.
func BenchmarkChange(b *testing.B) {
	eachSize(b, func(b *testing.B, w workload.Workload, n int) {
		bd := newBed(w, n)
		bd.index.Snapshot()
		var ids []int
		var filters []filter.Filter
		for range min(b.N/2+1, 10_000) {
			id := rand.IntN(n)
			ids, filters = append(ids, id), append(filters, bd.filter(id))
		}
		b.ReportAllocs()
		b.ResetTimer()
		for i := 0; i < b.N; i += 2 {
			id, f := ids[i/2%len(ids)], filters[i/2%len(ids)]
			bd.index.Remove(id, f)
			bd.index.Snapshot()
			bd.add(id, f)
			bd.index.Snapshot()
		}
	})
}

// What it takes to enter N filters into an empty index, and what memory they take.
func BenchmarkBuild(b *testing.B) {
	eachSize(b, func(b *testing.B, w workload.Workload, n int) {
		figures := make(series)
		for range b.N {
			before := heap()
			took, ix := build(w, n)
			after := heap()
			figures.add("ms", float64(took)/1e6)
			figures.add("B/filter", (float64(after.HeapAlloc)-float64(before.HeapAlloc))/float64(n))
			figures.add("objects/filter", (float64(after.HeapObjects)-float64(before.HeapObjects))/float64(n))
			runtime.KeepAlive(ix)
		}
		b.ReportMetric(0, "ns/op")
		figures.report(b)
	})
}

// build enters filters, some at a time, and returns what the entering took.
func build(w workload.Workload, n int) (took time.Duration, ix *Index) {
	ix = New(property.NewKeys(0))
	some := make([]filter.Filter, 0, 10_000)
	for first := 0; first < n; first += len(some) {
		some = some[:0]
		for i := first; i < min(n, first+cap(some)); i++ {
			some = append(some, w.Filter(i, n).Millrace())
		}
		start := time.Now()
		for i, f := range some {
			if err := ix.Add(first+i, f); err != nil {
				panic(err)
			}
		}
		took += time.Since(start)
	}
	start := time.Now()
	ix.Snapshot()
	return took + time.Since(start), ix
}

func heap() (m runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}

// One op is a round: what matches take while nothing changes, and while 10,000 filters a second do.
func BenchmarkMatchWhileChanging(b *testing.B) {
	eachSize(b, func(b *testing.B, w workload.Workload, n int) {
		bd, figures := newBed(w, n), make(series)
		for range b.N {
			quiet50, quiet99 := bd.latencies(0)
			busy50, busy99 := bd.latencies(10_000)
			figures.add("quiet-p50-ns", quiet50)
			figures.add("quiet-p99-ns", quiet99)
			figures.add("busy-p50-ns", busy50)
			figures.add("busy-p99-ns", busy99)
			figures.add("p99-ratio", busy99/quiet99)
		}
		b.ReportMetric(0, "ns/op")
		figures.report(b)
	})
}

// latencies returns quantiles of the time for a match, ns, taken over groups of 8, while filters
// change at a rate.
func (b *bed) latencies(rate int) (p50, p99 float64) {
	var now atomic.Pointer[Snapshot]
	now.Store(b.index.Snapshot())
	var done atomic.Bool
	var changes sync.WaitGroup
	changes.Go(func() {
		defer done.Store(true)
		b.change(rate, &now)
	})
	var p Probe
	var all []float64
	const group = 8
	for i := 0; !done.Load(); i += group {
		start := time.Now()
		b.single(now.Load(), &p, i, group)
		all = append(all, float64(time.Since(start))/group)
	}
	changes.Wait()
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*99/100]
}

// change changes filters for a quarter of a second, at a rate.
func (b *bed) change(rate int, now *atomic.Pointer[Snapshot]) {
	changed, start := 0, time.Now()
	for time.Since(start) < 250*time.Millisecond {
		for ; changed < int(time.Since(start).Seconds()*float64(rate)); changed += 2 {
			id := rand.IntN(b.n)
			f := b.filter(id)
			b.index.Remove(id, f)
			now.Store(b.index.Snapshot())
			b.add(id, f)
			now.Store(b.index.Snapshot())
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// Filters of so many different schemas, pairs of some keys; each message has the keys of one, and four
// more. Of 200 keys a message fulfils hardly any schema but its own; of 50 every hundredth one. With
// "known" there is one set of keys for each schema; with "any" every message has another.
func BenchmarkSchemas(b *testing.B) {
	for _, c := range []struct {
		name          string
		schemas, keys int
		anyKeys       bool
	}{
		{"10/known", 10, 200, false}, {"1000/known", 1000, 200, false},
		{"10/any", 10, 200, true}, {"1000/any", 1000, 200, true},
		{"10/of50", 10, 50, false}, {"1000/of50", 1000, 50, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, views := manySchemas(c.schemas, c.keys, c.anyKeys)
			var p Probe
			var ids []int
			hits := 0
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				ids = s.Match(views[i%len(views)], &p, ids[:0])
				hits += len(ids)
			}
			b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
		})
	}
}

// manySchemas makes 10,000 filters: a pair of keys each, of that many different pairs, of which a
// message of the schema matches one.
func manySchemas(schemas, keys int, anyKeys bool) (*Snapshot, []property.View) {
	r := rand.New(rand.NewPCG(1, 1))
	var pairs [][2]string
	for i := range keys {
		for j := range i {
			pairs = append(pairs, [2]string{fmt.Sprint("key", i), fmt.Sprint("key", j)})
		}
	}
	r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	interner := property.NewKeys(0)
	ix := New(interner)
	each := 10_000 / schemas
	for i := range each * schemas {
		pair := pairs[i%schemas]
		f := filter.And(filter.Equal(pair[0], "v"), filter.Equal(pair[1], fmt.Sprint(i/schemas)))
		if err := ix.Add(i, f); err != nil {
			panic(err)
		}
	}
	var views []property.View
	for i := range 1 << 14 {
		others := r
		if !anyKeys {
			others = rand.New(rand.NewPCG(uint64(i%schemas), 2))
		}
		pair := pairs[i%schemas]
		message := [][2]string{{pair[0], "v"}, {pair[1], fmt.Sprint(r.IntN(each))}}
		views = append(views, viewOf(interner, withMore(message, keys, others)))
	}
	return ix.Snapshot(), views
}

// withMore adds properties until there are six.
func withMore(message [][2]string, keys int, r *rand.Rand) [][2]string {
	for len(message) < 6 {
		k := fmt.Sprint("key", r.IntN(keys))
		if !slices.ContainsFunc(message, func(p [2]string) bool { return p[0] == k }) {
			message = append(message, [2]string{k, "other"})
		}
	}
	return message
}

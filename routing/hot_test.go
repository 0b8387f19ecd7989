package routing

import (
	"fmt"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// One message of five properties against the filters of one source's links, of which one in ten is
// true: an equality and a range each.
//
//	1    message -> 1 filter -> 1 sink
//	10   message -> 10 filters -> 1 sink
//	100  message -> 100 filters -> 10 sinks
func BenchmarkHotMatch(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { matchFilters(b, n) })
	}
}

func matchFilters(b *testing.B, n int) {
	b.ReportAllocs()
	keys := property.NewKeys(0)
	table := NewTable[int](keys)
	for i := range n {
		f := filter.And(filter.Equal("kind", fmt.Sprint("kind", i%10)), filter.Greater("value", 30), filter.AtMost("value", 90))
		table.Set("source", fmt.Sprintf("sink%03d", i), i, f)
	}
	r := table.Snapshot().Route("source").Own
	v := viewOf(keys, map[string]string{"source": "bench", "deviceName": "device-17", "kind": "kind0",
		"unit": "celsius", "value": "42.5"})
	hits := make([]int, 0, n)
	var p Probe
	b.ResetTimer()
	for range b.N {
		hits = r.Match(v, &p, hits[:0])
		if len(hits) != (n+9)/10 {
			b.Fatalf("hits %v of %d filters", hits, n)
		}
	}
}

func filterOf(i int) filter.Filter {
	return filter.And(filter.Equal("deviceId", fmt.Sprint("device", i)), filter.Greater("value", float64(i%100)))
}

// So many links with filters from one source, a snapshot after each.
func BenchmarkLoadLinks(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				linked(n, func(t *Table[int]) { t.Snapshot() })
			}
		})
	}
}

func linked(n int, after func(*Table[int])) *Table[int] {
	t := NewTable[int](property.NewKeys(0))
	for i := range n {
		t.Set("source", fmt.Sprint("sink", i), i, filterOf(i))
		after(t)
	}
	return t
}

// One link of so many from one source is taken away or put back, a snapshot after each.
func BenchmarkChangeLink(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			t := linked(n, func(*Table[int]) {})
			t.Snapshot()
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				k := i / 2 * 7919 % n
				if i%2 == 0 {
					t.Remove("source", fmt.Sprint("sink", k))
				} else {
					t.Set("source", fmt.Sprint("sink", k), k, filterOf(k))
				}
				t.Snapshot()
			}
		})
	}
}

func TestMatchingARouteAllocatesNothing(t *testing.T) {
	keys := property.NewKeys(0)
	table := NewTable[int](keys)
	for i := range 20 {
		table.Set("source", fmt.Sprint("sink", i), i, filter.Equal("k", fmt.Sprint(i%2)))
	}
	s, v := table.Snapshot(), viewOf(keys, map[string]string{"k": "1"})
	hits, total := make([]int, 0, 20), 0
	var p Probe
	if n := testing.AllocsPerRun(100, func() {
		hits = s.Route("source").Own.Match(v, &p, hits[:0])
		total += len(hits)
	}); n != 0 || total != 10*101 {
		t.Fatalf("%v allocations, %d hits", n, total)
	}
}

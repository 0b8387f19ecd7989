package index

import (
	"fmt"
	"strings"
	"testing"

	"github.com/millrace/millrace/filter"
)

// However many alternatives of a filter a message fulfils, the filter itself is asked once.
func TestADoubtfulFilterIsAskedOnce(t *testing.T) {
	h := start(11, indexed())
	any := []filter.Filter{filter.Greater("n", 3)} // counts how often all of it is evaluated
	message := [][2]string{{"n", "x"}, {"s", "aba"}}
	for i := range 20 {
		k := fmt.Sprint("k", i)
		any = append(any, filter.And(filter.Equal(k, "v"), filter.Like("s", "%b%b%")))
		message = append(message, [2]string{k, "v"})
	}
	h.put(t, filter.Or(any...))
	hits := h.index.Snapshot().Match(viewOf(h.keys, message), &h.probe, nil)
	if len(hits) != 0 || h.probe.NotNumbers != 2 {
		t.Errorf("%v; n was read for a cell and %d filters", hits, h.probe.NotNumbers-1)
	}
	h.want(t, message, append(message[2:3:3], [2]string{"s", "abba"}))
}

// A match costs in proportion to the filters, however they differ: ns/filter is about the same at n
// and at 10n. Each filter has a schema of its own here, and the message fits all.
func BenchmarkMatchManySchemas(b *testing.B) {
	for _, n := range []int{400, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := start(1, indexed())
			var message [][2]string
			for i := range 64 {
				message = append(message, [2]string{fmt.Sprint("k", i), strings.Repeat("x", 70)})
			}
			for i := range n {
				prefix := strings.Repeat("x", 1+i/64)
				if err := h.index.Add(i, filter.Prefix(fmt.Sprint("k", i%64), prefix)); err != nil {
					b.Fatal(err)
				}
			}
			s, v := h.index.Snapshot(), viewOf(h.keys, message)
			var hits []int
			for b.Loop() {
				if hits = s.Match(v, &h.probe, hits[:0]); len(hits) != n {
					b.Fatal(len(hits), "hits")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/filter")
		})
	}
}

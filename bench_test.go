package millrace_test

import (
	"context"
	"testing"
	"time"

	"github.com/millrace/millrace/bench"
)

// Each sub-benchmark runs one scenario of package bench and verifies it: nothing lost, duplicated,
// reordered or garbled. One operation is one message published; ns/delivery counts every sink and
// stage that it reaches.
//
// In the command that everybody types, go test -bench ./..., the pattern is ./... and the package
// this one. As a pattern it means any benchmark, and of its sub-benchmarks those whose names have
// three letters or more: so everything here is run.
func BenchmarkScenarios(b *testing.B) {
	for _, s := range bench.All() {
		b.Run(s.Name, func(b *testing.B) { scenario(b, s, bench.DefaultBatch) })
	}
}

// One message at a time, as a source does that has nothing else to say.
func BenchmarkUnbatched(b *testing.B) {
	for _, name := range []string{"1to1", "1to4", "4to1", "pipeline"} {
		s, ok := bench.Find(name)
		if !ok {
			b.Fatalf("no scenario %s", name)
		}
		b.Run(s.Name, func(b *testing.B) { scenario(b, s, 1) })
	}
}

func scenario(b *testing.B, s bench.Scenario, batch int) {
	b.ReportAllocs()
	load := bench.Load{Messages: uint64(b.N), Batch: batch, WarmUp: 20 * time.Millisecond}
	r, err := bench.Run(context.Background(), s, load)
	if err != nil {
		b.Fatal(err)
	}
	if r.Messages != uint64(b.N) {
		b.Fatalf("%d messages published, not %d", r.Messages, b.N)
	}
	b.ReportMetric(float64(r.Duration)/float64(b.N), "ns/op") // without building and warming up
	b.ReportMetric(r.NsPerDelivery, "ns/delivery")
	b.ReportMetric(float64(int64(r.AllocsPerMessage)), "allocs/op")
	b.ReportMetric(float64(int64(r.BytesPerMessage)), "B/op")
	if r.CPUMeasured {
		b.ReportMetric(r.CPUNsPerMessage, "cpu-ns/op")
	}
}

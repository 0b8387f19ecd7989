package bench

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are recorded from 1 ns to two minutes with two significant digits: 60 KB a sink.
const (
	latencyMaxNs  = uint64(2 * time.Minute)
	latencyDigits = 2
)

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, int64(latencyMaxNs), latencyDigits)
}

func newLatency(h *hdrhistogram.Histogram) *Latency {
	at := func(percentile float64) time.Duration {
		return time.Duration(h.ValueAtPercentile(percentile))
	}
	l := &Latency{
		Count: uint64(h.TotalCount()), Min: time.Duration(h.Min()), Max: time.Duration(h.Max()),
		Mean: time.Duration(h.Mean()), P50: at(50), P90: at(90), P99: at(99), P999: at(99.9),
	}
	for _, b := range h.CumulativeDistribution() {
		l.Curve = append(l.Curve, Point{b.Quantile, time.Duration(b.ValueAt)})
	}
	return l
}

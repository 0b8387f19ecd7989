package bench

import (
	"runtime"
	"time"
)

// reading is the meters at one moment.
type reading struct {
	at                 time.Time
	published          uint64
	delivered, dropped uint64
	objects, bytes     uint64        // allocated on the heap so far
	cpu                time.Duration // of the process, without what pacing took
	cpuMeasured        bool
}

func (r *run) read() reading {
	now := reading{at: time.Now()}
	for _, n := range r.published() {
		now.published += n
	}
	s := r.engine.Stats()
	now.delivered, now.dropped = delivered(s), dropped(s)
	now.cpu, now.cpuMeasured = cpuTime()
	now.cpu -= r.waited
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	now.objects, now.bytes = m.Mallocs, m.TotalAlloc
	return now
}

// between fills in what two readings show.
func (r *Result) between(a, b reading) {
	r.Duration = b.at.Sub(a.at)
	r.Messages = b.published - a.published
	r.Deliveries = b.delivered - a.delivered
	r.Dropped = b.dropped - a.dropped
	r.CPUMeasured = a.cpuMeasured && b.cpuMeasured
	if r.Deliveries > 0 {
		r.NsPerDelivery = float64(r.Duration) / float64(r.Deliveries)
		r.DeliveriesPerSecond = float64(r.Deliveries) / r.Duration.Seconds()
	}
	if r.Messages > 0 {
		n := float64(r.Messages)
		r.AllocsPerMessage = float64(b.objects-a.objects) / n
		r.BytesPerMessage = float64(b.bytes-a.bytes) / n
		r.CPUNsPerMessage = float64(max(b.cpu-a.cpu, 0)) / n
	}
}

// conclude fills in what is known at the end.
func (r *Result) conclude(of *run) {
	for _, l := range of.report.Links {
		r.Links = append(r.Links, Link{
			Source: l.Source, Sink: l.Sink, In: l.In, Delivered: l.Delivered,
			Filtered: l.Filtered, Dropped: l.Dropped.Total(), Left: l.Left,
		})
	}
	if len(of.report.Held) > 0 {
		return // a handler hangs: its histogram is not ours
	}
	all := newHistogram()
	for _, c := range of.checkers {
		if c.latency != nil {
			all.Merge(c.latency)
		}
	}
	if all.TotalCount() > 0 {
		r.Latency = newLatency(all)
	}
}

package main

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/report"
)

// meters are what the engine and the process have counted so far.
type meters struct {
	at        time.Time
	links     map[pair]uint64 // delivered
	delivered uint64
	published uint64
	cpu       float64 // seconds; 0 where the system cannot say
	memory    uint64
	objects   uint64 // allocated
	gc        debug.GCStats
}

type pair struct{ source, sink string }

func readMeters(stats engine.Stats) meters {
	m := meters{at: time.Now(), links: make(map[pair]uint64), cpu: cpuSeconds()}
	m.published = stats.Published
	for _, l := range stats.Links {
		m.links[pair{l.Source, l.Sink}] = l.Delivered
		m.delivered += l.Delivered
	}
	figures := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
		{Name: "/gc/heap/allocs:objects"},
	}
	metrics.Read(figures)
	m.memory = figures[0].Value.Uint64() - figures[1].Value.Uint64()
	m.objects = figures[2].Value.Uint64()
	debug.ReadGCStats(&m.gc)
	return m
}

// cpuSeconds returns how long the process has kept cores busy.
func cpuSeconds() float64 {
	self, err := process.NewProcess(int32(os.Getpid()))
	if err != nil {
		return 0
	}
	times, err := self.Times()
	if err != nil {
		return 0
	}
	return times.User + times.System
}

func (m meters) interval(now meters, begin time.Time) report.Interval {
	took := now.at.Sub(m.at).Seconds()
	return report.Interval{
		Seconds:     now.at.Sub(begin).Seconds(),
		Throughput:  float64(now.delivered-m.delivered) / took,
		Cores:       max(now.cpu-m.cpu, 0) / took,
		Memory:      now.memory,
		Collections: uint64(now.gc.NumGC - m.gc.NumGC),
		PauseNs:     (now.gc.PauseTotal - m.gc.PauseTotal).Nanoseconds(),
	}
}

// run returns what passed from m to last; the counts of links are those of the whole run.
func (m meters) run(last meters, whole engine.Stats) report.Run {
	took := max(last.at.Sub(m.at), time.Nanosecond).Seconds()
	r := report.Run{
		Seconds: took, Published: last.published - m.published, Delivered: last.delivered - m.delivered,
	}
	r.Throughput = float64(r.Delivered) / took
	if published := float64(r.Published); published > 0 {
		r.CPUNs = max(last.cpu-m.cpu, 0) * 1e9 / published
		r.Allocations = float64(last.objects-m.objects) / published
	}
	for _, l := range whole.Links {
		name := pair{l.Source, l.Sink}
		r.Dropped += l.Dropped.Total()
		r.Links = append(r.Links, report.Link{
			Source: l.Source, Sink: l.Sink, In: l.In, Delivered: l.Delivered, Filtered: l.Filtered,
			Dropped: l.Dropped.Total(), Left: l.Left,
			Throughput: float64(last.links[name]-m.links[name]) / took,
		})
	}
	return r
}

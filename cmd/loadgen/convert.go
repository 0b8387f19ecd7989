package main

import (
	"time"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/report"
)

// converted puts what a run of a scenario measured into the form of reports.
func converted(r bench.Result, failed error) report.Run {
	run := report.Run{
		Rate: r.Rate, Seconds: r.Duration.Seconds(), Published: r.Messages, Delivered: r.Deliveries,
		Dropped: r.Dropped, Throughput: r.DeliveriesPerSecond, CPUNs: r.CPUNsPerMessage,
		Allocations: r.AllocsPerMessage, Latency: convertedLatency(r.Latency),
	}
	if failed != nil {
		run.Fault = failed.Error()
	}
	for _, l := range r.Links {
		run.Links = append(run.Links, report.Link{Source: l.Source, Sink: l.Sink, In: l.In,
			Delivered: l.Delivered, Filtered: l.Filtered, Dropped: l.Dropped, Left: l.Left})
	}
	for _, s := range r.Samples {
		if s.At > r.Duration {
			break // only a part of it was measured
		}
		run.Intervals = append(run.Intervals, convertedSample(s))
	}
	return run
}

func convertedLatency(l *bench.Latency) *report.Latency {
	if l == nil || l.Count == 0 {
		return nil
	}
	converted := &report.Latency{Count: l.Count, Mean: float64(l.Mean), Max: int64(l.Max)}
	for _, p := range l.Curve {
		point := report.Percentile{Percent: p.Percentile, Ns: p.Value.Nanoseconds()}
		converted.Curve = append(converted.Curve, point)
	}
	return converted
}

func convertedSample(s bench.Sample) report.Interval {
	took := max(s.Took, time.Nanosecond).Seconds()
	return report.Interval{
		Seconds: s.At.Seconds(), Throughput: float64(s.Deliveries) / took,
		Cores: s.CPU.Seconds() / took, Memory: s.Memory,
		Collections: s.GCs, PauseNs: s.GCPause.Nanoseconds(),
	}
}

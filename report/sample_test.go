package report_test

import (
	"math"

	"github.com/millrace/millrace/report"
)

// sampleRun is a run with everything that a report shows.
func sampleRun(rate float64) report.Run {
	run := report.Run{
		Rate: rate, Seconds: 10, Published: 9_876_543, Delivered: 39_506_172, Throughput: 3_950_617.2,
		CPUNs: 412.25, Allocations: 0.0004,
		Links: []report.Link{
			{Source: "source", Sink: "sink1", In: 9_876_543, Delivered: 9_876_543},
			{Source: "source", Sink: "sink2", In: 9_876_543, Delivered: 5_000_000, Filtered: 4_876_543},
			{Source: "*", Sink: "a sink with <a long> & strange name", In: 9_876_543, Delivered: 6_000_000,
				Filtered: 2_000_000, Dropped: 1_800_000, Left: 76_543},
		},
	}
	for i := range 100 {
		x := float64(i) / 10
		interval := report.Interval{
			Seconds: x + 0.1, Throughput: 3.9e6 + 3e5*math.Sin(x), Cores: 1.6 + 0.2*math.Cos(2*x),
			Memory: uint64(4<<20 + 100_000*i),
		}
		if i%12 == 5 {
			interval.Collections, interval.PauseNs = 2, int64(20_000+3000*i)
		}
		run.Intervals = append(run.Intervals, interval)
	}
	if rate > 0 {
		run.Latency = sampleLatency(rate)
	}
	return run
}

func sampleLatency(rate float64) *report.Latency {
	scale := 800 * (1 + math.Pow(rate/3e6, 6))
	l := &report.Latency{Count: 1e6, Mean: scale, Max: int64(scale * 900)}
	for _, p := range []float64{0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 99.999} {
		grown := scale * (0.5 + math.Pow(-math.Log10(1-p/100), 3.5))
		l.Curve = append(l.Curve, report.Percentile{Percent: p, Ns: int64(grown)})
	}
	l.Curve = append(l.Curve, report.Percentile{Percent: 100, Ns: l.Max})
	return l
}

func sample(scenario string, runs ...report.Run) report.Result {
	return report.Result{
		Format: report.Format, Scenario: scenario,
		Topology: "source --> sink1\n       \\-> sink2",
		Command:  "loadgen run " + scenario + " --rate 1e6", Date: "2026-11-22T10:00:00Z",
		Machine: report.Machine{
			CPU: "A CPU @ 3 GHz", Cores: 2, Memory: 8 << 30, System: "linux/amd64", Go: "go1.26",
			Commit: "abc123", Caches: []report.Cache{{Name: "L1d", Bytes: 48 << 10}, {Name: "L2", Bytes: 1 << 20}},
		},
		Runs: runs,
		Profile: &report.Profile{
			CPU:    []report.Function{{Name: "github.com/millrace/millrace/engine.(*Publisher).Publish", Share: 0.231}},
			Allocs: nil,
		},
	}
}

func sampleSweep() report.Result {
	var runs []report.Run
	for _, rate := range []float64{1e5, 2e5, 4e5, 8e5, 1.6e6, 3.2e6, 6.4e6, 4.8e6} {
		run := sampleRun(rate)
		run.Held = rate < 4e6
		if !run.Held {
			run.Fault = "it fell behind"
		}
		runs = append(runs, run)
	}
	r := sample("1->4", runs...)
	r.Sweep = &report.Sweep{BoundNs: 1e6, Highest: 3.2e6}
	return r
}

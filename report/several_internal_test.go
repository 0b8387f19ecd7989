package report

import "testing"

func TestOfEachRateTheBestTryIsShown(t *testing.T) {
	try := func(rate float64, p99 int64) Run {
		return Run{Rate: rate, Latency: &Latency{Max: p99}}
	}
	got := bestByRate([]Run{try(2, 50), try(1, 10), try(2, 20), try(2, 70), {Rate: 3}})
	if len(got) != 2 || got[0].Rate != 1 || got[1].Latency.Max != 20 {
		t.Errorf("got %+v", got)
	}
}

func TestShownIsTheRunThatTellsMost(t *testing.T) {
	runs := []Run{{Rate: 1, Throughput: 3, Held: true}, {Rate: 3, Throughput: 1}, {Rate: 2, Throughput: 2, Held: true}}
	if got := (Result{Runs: runs}).shown(); got.Throughput != 2 {
		t.Errorf("of repeated runs the median: got %+v", got)
	}
	if got := (Result{Runs: runs, Sweep: &Sweep{}}).shown(); got.Rate != 2 {
		t.Errorf("of a sweep the highest that held: got %+v", got)
	}
	runs[1].Fault = "lost"
	if got := (Result{Runs: runs}).shown(); got.Fault == "" {
		t.Errorf("the one that failed: got %+v", got)
	}
}

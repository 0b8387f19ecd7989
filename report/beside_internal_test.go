package report

import (
	"strings"
	"testing"
)

// TestAxesOfTimeAndRuns: nobody counts half runs, nor seconds in fifths, once there are two.
func TestAxesOfTimeAndRuns(t *testing.T) {
	for _, a := range []axis{span("time", seconds, 2), span("time", seconds, 3.97), span("run", ordinals, 3)} {
		if len(a.ticks) < 3 {
			t.Errorf("%v", a.ticks)
		}
		for _, tick := range a.ticks {
			if strings.Contains(tick.text, ".") {
				t.Errorf("%s: a mark at %s", a.label, tick.text)
			}
		}
	}
	if a := span("time", seconds, 0.5); len(a.ticks) < 3 {
		t.Errorf("half a second has the marks %v", a.ticks)
	}
}

func TestNoEmptyPlots(t *testing.T) {
	run := Run{Intervals: []Interval{{Seconds: 1, Throughput: 5}, {Seconds: 2, Throughput: 6}}}
	charts := Result{Runs: []Run{run}}.charts()
	if len(charts) != 1 || charts[0].title != "Throughput over time" {
		t.Errorf("%d charts", len(charts))
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{[]float64{5}, 5}, {[]float64{4, 2}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{8, 1, 2, 4}, 3}} {
		if got := Median(c.values); got != c.want {
			t.Errorf("%v: %v; want %v", c.values, got, c.want)
		}
	}
	if got := medianThroughput([]Run{{Throughput: 4}, {Throughput: 2}}); got != 3 {
		t.Errorf("%v", got)
	}
}

func TestTwoResultsTogether(t *testing.T) {
	of := func(commit, scenario string) Result {
		return Result{Format: Format, Scenario: scenario, Machine: Machine{Commit: commit}, Runs: []Run{{
			Latency:   &Latency{Max: 9, Curve: []Percentile{{50, 5}, {99, 8}, {100, 9}}},
			Intervals: []Interval{{Seconds: 1, Throughput: 5}, {Seconds: 2, Throughput: 6}},
		}}}
	}
	charts := beside([]Result{of("1234567890", "a"), of("abcdefabcd", "a")})
	if len(charts) != 2 {
		t.Fatalf("%d charts", len(charts))
	}
	for _, c := range charts {
		if len(c.series) != 2 || c.series[0].name != "1234567" || c.series[1].name != "abcdefa" {
			t.Errorf("%s: %+v", c.title, c.series)
		}
	}
	if got := nicknames(of("a", "a"), of("a", "a")); got[0] != "first" || got[1] != "second" {
		t.Errorf("%v", got)
	}
	if beside([]Result{of("a", "a"), of("b", "b")}) != nil || beside([]Result{of("a", "a")}) != nil {
		t.Error("what does not belong together")
	}
}

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/report"
)

// written keeps a result of runs of given throughputs and, if any are given, p99s.
func written(t *testing.T, r report.Result, throughputs []float64, p99s ...int64) string {
	t.Helper()
	for i, v := range throughputs {
		run := report.Run{Throughput: v}
		if len(p99s) > 0 {
			ns := p99s[i%len(p99s)]
			run.Rate = 1000
			run.Latency = &report.Latency{Max: ns, Curve: []report.Percentile{{Percent: 99, Ns: ns}}}
		}
		r.Runs = append(r.Runs, run)
	}
	return write(t, r)
}

// write keeps a result under a name of its own.
func write(t *testing.T, r report.Result) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "result.json")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := report.Write(file, r); err != nil {
		t.Fatal(err)
	}
	return path
}

// loadgen runs the command in this process.
func loadgen(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(context.Background(), args, app{streams: streams{strings.NewReader(""), &o, &e}})
	return code, o.String(), e.String()
}

func wantCompared(t *testing.T, before, after string, code int, text string) {
	t.Helper()
	got, out, errs := loadgen("compare", before, after)
	if got != code || !strings.Contains(out+errs, text) {
		t.Errorf("exit code %d, want %d with %q:\n%s%s", got, code, text, out, errs)
	}
}

var (
	slow = []float64{100, 101, 102, 103, 104, 105}
	fast = []float64{200, 201, 202, 203, 204, 205}
	near = []float64{102, 103, 104, 105, 106, 107} // p = 0.18
	same = []float64{101, 104, 100, 105, 102, 103}
)

func TestCompareFailsOnlyIfSignificantlyWorse(t *testing.T) {
	one := report.Result{Scenario: "x"}
	a, b, c := written(t, one, slow), written(t, one, fast), written(t, one, same)
	wantCompared(t, b, a, exitFailure, "is significantly worse in deliveries a second")
	wantCompared(t, a, b, exitOK, "better (p=0.002 n=6)")
	wantCompared(t, a, c, exitOK, "no significant difference")
	wantCompared(t, written(t, one, near), a, exitOK, "no significant difference (p=0.")
	wantCompared(t, a, a, exitOK, "no significant difference")
}

func TestCompareLooksAtLatencyOfRunsAtARate(t *testing.T) {
	one := report.Result{Scenario: "x"}
	quick := written(t, one, same, 1000, 1001, 1002, 1003, 1004, 1005)
	late := written(t, one, same, 2000, 2001, 2002, 2003, 2004, 2005)
	wantCompared(t, quick, late, exitFailure, "is significantly worse in latency p99")
	wantCompared(t, late, quick, exitOK, "better")
}

func TestCompareFallsBackOnIntervals(t *testing.T) {
	course := func(throughputs []float64) string {
		var run report.Run
		for _, v := range throughputs {
			run.Intervals = append(run.Intervals, report.Interval{Throughput: v})
		}
		return write(t, report.Result{Scenario: "x", Runs: []report.Run{run}})
	}
	wantCompared(t, course(fast), course(slow), exitFailure, "is significantly worse")
	wantCompared(t, course(slow), course(fast), exitOK, "compared by intervals")
	wantCompared(t, course(slow[:3]), course(fast), exitUsage, "too few samples")
}

func TestCompareRefusesWhatIsNotComparable(t *testing.T) {
	x := written(t, report.Result{Scenario: "x"}, slow)
	wantCompared(t, x, written(t, report.Result{Scenario: "y"}, slow), exitUsage,
		`different scenarios, "x" and "y"`)
	wantCompared(t, x, written(t, report.Result{Scenario: "x"}, slow, 5), exitUsage,
		"different loads, 0 and 1,000 messages a second")
	swept := written(t, report.Result{Scenario: "x", Sweep: &report.Sweep{}}, slow)
	wantCompared(t, x, swept, exitUsage, "a sweep has no repeated samples")
}

package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/millrace/millrace/bench"
)

func run(t *testing.T, s bench.Scenario, l bench.Load) bench.Result {
	t.Helper()
	r, err := bench.Run(context.Background(), s, l)
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return r
}

// Every scenario delivers what it should: how many times each message arrives follows from its
// topology alone.
func TestEveryScenario(t *testing.T) {
	const messages = 2001
	deliveries := map[string]uint64{
		"1to4": 4 * messages, "pipeline": 2 * messages, "chain-16": 15 * messages,
		"star-15": 15 * messages, "diamond": 4 * messages, "filtered": 2 * messages,
	}
	for _, s := range bench.All() {
		for _, batch := range []int{1, 7, 64} {
			r := run(t, s, bench.Load{Messages: messages, Batch: batch})
			want := deliveries[s.Name]
			if want == 0 {
				want = messages
			}
			if s.Name == "slow-sink" {
				want = r.Links[0].Delivered + r.Links[1].Delivered
				if r.Links[0].Delivered != messages || r.Links[1].Delivered+r.Links[1].Dropped != messages {
					t.Errorf("%s: %+v", s.Name, r.Links)
				}
			}
			var delivered uint64
			for _, l := range r.Links {
				delivered += l.Delivered
			}
			if r.Messages != messages || delivered != want {
				t.Errorf("%s: %d messages, %d deliveries, want %d", s.Name, r.Messages, delivered, want)
			}
		}
	}
}

func TestScenariosAreNamedAndDrawn(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range bench.All() {
		if seen[s.Name] || s.Name == "" || s.Summary == "" || s.Topology == "" || s.Modules() < 2 {
			t.Errorf("%+v", s)
		}
		seen[s.Name] = true
		if found, ok := bench.Find(s.Name); !ok || found.Topology != s.Topology {
			t.Errorf("%s is not found", s.Name)
		}
	}
	if _, ok := bench.Find("1->5"); ok {
		t.Error("found what is not there")
	}
}

// The harness and the engine allocate nothing per message.
func TestNoAllocations(t *testing.T) {
	for _, s := range bench.All() {
		if s.Content > 60<<10 {
			continue // beyond the largest block, a message's bytes come from the heap
		}
		const messages = 100000
		r := run(t, s, bench.Load{Messages: messages, WarmUp: 50 * time.Millisecond})
		if r.AllocsPerMessage >= 0.1 { // what an arena still grows by is a share of a message's
			t.Errorf("%s: %.3f allocations a message", s.Name, r.AllocsPerMessage)
		}
	}
}

func TestClosedLoopForATime(t *testing.T) {
	s, _ := bench.Find("1to1")
	const long = 150 * time.Millisecond
	r := run(t, s, bench.Load{Duration: long, WarmUp: 10 * time.Millisecond})
	if r.Messages == 0 || r.Duration < long*9/10 || r.Latency != nil || r.NsPerDelivery <= 0 {
		t.Errorf("%+v", r)
	}
	if in := r.Links[0].In; in <= r.Messages {
		t.Errorf("%d on the link, %d measured: the warm-up is missing", in, r.Messages)
	}
	if r.CPUMeasured && r.CPUNsPerMessage <= 0 {
		t.Errorf("no CPU: %+v", r)
	}
}

func TestOpenLoop(t *testing.T) {
	s, _ := bench.Find("4to1")
	l := bench.Load{Rate: 20000, Duration: 200 * time.Millisecond, WarmUp: 20 * time.Millisecond}
	r := run(t, s, l)
	if r.Messages == 0 || r.Messages > 4000 {
		t.Errorf("%d messages, want 4000, or fewer on a busy machine", r.Messages)
	}
	v := r.Latency
	if v == nil || v.Count != r.Messages || v.Min <= 0 || v.P50 > v.P99 || v.P99 > v.P999 ||
		v.P999 > v.Max*101/100 || len(v.Curve) < 2 {
		t.Errorf("%+v", v)
	}
}

// A stall shows in every message that it delays: those that were due meanwhile are sent late, and
// counted from when they were due.
func TestLatencyCountsFromTheIntendedTime(t *testing.T) {
	const stall = 100 * time.Millisecond
	s, _ := bench.Find("1to1")
	s.Wrap = stallOnce(stall)
	r := run(t, s, bench.Load{Rate: 50000, Messages: 10000})
	if r.Latency.Max < stall || r.Latency.P90 < stall/2 {
		t.Errorf("P90 %v, maximum %v: the stall was omitted", r.Latency.P90, r.Latency.Max)
	}
}

func TestSamplesAndProgress(t *testing.T) {
	s, _ := bench.Find("1to1")
	var calls []bench.Progress
	r := run(t, s, bench.Load{
		Duration: 120 * time.Millisecond, WarmUp: 60 * time.Millisecond,
		Interval: 10 * time.Millisecond, Progress: func(p bench.Progress) { calls = append(calls, p) },
	})
	if len(r.Samples) < 3 || len(calls) < len(r.Samples) || !calls[0].WarmingUp {
		t.Fatalf("%d samples, %d calls: %+v", len(r.Samples), len(calls), calls)
	}
	var sum uint64
	var last time.Duration
	for _, v := range r.Samples {
		sum += v.Deliveries
		if v.At <= last || v.Took <= 0 || v.Memory == 0 {
			t.Errorf("%+v after %v", v, last)
		}
		last = v.At
	}
	if sum == 0 || sum > r.Deliveries {
		t.Errorf("%d deliveries in samples, %d in all", sum, r.Deliveries)
	}
	end := calls[len(calls)-1]
	if end.WarmingUp || end.Done <= 0.5 || end.Done > 1 || end.Deliveries != sum {
		t.Errorf("%+v", end)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	s, _ := bench.Find("1to1")
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	r, err := bench.Run(ctx, s, bench.Load{Duration: time.Hour})
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, bench.ErrLost) {
		t.Errorf("got %v", err)
	}
	if r.Messages == 0 || r.Links[0].Delivered != r.Messages {
		t.Errorf("%+v", r)
	}
}

func TestBadLoads(t *testing.T) {
	s, _ := bench.Find("1to1")
	for name, l := range map[string]bench.Load{
		"duration": {Duration: -1}, "warm-up": {WarmUp: -1}, "rate": {Rate: -1},
		"no rate": {Rate: math.NaN()}, "fast": {Rate: math.Inf(1)}, "batch": {Batch: -1},
		"large batch": {Batch: bench.MaxBatch + 1}, "interval": {Interval: 1},
		"progress": {Progress: func(bench.Progress) {}},
	} {
		if _, err := bench.Run(context.Background(), s, l); !errors.Is(err, bench.ErrLoad) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestResultAsJSON(t *testing.T) {
	s, _ := bench.Find("1to1")
	r := run(t, s, bench.Load{Rate: 50000, Messages: 500, Interval: time.Millisecond})
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back bench.Result
	if err := json.Unmarshal(text, &back); err != nil || back.Latency.P99 != r.Latency.P99 ||
		back.Links[0] != r.Links[0] || back.NsPerDelivery != r.NsPerDelivery {
		t.Errorf("%v: %s", err, text)
	}
}

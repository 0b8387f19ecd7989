package report

import (
	"cmp"
	"slices"
)

// medianRun returns the index of the run with the median throughput, the lower of two.
func medianRun(runs []Run) int {
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(runs[a].Throughput, runs[b].Throughput)
	})
	return order[(len(order)-1)/2]
}

// medianThroughput returns the median: of an even number of runs the mean of the two in the middle.
func medianThroughput(runs []Run) float64 {
	all := make([]float64, len(runs))
	for i, run := range runs {
		all[i] = run.Throughput
	}
	return Median(all)
}

// Median returns the median of values: of an even number of them the mean of the two in the middle. It
// sorts them. There must be one.
func Median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// highestHeld returns the index of the run with the highest rate that held; the first run if none
// did.
func highestHeld(runs []Run) int {
	best := 0
	for i, run := range runs {
		if run.Held && (!runs[best].Held || run.Rate > runs[best].Rate) {
			best = i
		}
	}
	return best
}

// repeatsChart shows how far repeated runs differ.
func (r Result) repeatsChart() chart {
	var points []point
	highest := 0.0
	for i, run := range r.Runs {
		points = append(points, point{float64(i + 1), run.Throughput})
		highest = max(highest, run.Throughput)
	}
	median := medianThroughput(r.Runs)
	return chart{
		title:  "Throughput of each run",
		x:      span("run", ordinals, float64(len(r.Runs))),
		y:      linear("deliveries a second", plain, highest),
		series: []series{{shape: dots, colour: 0, points: points}},
		limit:  &limit{median, "median " + Number(median)},
	}
}

func byRate(a, b Run) int { return cmp.Compare(a.Rate, b.Rate) }

// bestByRate returns the runs that measured latency, ascending by rate, of each rate the best try.
func bestByRate(runs []Run) []Run {
	timed := slices.DeleteFunc(slices.Clone(runs), func(r Run) bool { return r.Latency == nil })
	slices.SortStableFunc(timed, func(a, b Run) int {
		return cmp.Or(byRate(a, b), cmp.Compare(a.Latency.At(99), b.Latency.At(99)))
	})
	return slices.CompactFunc(timed, func(a, b Run) bool { return a.Rate == b.Rate })
}

// sweepChart shows latency against throughput, and where the search found the limit.
func (r Result) sweepChart() chart {
	runs := bestByRate(r.Runs)
	curves := []struct {
		name    string
		percent float64
	}{{"p50", 50}, {"p99", 99}, {"p99.9", 99.9}}
	bound := float64(r.Sweep.BoundNs)
	low, high, fastest := bound, bound, 0.0
	var all []series
	for i, curve := range curves {
		s := series{name: curve.name, shape: dots, colour: i}
		for _, run := range runs {
			ns := max(float64(run.Latency.At(curve.percent)), 1)
			low, high, fastest = min(low, ns), max(high, ns), max(fastest, run.Rate)
			s.points = append(s.points, point{run.Rate, ns})
		}
		all = append(all, s)
	}
	return chart{
		title:  "Latency against throughput",
		x:      linear("messages offered a second", plain, fastest),
		y:      logarithmic("latency", low, high),
		series: all,
		limit:  &limit{bound, "bound of p99: " + Duration(bound)},
	}
}

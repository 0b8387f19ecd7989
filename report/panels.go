package report

import (
	"fmt"
	"math"
	"slices"
)

// charts returns the pictures of a result: of a sweep first the search, then in any case those of
// its most telling run.
func (r Result) charts() []chart {
	run := r.shown()
	var all []chart
	if r.Sweep != nil {
		all = append(all, r.sweepChart())
	}
	if len(r.Runs) > 1 && r.Sweep == nil {
		all = append(all, r.repeatsChart())
	}
	if run.Latency != nil {
		all = append(all, r.latencyChart())
	}
	if len(run.Intervals) > 1 {
		all = append(all, run.throughputChart(), run.cpuChart(r.Machine.Cores), run.memoryChart(),
			run.pauseChart())
	}
	return slices.DeleteFunc(all, chart.empty)
}

// empty tells whether a chart would show nothing: no points, or none above zero.
func (c chart) empty() bool {
	for _, s := range c.series {
		if slices.ContainsFunc(s.points, func(p point) bool { return p.y > 0 }) {
			return false
		}
	}
	return true
}

// shown returns the run whose figures and course are shown: of a sweep the one at the highest rate
// that held, else the first that went wrong, else the one with the median throughput.
func (r Result) shown() Run {
	if r.Sweep != nil {
		return r.Runs[highestHeld(r.Runs)]
	}
	for _, run := range r.Runs {
		if run.Fault != "" {
			return run
		}
	}
	return r.Runs[medianRun(r.Runs)]
}

func (r Run) throughputChart() chart {
	values := r.over(func(n Interval) float64 { return n.Throughput })
	return r.timeChart("Throughput over time", "deliveries a second", plain, 0, area, values)
}

func (r Run) cpuChart(cores int) chart {
	values := r.over(func(n Interval) float64 { return n.Cores })
	c := r.timeChart("CPU over time", "", coresInUse, 1, area, values)
	c.y.label = "cores in use"
	if cores > 0 {
		c.note = fmt.Sprintf("of %d cores", cores)
	}
	return c
}

func (r Run) memoryChart() chart {
	values := r.over(func(n Interval) float64 { return float64(n.Memory) })
	return r.timeChart("Memory over time", "held by the Go runtime", bytes, 2, area, values)
}

func (r Run) pauseChart() chart {
	values := r.over(func(n Interval) float64 { return float64(n.PauseNs) })
	c := r.timeChart("Garbage collection pauses", "stopped in each interval", times, 3, bars, values)
	collections := uint64(0)
	for _, n := range r.Intervals {
		collections += n.Collections
	}
	c.note = Count(collections) + " collections"
	if collections == 1 {
		c.note = "1 collection"
	}
	return c
}

// over returns one figure of each interval over the interval's end.
func (r Run) over(figure func(Interval) float64) []point {
	points := make([]point, len(r.Intervals))
	for i, n := range r.Intervals {
		points[i] = point{n.Seconds, figure(n)}
	}
	return points
}

func (r Run) timeChart(title, label string, u units, colour int, s shape, points []point) chart {
	highest, end := 0.0, 0.0
	for _, p := range points {
		highest, end = max(highest, p.y), max(end, p.x)
	}
	return chart{
		title: title, x: span("time", seconds, end), y: linear(label, u, highest),
		series: []series{{shape: s, colour: colour, points: points}},
	}
}

// latencyChart shows the curve of the run shown.
func (r Result) latencyChart() chart {
	l := r.shown().Latency
	low, high, end := math.Inf(1), 1.0, 0.0
	var points []point
	for _, p := range l.Curve {
		ns := max(float64(p.Ns), 1)
		low, high = min(low, ns), max(high, ns)
		if p.Percent < 100 {
			end = max(end, p.Percent)
			points = append(points, point{p.Percent, ns})
		}
	}
	return chart{
		title:  "Latency by percentile, at " + Number(r.shown().Rate) + " messages a second",
		note:   "highest " + Duration(float64(l.Max)),
		x:      percentiles("percentile of messages", end),
		y:      logarithmic("latency from the intended send time", min(low, high), high),
		series: []series{{colour: 0, points: points}},
	}
}

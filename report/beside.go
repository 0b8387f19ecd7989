package report

import (
	"math"
	"slices"
)

// beside returns pictures that show two results together, such as before and after a change; none if
// they are not of one scenario.
func beside(results []Result) []chart {
	if len(results) != 2 || results[0].Scenario != results[1].Scenario {
		return nil
	}
	names := nicknames(results[0], results[1])
	runs := []Run{results[0].shown(), results[1].shown()}
	all := []chart{
		together("Throughput over time", "deliveries a second", plain, names, runs,
			func(n Interval) float64 { return n.Throughput }),
		latencies(names, runs),
		together("CPU over time", "cores in use", coresInUse, names, runs,
			func(n Interval) float64 { return n.Cores }),
		together("Memory over time", "held by the Go runtime", bytes, names, runs,
			func(n Interval) float64 { return float64(n.Memory) }),
	}
	return slices.DeleteFunc(all, chart.empty)
}

// nicknames tells two results apart: by their commits, or by their order.
func nicknames(a, b Result) []string {
	const short = 7
	one, two := a.Machine.Commit, b.Machine.Commit
	one, two = one[:min(len(one), short)], two[:min(len(two), short)]
	if one == two || one == "" || two == "" {
		return []string{"first", "second"}
	}
	return []string{one, two}
}

// together shows one figure of both runs over time.
func together(title, label string, u units, names []string, runs []Run, figure func(Interval) float64) chart {
	var all []series
	highest, end := 0.0, 0.0
	for i, run := range runs {
		s := series{name: names[i], shape: line, colour: i, points: run.over(figure)}
		for _, p := range s.points {
			highest, end = max(highest, p.y), max(end, p.x)
		}
		all = append(all, s)
	}
	return chart{title: title, x: span("time", seconds, end), y: linear(label, u, highest), series: all}
}

// latencies shows both curves; none if one of the runs has none.
func latencies(names []string, runs []Run) chart {
	low, high, end := math.Inf(1), 1.0, 0.0
	var all []series
	for i, run := range runs {
		if run.Latency == nil {
			return chart{}
		}
		s := series{name: names[i], shape: line, colour: i}
		for _, p := range run.Latency.Curve {
			if ns := max(float64(p.Ns), 1); p.Percent < 100 {
				low, high, end = min(low, ns), max(high, ns), max(end, p.Percent)
				s.points = append(s.points, point{p.Percent, ns})
			}
		}
		all = append(all, s)
	}
	return chart{
		title: "Latency by percentile", x: percentiles("percentile of messages", end),
		y: logarithmic("latency from the intended send time", min(low, high), high), series: all,
	}
}

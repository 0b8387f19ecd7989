package main

import "github.com/millrace/millrace/bench/series"

// goal is a line of the table of goals: the median of a figure over the rounds against a bound.
type goal struct {
	text   string
	key    string  // of the figure
	want   float64 // at least, or with atMost at most
	atMost bool
	worst  bool   // the worst round counts, not the median
	unit   string // after the figure
}

// of returns what is judged.
func (g goal) of(s series.Spread) float64 {
	switch {
	case !g.worst:
		return s.Median
	case g.atMost:
		return s.Most
	}
	return s.Least
}

func (g goal) met(figure float64) bool {
	if g.atMost {
		return figure <= g.want
	}
	return figure >= g.want
}

func goals() []goal {
	a, b, c, d, e, chain := jobs[0], jobs[1], jobs[2], jobs[3], jobs[4], jobs[5]
	faster := func(text, peer string, j job, want float64) goal {
		return goal{text: text, key: ratioOf(engineBatched, peer, j), want: want, unit: "x"}
	}
	direct := func(text string, j job, most float64) goal {
		return goal{text: text, key: ratioOf(engineBatched, directCall, j), want: 1 / most, unit: "x"}
	}
	floor := func(text, ours, floor string, j job, most float64) goal {
		return goal{text: text, key: costOf(ours, floor, j), want: most, atMost: true, unit: "x"}
	}
	return []goal{
		floor("1->1 by keys, of the floor's cost", engineBatched, floorKeys, a, 1.25),
		floor("1->4 by keys, of the floor's cost", engineBatched, floorKeys, b, 1.25),
		floor("1->1 by template, of that floor's cost", engineLike, floorTemplate, a, 1.35),
		floor("1->4 by template, of that floor's cost", engineLike, floorTemplate, b, 1.4),
		{
			text: "1->1 by keys against channel + allocation that copies", unit: "x", want: 1,
			key: ratioOf(engineBatched, channelCopied, a),
		},
		{
			text: "telemetry by template against channel + allocation that copies", unit: "x", want: 1,
			key: ratioOf(engineLike, channelCopied, e),
		},
		faster("1->1 against channel + allocation", channelAllocated, a, 10),
		{
			text: "raw pointers, batch 64, against a channel",
			key:  ratioOf(rawRing, rawChannel, a), want: 30, unit: "x",
		},
		{
			text: "raw pointers, batch 64, against a channel of 64-slices",
			key:  ratioOf(rawRing, rawSlices, a), want: 1, unit: "x",
		},
		faster("1->4 against channel + allocation", channelAllocated, b, 10),
		faster("1->4 against channel, prebuilt", channelPrebuilt, b, 4),
		direct("direct call / engine, 1->4 (cost at most 1.2)", b, 1.2),
		faster("4->1 against channel + allocation", channelAllocated, c, 10),
		direct("direct call / engine, pipeline (cost at most 1.2)", d, 1.2),
		direct("direct call / engine, 1->1 (cost at most 1.5)", a, 1.5),
		faster("chain of 16 against channels, a new message at each stage", channelAllocated, chain, 3),
		{
			text: "chain of 16 against channels, one pointer passed on", unit: "x", want: 3,
			key: ratioOf(engineForward, channelPrebuilt, chain),
		},
		{
			text: "chain of 16, p50 against channels", unit: "x", want: 0.9,
			key: latencyOf("channel / engine p50", offers[1]),
		},
		faster("1->4 against NATS in process", natsPlain, b, 35),
		faster("1->4 against mochi inline", mochiInline, b, 16),
		faster("1->4 against watermill GoChannel", watermillChannel, b, 90),
		{
			text: "allocations a message, 1->1", key: allocsOf(engineBatched, a),
			want: 0.01, atMost: true,
		},
		{
			text: "p50 at 100k/s", key: latencyOf("engine p50 ns", offers[0]),
			want: 1000, atMost: true, unit: " ns",
		},
		{
			text: "p99 at 100k/s, of a channel's", key: latencyOf("engine / channel p99", offers[0]),
			want: 1, atMost: true, unit: "x",
		},
		{
			text: "p99 at 100k/s, of a channel's, worst round", key: latencyOf("engine / channel p99", offers[0]),
			want: 3, atMost: true, worst: true, unit: "x",
		},
		{
			text: "one message at a time, 1->1, against channel + allocation", want: 4, unit: "x",
			key: ratioOf(engineOne, channelAllocated, a),
		},
	}
}

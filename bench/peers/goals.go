package main

// goal is a line of the table of goals: the median of a figure over the rounds against a bound.
type goal struct {
	text   string
	key    string  // of the figure
	want   float64 // at least, or with atMost at most
	atMost bool
	unit   string // after the figure
}

func (g goal) met(median float64) bool {
	if g.atMost {
		return median <= g.want
	}
	return median >= g.want
}

func goals() []goal {
	a, b, c, d, chain := jobs[0], jobs[1], jobs[2], jobs[3], jobs[4]
	faster := func(text, peer string, j job, want float64) goal {
		return goal{text: text, key: ratioOf(engineBatched, peer, j), want: want, unit: "x"}
	}
	floor := func(text string, j job, most float64) goal {
		return goal{text: text, key: ratioOf(engineBatched, directCall, j), want: 1 / most, unit: "x"}
	}
	return []goal{
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
		floor("direct call / engine, 1->4 (cost at most 1.2)", b, 1.2),
		faster("4->1 against channel + allocation", channelAllocated, c, 10),
		floor("direct call / engine, pipeline (cost at most 1.2)", d, 1.2),
		floor("direct call / engine, 1->1 (cost at most 1.5)", a, 1.5),
		faster("chain of 16 against channels, a new message at each stage", channelAllocated, chain, 3),
		{
			text: "chain of 16 against channels, one pointer passed on", unit: "x", want: 3,
			key: ratioOf(engineForward, channelPrebuilt, chain),
		},
		{
			text: "chain of 16, p50 against channels", unit: "x", want: 3,
			key: latencyOf("channel / engine p50", offers[1]),
		},
		faster("1->4 against NATS in process", natsPlain, b, 30),
		faster("1->4 against mochi inline", mochiInline, b, 20),
		faster("1->4 against watermill GoChannel", watermillChannel, b, 80),
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
			text: "one message at a time, 1->1, against channel + allocation", want: 4, unit: "x",
			key: ratioOf(engineOne, channelAllocated, a),
		},
	}
}

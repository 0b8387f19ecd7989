package main

// The commands that figures come from.
const (
	versus = "make versus"
	peers  = "make peers"
	scale  = "make scale"
)

// goals are the rows, in order.
func goals() []goal {
	all := oneCore()
	all = append(all, flows()...)
	all = append(all, rivals()...)
	return append(all, crowds()...)
}

func oneCore() []goal {
	row := func(what, today string, want float64) goal {
		return goal{
			what: "claim to release on one core, of 5797ed9's: " + what, today: today, want: want, unit: "x",
			key: "now / before, one core, " + what, command: versus,
		}
	}
	return []goal{
		row("by keys", "120 ns", 0.65).because(whyByKeys),
		row("by template", "85 ns", 0.4).because(whyByTemplate),
		row("template and a number", "97 ns", 0.5).because(whyNumber),
	}
}

func flows() []goal {
	floor := func(what, today string, want float64) goal {
		return goal{
			what: what + ", of the floor's cost", today: today, want: want, unit: "x",
			key: "now / floor, " + what, command: versus,
		}
	}
	performance := func(what, key, today string, want float64) goal {
		return goal{
			what: "examples/performance.json, deliveries/s of " + what, today: today, want: want, atLeast: true, unit: "x",
			key: key + ", rate, examples/performance.json", command: versus,
		}
	}
	return []goal{
		floor("1->1 by keys", "1.65x", 1.25),
		floor("1->4 by keys", "1.70x", 1.25),
		floor("1->1 by template", "-", 1.35),
		floor("1->4 by template", "-", 1.4).because(whyFour),
		performance("5797ed9's", "now / before", "1x", 1.5).because(whyPerformance),
		performance("the floor's", "now / floor", "-", 0.6).because(whyPerformance),
	}
}

// The peers' names of their own rows.
const (
	byKeys     = "engine, 64 at a time"
	byTemplate = "engine, by template"
)

func rivals() []goal {
	against := func(what, peer, ours, job, today string, want float64) goal {
		return goal{
			what: what, today: today, want: want, atLeast: true, shown: want == 0, unit: "x", command: peers,
			key: peer + " / " + ours + ", " + job,
		}
	}
	const a, b, e, copying = "A 1->1", "B 1->4", "E telemetry", "channel + allocation, copying"
	return []goal{
		against("1->1 by keys against a channel that copies", copying, byKeys, a, "-", 0),
		against("telemetry by template against the same", copying, byTemplate, e, "-", 0),
		against("the floor, 1->1 against the same", copying, "floor, by keys", a, "2 - 3x", 0),
		against("the floor, telemetry against the same", copying, "floor, by keys", e, "-", 0),
		against("1->4 by keys against NATS in process", "NATS in process", byKeys, b, "20 - 35x", 35),
		against("1->4 by keys against mochi inline", "mochi inline", byKeys, b, "9 - 15x", 16),
		against("1->4 by keys against watermill GoChannel", "watermill GoChannel", byKeys, b, "47 - 97x", 90),
		against("1->4 by template against NATS in process", "NATS in process", byTemplate, b, "-", 0),
		against("1->4 by template against mochi inline", "mochi inline", byTemplate, b, "-", 0),
		against("1->4 by template against watermill GoChannel", "watermill GoChannel", byTemplate, b, "-", 0),
		against("raw pointers against a channel of 64-slices", "channel of 64-slices of pointers",
			"ring, pointers, 64 at a time", a, "0.80 - 0.86x", 1).because(whyRaw),
		{
			what: "chain of 16 at 10,000/s, p50 against channels", today: "0.55 - 0.60x", want: 0.9, atLeast: true,
			unit: "x", key: "channel / engine p50, chain-16 at 10000/s", command: peers,
		},
		{
			what: "p99 at 100,000/s, 1->1, of a channel's", today: "0.5 - 2.5x", want: 1, unit: "x",
			key: "engine / channel p99, A 1->1 at 100000/s", command: peers,
		},
		{
			what: "the same, worst round", today: "12x", want: 3, unit: "x", worst: true,
			key: "engine / channel p99, A 1->1 at 100000/s", command: peers,
		},
		{
			what: "allocations a message, 1->1", today: "< 0.01", want: 0.01,
			key: byKeys + ", A 1->1, allocations", command: peers,
		},
	}
}

func crowds() []goal {
	row := func(what, key, unit, today string, want float64) goal {
		return goal{what: what, key: key, unit: unit, today: today, want: want, command: scale}
	}
	return []goal{
		row("an idle module", "idle module: memory, KB each", " KB", "8 KB", 8),
		row("the same, after it has received a message", "module that has received once: memory, KB each", " KB", "21 KB", 8),
		row("the same, after it has published one too", "module that has published once: memory, KB each", " KB", "-", 8),
		row("100,000 modules attached", "100,000 modules: attached, s", " s", "-", 10),
		row("100,000 modules, memory at its peak", "100,000 modules: memory at its peak, MB", " MB", "-", 1024),
		row("10,000 on a bus, attached, and each has published ten messages",
			"10,000 on a bus: attached and all published, s", " s", "1,000: 12 s, 2,000: 57 s", 3),
		row("the same, memory at its peak", "10,000 on a bus: memory at its peak, MB", " MB", "2,000: 892 MB", 200),
		row("one module attached at that size", "change on a bus: attach, median, us", " us", "-", 200),
		row("one module detached at that size", "change on a bus: detach, median, us", " us", "-", 200),
		row("a bystander's publish meanwhile, p99.9", "change on a bus: a bystander's publish, p99.9, us", " us",
			"worst 727 ms", 2000),
		row("a document of 5,000 modules and 20,000 links running", "large document: running, s", " s",
			"not after 100 s", 1.5),
		row("the queue of a pair's first drop_oldest message", "first drop_oldest: memory of its queue, KB each", " KB",
			"25 MB", 4),
		{
			what:  "attach, link, unlink, detach, start, stop: apiece at 10n of apiece at n, the worst",
			today: "quadratic: 10x", key: ", times", any: true, want: 3, unit: "x", command: scale,
		},
	}
}

package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/millrace/millrace/bench/series"
)

// write writes the report as Markdown. Ratios above 1 say how many times faster the engine is.
func (c *contest) write(w io.Writer, command string) error {
	out := &text{}
	out.linef("# The engine and its peers\n")
	out.linef("`%s` in bench/peers, %s, %s/%s, %d processors.\n", command,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
	out.linef("Each message has 5 properties and 256 bytes; it is written, delivered, and one property is " +
		"read. The properties are constant strings, but for telemetry, where two are numbers formatted for " +
		"every message. Every sink's count and every property read is verified. A round " +
		"measures each peer between two measurements of the engine, with fresh instances; a ratio " +
		"is of one round, and the tables have the median and the quartiles of the ratios.\n")
	out.linef("Load average when it began: %s; when it ended: %s.\n", c.load, series.Load())
	c.writeGoals(out)
	c.writeRatios(out, engineBatched)
	c.writeRatios(out, engineOne)
	c.writeRatios(out, engineForward)
	c.writeRatios(out, engineLike)
	c.writeFloors(out)
	c.writeFloorBeside(out)
	c.writeOneCore(out)
	c.writeLosses(out)
	c.writeTimes(out)
	c.writeLatencies(out)
	c.writeAbsent(out)
	_, err := io.WriteString(w, out.String())
	return err
}

type text struct{ strings.Builder }

func (t *text) linef(format string, args ...any) {
	t.WriteString(fmt.Sprintf(format, args...) + "\n")
}

func (c *contest) writeGoals(out *text) {
	out.linef("## Goals\n\n| goal | target | median | quartiles | met |\n|---|---|---|---|---|")
	for _, g := range goals() {
		bound := ">="
		if g.atMost {
			bound = "<="
		}
		q, ok := c.figures.Spread(g.key)
		if !ok {
			out.linef("| %s | %s %s%s | not measured | | no |", g.text, bound, series.Figure(g.want), g.unit)
			continue
		}
		met := "yes"
		if !g.met(g.of(q)) {
			met = "**no**"
		}
		out.linef("| %s | %s %s%s | %s%s | %s - %s | %s |", g.text, bound, series.Figure(g.want), g.unit,
			series.Figure(g.of(q)), g.unit, series.Figure(q.Low), series.Figure(q.High), met)
	}
}

func (c *contest) writeRatios(out *text, ours string) {
	out.linef("\n## How many times faster: %s\n", ours)
	c.table(out, func(p peer, j job) string {
		return c.spread(ratioOf(ours, p.name, j))
	}, peers())
}

// writeFloors says what we cost of what the floor costs.
func (c *contest) writeFloors(out *text) {
	out.linef("\n## What the engine costs of the floor\n\nLess is better; 1 is the floor's.\n")
	out.linef("| engine | floor | A 1->1 | B 1->4 | E telemetry |\n|---|---|---|---|---|")
	for _, side := range []struct{ ours, floor string }{
		{engineBatched, floorKeys}, {engineOne, floorKeys}, {engineLike, floorTemplate},
	} {
		row := "| " + side.ours + " | " + side.floor + " |"
		for _, j := range []job{jobs[0], jobs[1], jobs[4]} {
			row += " " + c.spread(costOf(side.ours, side.floor, j)) + " |"
		}
		out.linef("%s", row)
	}
}

// writeFloorBeside says how much faster than a channel the floor itself is.
func (c *contest) writeFloorBeside(out *text) {
	out.linef("\nThe floor by keys is faster than the channel that copies by: A 1->1 %s, E telemetry %s.",
		c.spread(ratioOf(floorKeys, channelCopied, jobs[0])), c.spread(ratioOf(floorKeys, channelCopied, jobs[4])))
}

// spread writes a median and its quartiles.
func (c *contest) spread(key string) string {
	q, ok := c.figures.Spread(key)
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%s (%s - %s)", series.Figure(q.Median), series.Figure(q.Low), series.Figure(q.High))
}

func (c *contest) writeTimes(out *text) {
	out.linef("\n## ns a delivery\n\nMedians; for orientation, since absolutes drift from hour to hour.\n")
	c.table(out, func(p peer, j job) string {
		q, ok := c.figures.Spread(nsOf(p.name, j))
		if !ok {
			return "-"
		}
		allocs, _ := c.figures.Spread(allocsOf(p.name, j))
		return fmt.Sprintf("%s (%s allocs)", series.Figure(q.Median), series.Figure(allocs.Median))
	}, append(append(engines(), peers()...), rawQueues()...))
}

// table has a row for each peer and a column for each job.
func (c *contest) table(out *text, cell func(p peer, j job) string, rows []peer) {
	head, rule := "| peer |", "|---|"
	for _, j := range jobs {
		head += " " + j.name + " |"
		rule += "---|"
	}
	out.linef("%s\n%s", head, rule)
	for _, p := range rows {
		row := "| " + p.name + " |"
		for _, j := range jobs {
			row += " " + cell(p, j) + " |"
		}
		out.linef("%s", row)
	}
}

func (c *contest) writeLosses(out *text) {
	out.linef("\n## Where we lose\n")
	out.linef("| job | peer | engine | times as fast | quartiles |\n|---|---|---|---|---|")
	none := true
	for _, j := range jobs {
		for _, p := range peers() {
			for _, ours := range engines() {
				q, ok := c.figures.Spread(ratioOf(ours.name, p.name, j))
				if ok && q.Median < 1 {
					none = false
					out.linef("| %s | %s | %s | %s | %s - %s |", j.name, p.name, ours.name,
						series.Figure(q.Median), series.Figure(q.Low), series.Figure(q.High))
				}
			}
		}
	}
	if none {
		out.linef("| none | | | | |")
	}
}

func (c *contest) writeLatencies(out *text) {
	out.linef("\n## Latency at a rate\n\nFrom the intended send time, one message at a time; medians " +
		"of the rounds.\n\n| load | figure | engine | channel + allocation |\n|---|---|---|---|")
	for _, o := range offers {
		for _, p := range []string{"p50", "p99"} {
			ours, ok := c.figures.Spread(latencyOf("engine "+p+" ns", o))
			theirs, _ := c.figures.Spread(latencyOf("channel "+p+" ns", o))
			if ok {
				out.linef("| %s | %s | %s ns | %s ns |", o, p, series.Figure(ours.Median), series.Figure(theirs.Median))
			}
		}
	}
}

// writeAbsent says what the peers are, and which could not do what.
func (c *contest) writeAbsent(out *text) {
	out.linef("\n## The peers\n\n| peer | what | not |\n|---|---|---|")
	for _, p := range append(append(engines(), peers()...), rawQueues()...) {
		var not []string
		for _, j := range jobs {
			if why := p.refusal(j); why != "" {
				not = append(not, j.name+": "+why)
			}
		}
		out.linef("| %s | %s | %s |", p.name, p.what, strings.Join(not, "; "))
	}
	out.linef("| kelindar/event | - | the module proxy refuses it; EventBus stands for its kind |")
	if len(c.failures) == 0 {
		return
	}
	out.linef("\n## What failed\n")
	for _, name := range c.failed() {
		out.linef("- %s: %v", name, c.failures[name])
	}
}

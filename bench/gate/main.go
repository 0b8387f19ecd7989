// Command gate measures what publishing costs against six lookups in a map and a send on a channel,
// and fails where it has become dearer than it may: make gate.
//
// A time says little from one machine to the next, and nothing on a noisy one. So the two take turns
// in one process on one processor, a few microseconds each, and only the median of the ratios is
// judged. Only the publisher's side is timed: what a sink does with its messages afterwards, or where
// it runs, plays no part.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// path is a way of publishing, with the least that the other side's cost may be of it.
type path struct {
	name  string
	batch int
	least float64 // about 0.7 of the median where it was set
}

var paths = []path{
	{"one at a time", 1, 0.70},
	{"64 at a time", 64, 0.90},
}

// attempts is how often the gate may fail before it has: a bad moment of the machine can last longer
// than a measurement, but what has become slow is slow each time.
const attempts = 3

func main() {
	rounds := flag.Int("rounds", 2000, "how many `rounds` a path is measured")
	flag.Parse()
	if flag.NArg() > 0 || *rounds < 1 {
		fmt.Fprintln(os.Stderr, "want no arguments and at least one round")
		os.Exit(2)
	}
	runtime.GOMAXPROCS(1)
	ok, err := false, error(nil)
	for range attempts {
		if ok, err = judge(os.Stdout, *rounds); ok || err != nil {
			break
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// judge measures all paths and tells whether each is within its bound.
func judge(w io.Writer, rounds int) (ok bool, err error) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(table, format, args...) }
	line("publishing\tns a message\tlookups and send, ns\tratio\tat least\t\n")
	ok = true
	for _, p := range paths {
		engine, channel, ratio, err := measure(p.batch, rounds)
		if err != nil {
			return false, err
		}
		verdict := "ok"
		if ratio < p.least {
			verdict, ok = "TOO SLOW", false
		}
		line("%s\t%.1f\t%.1f\t%.2f\t%.2f\t%s\n",
			p.name, engine, channel, ratio, p.least, verdict)
	}
	return ok, table.Flush()
}

// measure returns medians: ns a message of both sides, and the ratio.
func measure(batch, rounds int) (ours, theirs, ratio float64, err error) {
	b, err := newBroker(batch)
	if err != nil {
		return 0, 0, 0, err
	}
	c := newChannel()
	var engine, channel, ratios []float64
	for round := range rounds {
		var a, z time.Duration
		if round%2 == 0 { // neither is always first
			a, z = b.fill(), c.fill()
		} else {
			z, a = c.fill(), b.fill()
		}
		engine, channel = append(engine, perMessage(a)), append(channel, perMessage(z))
		ratios = append(ratios, float64(z)/float64(a))
	}
	c.close()
	if err := b.close(rounds); err != nil {
		return 0, 0, 0, err
	}
	return median(engine), median(channel), median(ratios), nil
}

func perMessage(d time.Duration) float64 { return float64(d) / messages }

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

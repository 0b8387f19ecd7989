// Command versus measures this working tree beside an earlier commit and beside the floor of package
// yardstick: make versus.
//
// A time says little on a machine that others share, and nothing from one hour to the next. So a
// program of each of the two is asked for one figure after the other, in turns, a few milliseconds
// each, and only the ratios of one round count.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	var t turns
	side := flag.Bool("side", false, "be a side: answer the questions on standard input")
	flag.DurationVar(&t.slice, "slice", 10*time.Millisecond, "how long one measurement should take")
	rounds := flag.Int("rounds", 25, "how many `rounds`")
	flag.StringVar(&t.before.tree, "before", "", "`folder` of the earlier commit's tree, built there")
	flag.StringVar(&t.now.tree, "now", ".", "`folder` of the present tree, built there")
	performances := flag.Int("performances", 20, "how many `runs` of examples/performance.json each")
	figures := flag.String("figures", "", "`file` to write the rounds' figures to")
	flag.Parse()
	if flag.NArg() > 0 || *rounds < 1 || *performances < 0 || t.slice <= 0 || (!*side && t.before.tree == "") {
		fmt.Fprintln(os.Stderr, "want -side, or -before FOLDER; at least one round; a slice above zero")
		os.Exit(2)
	}
	var err error
	if *side {
		err = answer(os.Stdin, os.Stdout, t.slice)
	} else {
		err = t.run(*rounds, *performances, *figures)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
}

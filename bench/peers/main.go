// Command peers runs the engine and its rivals on the same jobs, in one process and in turns, and
// reports the ratios.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/millrace/millrace/bench/series"
)

func main() {
	only := flag.String("only", "", "measure only peers whose name contains this `text`")
	rounds := flag.Int("rounds", 20, "how many `rounds`")
	slice := flag.Duration("slice", 10*time.Millisecond, "how long one measurement should take")
	figures := flag.String("figures", "", "`file` to write the rounds' figures to")
	out := flag.String("out", "", "`file` to write the report to; default standard output")
	flag.Parse()
	if flag.NArg() > 0 || *rounds < 1 || *slice <= 0 {
		fmt.Fprintln(os.Stderr, "want no arguments, at least one round and a slice above zero")
		os.Exit(2)
	}
	if err := run(*rounds, *slice, *only, *out, *figures); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run makes the report. A peer that failed does not keep it from being written, but is an error.
func run(rounds int, slice time.Duration, only, file, figures string) error {
	c := newContest(slice)
	c.only = only
	for n := range rounds {
		start := time.Now()
		c.round(n)
		c.logf("round %d of %d: %v", n+1, rounds, time.Since(start).Round(time.Millisecond))
	}
	if err := writeFigures(c.figures, figures); err != nil {
		return err
	}
	var report bytes.Buffer
	command := fmt.Sprintf("go run . -rounds %d -slice %v", rounds, slice)
	if err := c.write(&report, command); err != nil {
		return err
	}
	if file == "" {
		fmt.Print(report.String())
	} else if err := os.WriteFile(file, report.Bytes(), 0o644); err != nil {
		return err
	}
	if failed := c.failed(); len(failed) > 0 {
		return fmt.Errorf("%d failed: %s", len(failed), strings.Join(failed, "; "))
	}
	return nil
}

func writeFigures(s series.Series, file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(s.Write(f), f.Close())
}

func newContest(slice time.Duration) *contest {
	return &contest{
		slice: slice, load: series.Load(), figures: series.Series{}, messages: map[string]int{}, failures: map[string]error{},
		logf: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) },
	}
}

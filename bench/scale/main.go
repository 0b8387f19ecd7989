// Command scale measures what many modules and links cost: whether attaching, linking, starting and
// the rest cost the same apiece at n and at ten times as many, and what a crowd takes of time and
// memory. Each measurement has a process of its own, so that its memory is its own.
//
//	go run ./bench/scale [-n 1000] [-only bus] [-figures FILE]
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/millrace/millrace/bench/series"
)

func main() {
	n := flag.Int("n", 1000, "the smaller `number` of modules or links; the larger is ten times that")
	only := flag.String("only", "", "measure only what has this `text` in its name")
	rounds := flag.Int("rounds", 3, "how many `rounds`")
	patience := flag.Duration("patience", time.Minute, "how long a measurement may take; then it is given up")
	figures := flag.String("figures", "", "`file` to write the rounds' figures to")
	one := flag.String("job", "", "measure this one in this process, and print its figures")
	flag.Parse()
	if flag.NArg() > 0 || *n < 10 || *rounds < 1 {
		fmt.Fprintln(os.Stderr, "want no arguments, at least 10 modules and at least one round")
		os.Exit(2)
	}
	err := error(nil)
	if *one != "" {
		err = runJob(*one, *n)
	} else {
		err = run(*n, *rounds, *patience, *only, *figures)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

// runJob is what a process of one measurement does.
func runJob(name string, n int) error {
	for _, j := range jobs() {
		if j.name == name {
			m := &meter{figures: series.Series{}, job: j.name, n: n}
			if err := j.run(m); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return m.figures.Write(os.Stdout)
		}
	}
	return fmt.Errorf("no measurement is called %q", name)
}

// run measures everything, each in a process of its own, round by round.
func run(n, rounds int, patience time.Duration, only, file string) error {
	all := series.Series{}
	for round := range rounds {
		for _, j := range jobs() {
			if !strings.Contains(j.name, only) {
				continue
			}
			if err := apart(j, n, patience, all); err != nil {
				return err
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, rounds)
	}
	if file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		if err := errors.Join(all.Write(f), f.Close()); err != nil {
			return err
		}
	}
	return report(os.Stdout, all, n)
}

// apart runs one measurement in a process of its own and adds its figures, or that it took too long.
func apart(j job, n int, patience time.Duration, all series.Series) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	child := exec.CommandContext(ctx, program, "-job", j.name, "-n", strconv.Itoa(n))
	child.Stderr = os.Stderr
	out, err := child.Output()
	if ctx.Err() != nil {
		all.Add(figureOf(j.name, "given up after", seconds), patience.Seconds())
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", j.name, err)
	}
	return all.Read(bytes.NewReader(out))
}

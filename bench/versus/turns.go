package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/millrace/millrace/bench/series"
)

// turns asks the two trees in turns.
type turns struct {
	before, now tree
	slice       time.Duration
	load        string // average of the machine, when it began
	figures     series.Series
}

// The names of figures.
const (
	ofBefore = "now / before, " // ns a message of the two
	ofFloor  = "now / floor, "
	wasFloor = "before / floor, "
	rates    = "examples/performance.json"
)

func (t *turns) run(rounds, performances int, file string) error {
	t.figures, t.load = series.Series{}, series.Load()
	for n := range rounds {
		began := time.Now()
		if err := t.round(n); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "round %d of %d: %v\n", n+1, rounds, time.Since(began).Round(time.Millisecond))
	}
	for n := range performances {
		if err := t.performance(n); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "performance %d of %d\n", n+1, performances)
	}
	if err := t.write(file); err != nil {
		return err
	}
	return t.report(os.Stdout, rounds, performances)
}

// flags are a side's.
func (t *turns) flags() []string {
	return []string{"-slice", t.slice.String()}
}

// round has fresh processes, so that no luck of where their memory lies lasts.
func (t *turns) round(n int) (err error) {
	for _, side := range []*tree{&t.before, &t.now} {
		if err := side.start(t.flags()); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, side.stop()) }()
	}
	for i, q := range questions() {
		if err := t.question(n+i, q.name); err != nil {
			return err
		}
	}
	return nil
}

// question asks for all figures of one question, beginning with another one each time.
func (t *turns) question(n int, name string) error {
	var ns [4]float64
	asked := []struct {
		side *tree
		of   string
	}{{&t.before, ours}, {&t.now, ours}, {&t.before, floor}, {&t.now, floor}}
	for k := range asked {
		i := (k + n) % len(asked)
		var err error
		if ns[i], err = asked[i].side.ask(asked[i].of + ", " + name); err != nil {
			return err
		}
	}
	t.figures.Add(ofBefore+name, ns[1]/ns[0])
	t.figures.Add(wasFloor+name, ns[0]/ns[2])
	t.figures.Add(ofFloor+name, ns[1]/ns[3])
	t.figures.Add("before, ns, "+name, ns[0])
	t.figures.Add("now, ns, "+name, ns[1])
	t.figures.Add("floor, ns, "+name, min(ns[2], ns[3]))
	return nil
}

// performance compares deliveries a second, the floor's among them.
func (t *turns) performance(n int) error {
	sides := []*tree{&t.before, &t.now}
	var rate [2]float64
	for k := range sides {
		i := (k + n) % len(sides)
		var err error
		if rate[i], err = sides[i].performance(); err != nil {
			return err
		}
	}
	if err := t.now.start(t.flags()); err != nil {
		return err
	}
	ns, err := t.now.ask(record)
	if err := errors.Join(err, t.now.stop()); err != nil {
		return err
	}
	least := float64(time.Second) / ns
	t.figures.Add("now / before, rate, "+rates, rate[1]/rate[0])
	t.figures.Add("before / floor, rate, "+rates, rate[0]/least)
	t.figures.Add("now / floor, rate, "+rates, rate[1]/least)
	t.figures.Add("before, rate, "+rates, rate[0])
	t.figures.Add("now, rate, "+rates, rate[1])
	t.figures.Add("floor, rate, "+rates, least)
	return nil
}

func (t *turns) write(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(t.figures.Write(f), f.Close())
}

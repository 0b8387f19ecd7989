package main

import (
	"fmt"
	"io"

	"github.com/millrace/millrace/bench/series"
)

const head = "| %s | before | now | floor | now / before | before / floor | now / floor |\n" +
	"|---|---|---|---|---|---|---|\n"

// report writes the ratios as Markdown: of times, where less is better, and then of rates.
func (t *turns) report(w io.Writer, rounds, performances int) error {
	_, err := fmt.Fprintf(w, "%d rounds of %v a measurement, %d runs of a second; median (quartiles) of the "+
		"rounds' ratios. Load average when it began: %s; when it ended: %s.\n\n",
		rounds, t.slice, performances, t.load, series.Load())
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, head, "ns a message"); err != nil {
		return err
	}
	for _, q := range questions() {
		if err := t.row(w, q.name, "ns, "); err != nil {
			return err
		}
	}
	if performances == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\n"+head, "deliveries/s"); err != nil {
		return err
	}
	return t.row(w, rates, "rate, ")
}

func (t *turns) row(w io.Writer, name, unit string) error {
	ratio := unit
	if unit == "ns, " {
		ratio = ""
	}
	_, err := fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", name,
		t.median("before, "+unit+name), t.median("now, "+unit+name), t.median("floor, "+unit+name),
		t.spread("now / before, "+ratio+name), t.spread("before / floor, "+ratio+name),
		t.spread("now / floor, "+ratio+name))
	return err
}

func (t *turns) median(key string) string {
	s, _ := t.figures.Spread(key)
	return series.Figure(s.Median)
}

func (t *turns) spread(key string) string {
	s, _ := t.figures.Spread(key)
	return fmt.Sprintf("%s (%s - %s)", series.Figure(s.Median), series.Figure(s.Low), series.Figure(s.High))
}

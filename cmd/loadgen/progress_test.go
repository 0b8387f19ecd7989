package main

import (
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/bench"
)

func TestProgressShowsTheSpeedOfTheLastInterval(t *testing.T) {
	var b strings.Builder
	p := &progress{out: &b, prefix: "1to1"}
	p.show(bench.Progress{WarmingUp: true, Elapsed: time.Second / 2, Done: 0.5, Deliveries: 0})
	p.show(bench.Progress{Elapsed: time.Second, Done: 0.25, Deliveries: 1000})
	p.show(bench.Progress{Elapsed: 3 * time.Second, Done: 0.75, Deliveries: 7000})
	p.clear()
	want := emptyLine + "1to1  ████████████░░░░░░░░░░░░  warming up" +
		emptyLine + "1to1  ██████░░░░░░░░░░░░░░░░░░  1,000 deliveries a second" +
		emptyLine + "1to1  ██████████████████░░░░░░  3,000 deliveries a second" + emptyLine
	if got := b.String(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestProgressIsForTerminalsOnly(t *testing.T) {
	var b strings.Builder
	p := newProgress(&b)
	p.show(bench.Progress{})
	p.clear()
	if b.Len() > 0 {
		t.Errorf("got %q", b.String())
	}
}

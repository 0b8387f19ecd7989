package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/millrace/millrace/bench"
	"github.com/millrace/millrace/report"
)

// progress is a line on a terminal that says how far a run is. Anywhere else it writes nothing.
type progress struct {
	out    io.Writer // nil: not a terminal
	prefix string
	before bench.Progress
}

func newProgress(w io.Writer) *progress {
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return &progress{out: w}
	}
	return &progress{}
}

// The control sequence that goes back to the start of a terminal's line and empties it.
const emptyLine = "\r\x1b[K"

// show replaces the line. It is called from one goroutine at a time.
func (p *progress) show(now bench.Progress) {
	if p.out != nil {
		_, _ = io.WriteString(p.out, emptyLine+p.line(now)) // it is for looking at only
	}
	p.before = now
}

func (p *progress) clear() {
	if p.out != nil {
		_, _ = io.WriteString(p.out, emptyLine)
	}
}

const barLength = 24

func (p *progress) line(now bench.Progress) string {
	full := int(barLength*min(max(now.Done, 0), 1) + 0.5)
	bar := strings.Repeat("█", full) + strings.Repeat("░", barLength-full)
	if now.WarmingUp {
		return fmt.Sprintf("%s  %s  warming up", p.prefix, bar)
	}
	return fmt.Sprintf("%s  %s  %s deliveries a second", p.prefix, bar, report.Number(p.speed(now)))
}

// speed returns the deliveries a second since the line before.
func (p *progress) speed(now bench.Progress) float64 {
	before := p.before
	if before.WarmingUp || before.Elapsed >= now.Elapsed || before.Deliveries > now.Deliveries {
		before = bench.Progress{}
	}
	took := (now.Elapsed - before.Elapsed).Seconds()
	if took <= 0 {
		return 0
	}
	return float64(now.Deliveries-before.Deliveries) / took
}

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/millrace/millrace/bench/series"
)

// goal is a row: a figure and what is wanted of it.
type goal struct {
	what    string
	today   string // at commit 5797ed9, measured once on a quiet machine
	key     string // of the figure; or, with any, what it ends with, and the worst such figure counts
	any     bool
	want    float64
	atLeast bool
	shown   bool // without a bound
	worst   bool // the worst round counts, not the median
	unit    string
	command string
	why     string // where the time goes, for as long as the goal is not met
}

// because gives the reason why a goal is not met.
func (g goal) because(why string) goal {
	g.why = why
	return g
}

// judged is a figure held against its goal.
type judged struct {
	now     string
	verdict string
}

func (g goal) judge(all series.Series) judged {
	name, s, ok := g.figure(all)
	if !ok {
		return g.absent(all)
	}
	value := g.of(s)
	now := series.Figure(value) + g.unit
	if s.Rounds > 1 && !g.worst && !g.any {
		now += fmt.Sprintf(" (%s - %s)", series.Figure(s.Low), series.Figure(s.High))
	}
	if g.any {
		now += ": " + strings.TrimSuffix(name, g.key)
	}
	switch {
	case g.shown:
		return judged{now, "shown"}
	case g.atLeast && value >= g.want || !g.atLeast && value <= g.want:
		return judged{now, "yes"}
	}
	return judged{now, "**no**"}
}

// absent says why there is no figure.
func (g goal) absent(all series.Series) judged {
	job, _, _ := strings.Cut(g.key, ":")
	if s, ok := all.Spread(job + ": given up after, s"); ok {
		return judged{fmt.Sprintf("given up after %v s", s.Median), "**no**"}
	}
	return judged{"not measured", "**no**"}
}

func (g goal) figure(all series.Series) (name string, worst series.Spread, ok bool) {
	if !g.any {
		s, ok := all.Spread(g.key)
		return g.key, s, ok
	}
	for key := range all {
		if !strings.HasSuffix(key, g.key) {
			continue
		}
		if s, _ := all.Spread(key); !ok || g.of(s) > g.of(worst) {
			name, worst, ok = key, s, true
		}
	}
	return name, worst, ok
}

func (g goal) of(s series.Spread) float64 {
	switch {
	case !g.worst:
		return s.Median
	case g.atLeast:
		return s.Least
	}
	return s.Most
}

func (g goal) bound() string {
	switch {
	case g.shown:
		return "-"
	case g.atLeast:
		return ">= " + fmt.Sprint(g.want) + g.unit
	}
	return "<= " + fmt.Sprint(g.want) + g.unit
}

// write writes the table.
func write(w io.Writer, all series.Series) error {
	var out strings.Builder
	out.WriteString("| what | at 5797ed9 | goal | now | met | by |\n|---|---|---|---|---|---|\n")
	var open []string
	for _, g := range goals() {
		j := g.judge(all)
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | `%s` |\n", g.what, g.today, g.bound(), j.now, j.verdict, g.command)
		if j.verdict == "**no**" && g.why != "" {
			open = append(open, fmt.Sprintf("- %s: %s", g.what, g.why))
		}
	}
	if len(open) > 0 {
		out.WriteString("\nNot met, and where the time goes:\n\n" + strings.Join(open, "\n") + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

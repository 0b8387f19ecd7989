package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/millrace/millrace/bench/series"
)

func verdict(g goal, all series.Series) string { return g.judge(all).verdict }

func TestGoalsAreJudged(t *testing.T) {
	all := series.Series{
		"two": {1, 2, 9}, "bus: attach, times": {2}, "ring: link, times": {4, 4},
		"slow: given up after, s": {60},
	}
	for _, c := range []struct {
		goal goal
		want string
	}{
		{goal{key: "two", want: 2}, "yes"},
		{goal{key: "two", want: 1.9}, "**no**"},
		{goal{key: "two", want: 2, atLeast: true}, "yes"},
		{goal{key: "two", want: 2.1, atLeast: true}, "**no**"},
		{goal{key: "two", want: 8, worst: true}, "**no**"},
		{goal{key: "two", want: 9, worst: true}, "yes"},
		{goal{key: "two", want: 2, atLeast: true, worst: true}, "**no**"},
		{goal{key: "two", shown: true}, "shown"},
		{goal{key: ", times", any: true, want: 3}, "**no**"},
		{goal{key: ", times", any: true, want: 4}, "yes"},
		{goal{key: "nothing", want: 4}, "**no**"},
	} {
		if got := verdict(c.goal, all); got != c.want {
			t.Errorf("%+v: %s, want %s", c.goal, got, c.want)
		}
	}
	if j := (goal{key: ", times", any: true, want: 3}).judge(all); j.now != "4.00: ring: link" {
		t.Errorf("the worst: %q", j.now)
	}
	if j := (goal{key: "slow: running, s"}).judge(all); j.now != "given up after 60 s" {
		t.Errorf("given up: %q", j.now)
	}
}

// A goal that is not met stays in the table, with where the time goes.
func TestEveryGoalIsInTheTable(t *testing.T) {
	var out bytes.Buffer
	if err := write(&out, series.Series{}); err != nil {
		t.Fatal(err)
	}
	for _, g := range goals() {
		if !strings.Contains(out.String(), "| "+g.what+" |") {
			t.Errorf("%s is not in the table", g.what)
		}
	}
	if strings.Contains(out.String(), "yes") {
		t.Error("met without a figure")
	}
}

// A goal looks for its figure under the figure's name, which says of what it is and the unit.
func TestGoalsLookForFigures(t *testing.T) {
	for _, g := range goals() {
		if !strings.Contains(g.key, ", ") && !strings.Contains(g.key, "/") {
			t.Errorf("%s: %q is no figure's name", g.what, g.key)
		}
	}
}

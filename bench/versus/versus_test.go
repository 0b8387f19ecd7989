package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/bench/series"
)

// A side answers every question that it can be asked, a line each.
func TestASideAnswersEverything(t *testing.T) {
	var asked strings.Builder
	for name := range rigs() {
		asked.WriteString(name + "\n")
	}
	var out bytes.Buffer
	if err := answer(strings.NewReader(asked.String()), &out, time.Microsecond); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(out.String(), "\n"), len(rigs()); got != want {
		t.Errorf("%d answers to %d questions", got, want)
	}
	if err := answer(strings.NewReader("the weather\n"), &out, time.Microsecond); err == nil {
		t.Error("an answer to a question that is none")
	}
}

// fake writes a tree whose side answers every question with a number, and whose script says a rate.
func fake(t *testing.T, ns, rate string) tree {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(".build/versus", "while read -r q; do echo "+ns+"; done")
	write("scripts/performance", "echo '"+rate+"'")
	return tree{tree: dir}
}

// The ratios are of the two trees, the right way round, and every figure is in the report.
func TestTurns(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("the trees of this test are shell scripts")
	}
	turns := turns{
		before: fake(t, "200", "performance: 1 run; 1000 deliveries/s"),
		now:    fake(t, "50", "performance: 1 run; 4000 deliveries/s"),
		slice:  time.Millisecond,
	}
	file := filepath.Join(t.TempDir(), "figures")
	if err := turns.run(2, 1, file); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]float64{
		"now / before, 1->4 by keys":   0.25,
		"now / floor, 1->1 by keys":    1,
		"now / before, rate, " + rates: 4,
	} {
		if s, _ := turns.figures.Spread(key); s.Median != want {
			t.Errorf("%s: %v, want %v", key, s.Median, want)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	read := series.Series{}
	if err := read.Read(bytes.NewReader(text)); err != nil || len(read) != len(turns.figures) {
		t.Errorf("%d figures read of %d: %v", len(read), len(turns.figures), err)
	}
	var report bytes.Buffer
	if err := turns.report(&report, 2, 1); err != nil {
		t.Fatal(err)
	}
	for _, q := range questions() {
		if !strings.Contains(report.String(), "| "+q.name+" |") {
			t.Errorf("%s is not in the report", q.name)
		}
	}
}

// A side or a script that fails is an error that names the tree.
func TestFailuresNameTheTree(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("the trees of this test are shell scripts")
	}
	good, bad := fake(t, "1", "1 deliveries/s"), fake(t, "1", "lost")
	both := turns{before: good, now: bad}
	err := both.run(1, 1, "")
	if err == nil || !strings.Contains(err.Error(), bad.tree) {
		t.Errorf("%v", err)
	}
	if err := os.Remove(filepath.Join(bad.tree, ".build", "versus")); err != nil {
		t.Fatal(err)
	}
	if err := both.run(1, 0, ""); err == nil || !strings.Contains(err.Error(), bad.tree) {
		t.Errorf("%v", err)
	}
}

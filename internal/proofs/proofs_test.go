package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tests = `package ring

import "testing"

// Two producers and a consumer: all arrives. And more
// is said of it.
func TestExploreRing(t *testing.T) {}

// A close races with
// claims.
func TestExploreClose(t *testing.T) {}
`

const report = `{"Test":"TestExploreRing/a","Result":{"Schedules":1200,"Longest":7,"Exhausted":true,"Elapsed":1500000000}}
{"Test":"TestExploreRing/b","Result":{"Schedules":1300,"Longest":9,"Exhausted":true,"Elapsed":500000000}}
{"Test":"TestExploreClose","Preemptions":2,"Preempted":"closer","Result":{"Schedules":5,"Longest":3,"Exhausted":true,"Elapsed":0}}
{"Test":"TestExploreClose2","Random":4,"Result":{"Schedules":4,"Longest":3,"Elapsed":0}}
`

func TestTableOfAReport(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"explore_test.go": tests, "report": report} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := read(dir, filepath.Join(dir, "report"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i].folder = "ring"
	}
	var b strings.Builder
	if err := writeTable(&b, rows); err != nil {
		t.Fatal(err)
	}
	want := `| package | test | what it explores | preemptions | schedules | longest | seconds |
|---|---|---|---|---:|---:|---:|
| ring | Ring | Two producers and a consumer: all arrives | any | 2,500 | 9 | 2.0 |
| ring | Close | A close races with claims | 2, of closer | 5 | 3 | 0.0 |
| ring | Close2 |  | random | 4, not exhausted | 3 | 0.0 |

3 explorations, 2 of them exhausted: 2,509 schedules in 2.0 s of one processor.
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwanted\n%s", got, want)
	}
}

func TestMistakes(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "report")
	for says, text := range map[string]string{
		"failed: deadlock":  `{"Test":"TestExploreRing","Result":{"Failure":{"What":"deadlock"}}}`,
		"invalid character": `]`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(dir, file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, wanted %q", err, says)
		}
	}
	if err := run([]string{"ring"}); err == nil || !strings.Contains(err.Error(), `"ring" is not a folder`) {
		t.Error(err)
	}
	if err := run([]string{"ring=" + filepath.Join(dir, "none")}); err == nil {
		t.Error("no report, and no mistake")
	}
}

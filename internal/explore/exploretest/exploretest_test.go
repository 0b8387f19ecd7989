package exploretest

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/millrace/millrace/internal/explore"
)

func program(x *explore.Run) {
	var p explore.Place
	for _, name := range []string{"one", "other"} {
		x.Go(name, func() { p.Update(); p.Update() })
	}
}

// The figures of each kind of run are written as lines that can be read again.
func TestReport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report")
	set := func(r string, w bool, n int) { *report, *whole, *random = r, w, n }
	defer set(*report, *whole, *random)
	set(file, false, 0)
	Exhaust(t, program)
	Bound(t, 1, 2, program)
	set(file, true, 0)
	Bound(t, 1, 2, program)
	Observe(t, "one", 1, Any, program)
	set(file, true, 25)
	Exhaust(t, program)
	want := []Line{
		{Result: explore.Result{Schedules: 6, Exhausted: true}},
		{Preemptions: 1, Result: explore.Result{Schedules: 4, Exhausted: true}},
		{Preemptions: 2, Result: explore.Result{Schedules: 6, Exhausted: true}},
		{Preempted: "one", Result: explore.Result{Schedules: 3, Exhausted: true}},
		{Random: 25, Result: explore.Result{Schedules: 25}},
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for i, w := range want {
		var got Line
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &got) != nil {
			t.Fatalf("line %d: %q", i, lines.Text())
		}
		if got.Test != "TestReport" || got.Preemptions != w.Preemptions || got.Random != w.Random ||
			got.Result.Schedules != w.Result.Schedules || got.Result.Exhausted != w.Result.Exhausted {
			t.Errorf("line %d: %+v, wanted %+v", i, got, w)
		}
	}
	if lines.Scan() {
		t.Errorf("one more line: %s", lines.Text())
	}
}

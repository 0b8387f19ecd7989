package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/bench/series"
)

// Every scenario that is measured at two sizes runs, and says what each step costs at both.
func TestEveryScenarioRuns(t *testing.T) {
	all := series.Series{}
	for _, j := range jobs() {
		if strings.Contains(j.name, "000") || j.name == "large document" || testing.Short() {
			continue // they are as large as they are
		}
		t.Run(j.name, func(t *testing.T) {
			m := &meter{figures: all, job: j.name, n: 10}
			if err := j.run(m); err != nil {
				t.Fatal(err)
			}
			steps := 0
			for key := range all {
				if strings.HasPrefix(key, j.name+": ") {
					steps++
				}
			}
			if steps == 0 {
				t.Error("no figure")
			}
		})
	}
	var out bytes.Buffer
	if err := report(&out, all, 10); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"| ring of links: unlink |", "| bus: attach |", "| idle module: memory, KB each |"} {
		if !strings.Contains(out.String(), row) {
			t.Errorf("no row %q in\n%s", row, &out)
		}
	}
}

func TestAMeasurementThatDoesNotExistIsAnError(t *testing.T) {
	if err := runJob("the weather", 10); err == nil {
		t.Error("it was measured")
	}
}

// A process of one measurement prints its figures.
func TestOneJob(t *testing.T) {
	if err := runJob("no such", 10); err == nil || !strings.Contains(err.Error(), `"no such"`) {
		t.Error(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func(out *os.File) { os.Stdout = out }(os.Stdout)
	os.Stdout = w
	name := jobs()[0].name
	if err := runJob(name, 10); err != nil {
		t.Fatal(err)
	}
	w.Close()
	out, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(out), name+": ") {
		t.Errorf("%q, %v", out, err)
	}
}

// A measurement whose process fails has failed: this test's own program knows no -job.
func TestAFailedMeasurementIsTold(t *testing.T) {
	all := series.Series{}
	err := apart(job{name: "some"}, 10, time.Minute, all)
	if err == nil || !strings.HasPrefix(err.Error(), "some: ") || len(all) > 0 {
		t.Errorf("%v, %v", err, all)
	}
}

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const examples = "../../examples/"

func TestExamplesAreRight(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.json", "*.yaml", "remote-*/gateway.json"} {
		found, err := filepath.Glob(examples + pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) != 8 {
		t.Errorf("found %v, want eight examples", files)
	}
	for _, name := range []string{"IOTHUB_NAME", "IOTHUB_SUFFIX", "DEVICE1_ID", "DEVICE1_KEY", "DEVICE2_ID", "DEVICE2_KEY"} {
		t.Setenv(name, "placeholder")
	}
	var out, errs watched
	code := run(t.Context(), append([]string{"check"}, files...), streams{nil, &out, &errs})
	if code != exitOK || strings.Count(out.String(), ": ok (") != len(files) {
		t.Errorf("exit code %d\n%s%s", code, &out, &errs)
	}
}

// temporary moves the system's folder for temporary files.
func temporary(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, dir)
	}
	return dir
}

// TestExamplesShowSomething runs examples that never end until they have shown enough.
func TestExamplesShowSomething(t *testing.T) {
	for name, want := range map[string][]string{
		"quickstart.json": {"kind=cpu", "kind=memory", "kind=load", "01:01:01:01:01:01",
			"02:02:02:02:02:02"},
		"bus.yaml":     {"kind=load"},
		"filters.json": {"name=ram", "name=total"},
	} {
		t.Run(name, func(t *testing.T) {
			temporary(t)
			ctx, cancel := context.WithCancel(t.Context())
			var out, errs watched
			done := make(chan int)
			go func() { done <- run(ctx, []string{"run", examples + name}, streams{nil, &out, &errs}) }()
			for _, text := range want {
				out.await(t, text)
			}
			cancel()
			if code := <-done; code != exitOK || !strings.Contains(errs.String(), addsUp) {
				t.Errorf("exit code %d\n%s", code, &errs)
			}
		})
	}
}

func TestQuickstartFilters(t *testing.T) {
	dir := temporary(t)
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs watched
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"run", examples + "quickstart.json"}, streams{nil, &out, &errs})
	}()
	out.await(t, "kind=load")
	cancel()
	<-done
	if strings.Contains(out.String(), "register") || strings.Contains(out.String(), "cpu0") {
		t.Errorf("the screen shows what its filters refuse:\n%s", &out)
	}
	log, err := os.ReadFile(filepath.Join(dir, "millrace-quickstart.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(log), "register") != 2 || strings.Contains(string(log), "tasks") {
		t.Errorf("the log lacks registrations or holds what its filters refuse:\n%s", log)
	}
}

// TestCustomModule builds and tests the example that is a module of Go of its own.
func TestCustomModule(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds another module")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = examples + "custom-module"
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "GOPROXY=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", args[0], err, out)
		}
	}
}

//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pipeTo writes a document from the standard input to a module, and the lines it is to read.
func pipeTo(t *testing.T, sink string, lines int) (path, input string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "pipe.json")
	text := fmt.Sprintf(`{
		"modules": [{ "name": "out", %s }, { "name": "in", "module": "file", "args": { "path": "-" } }],
		"links": [{ "source": "in", "sink": "out" }]
	}`, sink)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "{\"n\": %d}\n", i)
	}
	return path, b.String()
}

// edgeIn runs a shell command that runs edge, and wants exit code 1; it returns the standard error.
func edgeIn(t *testing.T, command, input string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(input), &stderr
	cmd.Env = append(os.Environ(), "GORACE="+withoutNap)
	_ = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != exitFailure {
		t.Errorf("exit code %d; standard error:\n%s", code, &stderr)
	}
	return stderr.String()
}

var balanceLine = regexp.MustCompile(`in -> out +([0-9,]+) +([0-9,]+) +0 +0 +([0-9,]+) \(error ([0-9,]+)\) +0`)

// balanced returns what was delivered and what failed.
func balanced(t *testing.T, stderr string) (delivered, failed int) {
	t.Helper()
	m := balanceLine.FindStringSubmatch(stderr)
	if m == nil {
		t.Fatalf("no failed messages in the balance:\n%s", stderr)
	}
	number := func(text string) int {
		n, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	delivered, failed = number(m[2]), number(m[3])
	if number(m[1]) != delivered+failed || failed != number(m[4]) || !strings.Contains(stderr, addsUp) {
		t.Errorf("the balance is off:\n%s", stderr)
	}
	return delivered, failed
}

// A standard output that takes nothing is seen: in the log, in the balance and in the exit code.
func TestNoSpaceOnTheStandardOutput(t *testing.T) {
	path, input := pipeTo(t, `"module": "console", "args": {"format": "content"}`, 5000)
	stderr := edgeIn(t, "exec edge run "+path+" >/dev/full", input)
	if delivered, failed := balanced(t, stderr); delivered != 0 || failed != 5000 {
		t.Errorf("%d delivered, %d failed", delivered, failed)
	}
	for text, most := range map[string]int{
		"no space left on device": 8, "messages failed: 5000 on in -> out": 1,
	} {
		if n := strings.Count(stderr, text); n == 0 || n > most {
			t.Errorf("%d times %q:\n%s", n, text, stderr)
		}
	}
}

// A logger whose file may not grow any more: what counts as delivered stands in the file, and nothing
// else does.
func TestNoSpaceForALogger(t *testing.T) {
	for _, format := range []string{"jsonl", "v1"} {
		t.Run(format, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "log")
			path, input := pipeTo(t, fmt.Sprintf(`"module": "logger", "capacity": 16, "args": {"filename": %q, "format": %q}`,
				file, format), 5000)
			stderr := edgeIn(t, "ulimit -f 16; exec edge run "+path, input)
			delivered, _ := balanced(t, stderr)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(text, []byte(`"properties"`)); n != delivered || n == 0 {
				t.Errorf("%d delivered, %d in the file", delivered, n)
			}
		})
	}
}

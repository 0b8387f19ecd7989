package main

import (
	"bytes"
	"strings"
	"testing"
)

// Every path is measured, judged and printed, and every message of it was delivered. How it is judged
// is no business of a test: time is asked for by a command (make gate).
func TestEveryPathIsJudged(t *testing.T) {
	var out bytes.Buffer
	ok, err := judge(&out, 20)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1+len(paths) {
		t.Fatalf("a line for each path is wanted:\n%s", out.String())
	}
	if slow := strings.Contains(out.String(), "TOO SLOW"); slow == ok {
		t.Errorf("the verdict is %v, the table says\n%s", ok, out.String())
	}
}

func TestAMessageThatIsMissingIsAnError(t *testing.T) {
	b, err := newBroker(64)
	if err != nil {
		t.Fatal(err)
	}
	b.fill()
	if err := b.close(2); err == nil {
		t.Error("half of the messages were missing, and nobody said so")
	}
}

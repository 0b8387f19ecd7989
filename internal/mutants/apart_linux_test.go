package main

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What a mutant's tests have started, and left behind, does not outlive them, whatever group it is in;
// and none takes more memory than its share.
func TestNothingIsLeftBehind(t *testing.T) {
	var before, after syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_DATA, &before); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_DATA, &before)
	if err := confine(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Getrlimit(syscall.RLIMIT_DATA, &after); err != nil || after.Cur > memory {
		t.Errorf("memory: %+v, %v", after, err)
	}
	for name, command := range map[string]string{
		"in its group": "sleep 600 >/dev/null 2>&1 & echo $!",
		"apart":        "setsid sh -c 'sleep 600 >/dev/null 2>&1 & echo $!'",
	} {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		apart(cmd)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(name, err)
		}
		child, err := strconv.Atoi(strings.TrimSpace(string(out)))
		if err != nil {
			t.Fatal(name, err)
		}
		if err := syscall.Kill(child, 0); err != nil {
			t.Fatal(name, "the child has ended by itself:", err)
		}
		end()
		if err := syscall.Kill(child, 0); err == nil {
			t.Error(name, "the child is still there")
		}
	}
}

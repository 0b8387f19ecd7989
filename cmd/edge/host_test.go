//go:build !windows

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// remotely writes a document whose console is in a process of its own, which the gateway launches.
func remotely(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	control, err := json.Marshal(filepath.Join(folder, "c"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(`{
		"modules": [
			{ "name": "screen",
			  "loader": { "name": "outprocess", "entrypoint": {
			    "activation.type": "launch", "control.id": CONTROL,
			    "launch": { "path": "edge", "args": ["host", "--once", CONTROL],
			                "grace.period.ms": 600000 } } },
			  "args": { "outprocess.loader": { "name": "builtin", "entrypoint": { "module": "console" } },
			            "module.args": null } },
			{ "name": "device", "module": "simulated_device",
			  "args": { "macAddress": "01:01:01:01:01:01", "messagePeriod": 1 } }
		],
		"links": [{ "source": "device", "sink": "screen" }]
	}`, "CONTROL", string(control))
	path := filepath.Join(folder, "remote.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAModuleInAProcessOfItsOwn(t *testing.T) {
	t.Setenv("GORACE", withoutNap)
	p := start(t, "run", remotely(t))
	for range 10 {
		if line := p.line(); !strings.Contains(line, "01:01:01:01:01:01") {
			t.Errorf("the screen shows %s", line)
		}
	}
	p.signal(syscall.SIGINT)
	p.exits(exitOK)
	p.says("screen: 1 attachments, ")
	p.says(" handed over")
	p.says("The balance adds up")
	if strings.Contains(p.stderr.String(), "unconfirmed") {
		t.Errorf("standard error:\n%s", &p.stderr)
	}
}

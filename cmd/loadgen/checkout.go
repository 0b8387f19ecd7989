package main

import (
	"bytes"
	"os"
	"os/exec"
)

// moduleLine begins the go.mod of this project.
const moduleLine = "module github.com/millrace/millrace\n"

// checkedOut names the commit of the project's checkout that is the working directory, for commands
// that were started by `go run`, which records none.
func checkedOut() string {
	text, err := os.ReadFile("go.mod")
	if err != nil || !bytes.HasPrefix(text, []byte(moduleLine)) {
		return unknown
	}
	head, err := exec.Command("git", "rev-parse", "HEAD").Output()
	if err != nil {
		return unknown
	}
	name := short(string(bytes.TrimSpace(head)))
	changes, err := exec.Command("git", "status", "--porcelain").Output()
	if err != nil || len(bytes.TrimSpace(changes)) > 0 {
		name += " with changes"
	}
	return name
}

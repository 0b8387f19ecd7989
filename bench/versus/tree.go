package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// tree is a working tree in which scripts/versus has built .build/versus and .build/edge, and its side.
type tree struct {
	tree    string
	process *exec.Cmd
	asks    io.WriteCloser
	answers *bufio.Scanner
}

func (t *tree) built(name string) (string, error) {
	return filepath.Abs(filepath.Join(t.tree, ".build", name))
}

// start starts the side. Between questions it sleeps.
func (t *tree) start(flags []string) error {
	program, err := t.built("versus")
	if err != nil {
		return err
	}
	t.process = exec.Command(program, append([]string{"-side"}, flags...)...)
	t.process.Stderr = os.Stderr
	if t.asks, err = t.process.StdinPipe(); err != nil {
		return err
	}
	out, err := t.process.StdoutPipe()
	if err != nil {
		return err
	}
	t.answers = bufio.NewScanner(out)
	return t.process.Start()
}

// ask returns ns a message.
func (t *tree) ask(what string) (float64, error) {
	if _, err := fmt.Fprintln(t.asks, what); err != nil {
		return 0, fmt.Errorf("%s: %w", t.tree, err)
	}
	if !t.answers.Scan() {
		return 0, fmt.Errorf("%s: no answer about %s", t.tree, what)
	}
	return strconv.ParseFloat(t.answers.Text(), 64)
}

func (t *tree) stop() error {
	if t.process == nil || t.process.Process == nil {
		return nil
	}
	return errors.Join(t.asks.Close(), t.process.Wait())
}

var deliveries = regexp.MustCompile(`(\d+) deliveries/s`)

// performance runs examples/performance.json for a second by the tree's own script, which fails if a
// message was lost, and returns deliveries a second.
func (t *tree) performance() (float64, error) {
	edge, err := t.built("edge")
	if err != nil {
		return 0, err
	}
	run := exec.Command(filepath.Join(t.tree, "scripts", "performance"), edge, "1")
	var said strings.Builder
	run.Stderr = &said
	out, err := run.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", t.tree, err, said.String())
	}
	found := deliveries.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("%s: no rate in %q", t.tree, out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

//go:build !windows

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// following is a gateway that follows a file with state into a log.
type following struct {
	t            *testing.T
	doc, in, out string
	written      int
}

func newFollowing(t *testing.T) *following {
	dir := t.TempDir()
	f := &following{t: t, doc: filepath.Join(dir, "doc.json"), in: filepath.Join(dir, "in.log"), out: filepath.Join(dir, "out.jsonl")}
	text := fmt.Sprintf(`{
		"modules": [
			{ "name": "out", "module": "logger", "args": { "filename": %q, "format": "jsonl" } },
			{ "name": "in", "module": "file", "args": { "path": %q, "follow": true, "state": %q } }
		],
		"links": [{ "source": "in", "sink": "out" }]
	}`, f.out, f.in, filepath.Join(dir, "position.json"))
	if err := os.WriteFile(f.doc, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

// write appends so many numbered lines.
func (f *following) write(n int) {
	f.t.Helper()
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "%d\n", f.written)
		f.written++
	}
	file, err := os.OpenFile(f.in, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(b.String()); err != nil {
		f.t.Fatal(err)
	}
}

// numbers returns the numbers in the log, in their order.
func (f *following) numbers() (list []int) {
	f.t.Helper()
	text, _ := os.ReadFile(f.out)
	for line := range strings.Lines(string(text)) {
		var record struct{ Content string }
		if json.Unmarshal([]byte(line), &record) != nil {
			continue // torn by a kill, or being written
		}
		n, err := strconv.Atoi(record.Content)
		if err != nil {
			f.t.Fatal(line)
		}
		list = append(list, n)
	}
	return list
}

// await waits until a number is in the log.
func (f *following) await(n int) {
	f.t.Helper()
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		if list := f.numbers(); len(list) > 0 && list[len(list)-1] >= n {
			return
		}
	}
	f.t.Fatalf("%d is not in the log", n)
}

// After clean stops each line is there once; after kills none is missing.
func TestStateOverStopsAndKills(t *testing.T) {
	f := newFollowing(t)
	first := 0 // lines that were done with when the first life was stopped
	for _, kill := range []bool{false, true, false, true, true, false} {
		before := len(f.numbers())
		p := start(t, "run", f.doc)
		f.write(3000)
		f.await(f.written - 2000) // in the middle of it, as far as that can be had
		if kill {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		} else {
			p.signal(syscall.SIGTERM)
			p.exits(exitOK)
			p.says(addsUp)
		}
		if first == 0 {
			first = len(f.numbers())
		}
		if len(f.numbers()) == before {
			t.Fatal("nothing was logged")
		}
	}
	p := start(t, "run", f.doc)
	f.write(1)
	f.await(f.written - 1)
	p.signal(syscall.SIGTERM)
	p.exits(exitOK)
	met := make(map[int]int)
	for _, n := range f.numbers() {
		met[n]++
	}
	if len(met) != f.written {
		t.Errorf("%d lines written, %d of them in the log", f.written, len(met))
	}
	for n := range first {
		if met[n] != 1 {
			t.Fatalf("line %d is there %d times", n, met[n])
		}
	}
	if met[f.written-1] != 1 {
		t.Errorf("the last line is there %d times", met[f.written-1])
	}
}

//go:build !windows

package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is an edge that runs as a process of its own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	out    io.Closer
	stdout *bufio.Reader
	stderr watched
}

// start runs edge with arguments; it is killed if it outlives the test by far.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startAs(t, "edge", args...)
}

// startAs is start by way of another program.
func startAs(t *testing.T, program string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.CommandContext(t.Context(), program, args...)}
	p.cmd.Env = append(os.Environ(), "GORACE="+withoutNap)
	p.cmd.Stderr = &p.stderr
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out, p.stdout = out, bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(time.Minute, func() { _ = p.cmd.Process.Kill() })
	t.Cleanup(func() { watchdog.Stop() })
	return p
}

// line waits for a line on standard output.
func (p *process) line() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		p.t.Fatalf("standard output: %v; standard error:\n%s", err, &p.stderr)
	}
	return line
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// exits reads the standard output to its end and wants that exit code.
func (p *process) exits(code int) {
	p.t.Helper()
	_, _ = io.Copy(io.Discard, p.stdout)
	p.exitsUnread(code)
}

// exitsUnread wants that exit code of a process whose output nobody reads.
func (p *process) exitsUnread(code int) {
	p.t.Helper()
	_ = p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d (%v), want %d; standard error:\n%s", got, p.cmd.ProcessState, code,
			&p.stderr)
	}
}

func (p *process) says(text string) {
	p.t.Helper()
	if !strings.Contains(p.stderr.String(), text) {
		p.t.Errorf("standard error has no %q:\n%s", text, &p.stderr)
	}
}

// endless writes a document whose modules never finish by themselves.
func endless(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "endless.json")
	const text = `{
		"modules": [
			{ "name": "screen", "module": "console" },
			{ "name": "device", "module": "simulated_device",
			  "args": { "macAddress": "01:01:01:01:01:01", "messagePeriod": 1 } }
		],
		"links": [{ "source": "device", "sink": "screen" }]
	}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnInterruptDrainsAndPrintsTheBalance(t *testing.T) {
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			p := start(t, "run", endless(t))
			for range 5 {
				p.line()
			}
			p.signal(s)
			p.exits(exitOK)
			p.says("device -> screen")
			p.says(addsUp)
		})
	}
}

// A shell ignores SIGINT for what a script starts in the background. Who then sends it means it.
func TestAnInterruptThatAShellIgnoredDrains(t *testing.T) {
	p := startAs(t, "sh", "-c", `trap "" INT; exec edge run "$1"`, "sh", endless(t))
	p.line()
	p.signal(os.Interrupt)
	p.exits(exitOK)
	p.says(addsUp)
}

// TestASecondInterruptEndsAtOnce holds the drain up: nobody reads the standard output, whose pipe
// is much smaller than what the gateway has taken from the standard input.
func TestASecondInterruptEndsAtOnce(t *testing.T) {
	p := start(t, "run", "--stop-timeout", "10m", "../../examples/stdin.json")
	line := strings.Repeat("x", 10_000) + "\n"
	if _, err := io.WriteString(p.stdin, strings.Repeat(line, 200)); err != nil {
		t.Fatal(err)
	}
	p.line()
	p.signal(os.Interrupt)
	p.stderr.await(t, "interrupt again")
	ended := make(chan struct{})
	go func() { p.exitsUnread(exitFailure); close(ended) }()
	for waiting := true; waiting; { // those of the first half second belong to the first
		_ = p.cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
			waiting = false
		case <-time.After(20 * time.Millisecond):
		}
	}
	p.says("stopped at once")
}

// timeout(1) signals the process and then its group: the second one does not kill the drain.
func TestTwoInterruptsAtOnceAreOne(t *testing.T) {
	for range 3 {
		p := start(t, "run", endless(t))
		p.line()
		p.signal(os.Interrupt)
		p.signal(syscall.SIGTERM)
		p.signal(os.Interrupt)
		p.exits(exitOK)
		p.says(addsUp)
	}
}

// SIGQUIT shows where everything stands, and stops in good order.
func TestQuitDumpsAndDrains(t *testing.T) {
	p := start(t, "run", endless(t))
	p.line()
	p.signal(syscall.SIGQUIT)
	p.exits(exitOK)
	p.says("goroutine ")
	p.says("engine.(*receiver)")
	p.says(addsUp)
}

// What the signals do, by the clock.
func TestInterrupts(t *testing.T) {
	const at = "stop dump reopen exit"
	for _, c := range []struct {
		name    string
		signals []os.Signal
		after   time.Duration // between them
		gone    bool          // the terminal
		settled bool
		want    string
	}{
		{"one", []os.Signal{os.Interrupt}, 0, false, false, "stop"},
		{"two at once", []os.Signal{os.Interrupt, os.Interrupt}, doubleTime - 1, false, false, "stop"},
		{"two", []os.Signal{os.Interrupt, os.Interrupt}, doubleTime, false, false, "stop exit"},
		{"settled", []os.Signal{os.Interrupt, os.Interrupt}, time.Hour, false, true, ""},
		{"quit", []os.Signal{syscall.SIGQUIT}, 0, false, false, "dump stop"},
		{"quit while it stops", []os.Signal{os.Interrupt, syscall.SIGQUIT}, time.Second, false, false, "stop dump exit"},
		{"hangup", []os.Signal{syscall.SIGHUP, syscall.SIGHUP}, time.Hour, false, false, "reopen reopen"},
		{"terminal gone", []os.Signal{syscall.SIGHUP, syscall.SIGHUP}, time.Hour, true, false, "stop"},
	} {
		var did []string
		note := func(what string) func() { return func() { did = append(did, what) } }
		now := time.Now()
		i := &interrupts{
			log: slog.New(slog.DiscardHandler), stop: note("stop"), dump: note("dump"), reopen: note("reopen"),
			exit: func(int) { note("exit")() }, now: func() time.Time { return now },
			hangup: func() bool { return c.gone },
		}
		i.settled.Store(c.settled)
		for _, s := range c.signals {
			i.take(s)
			now = now.Add(c.after)
		}
		if got := strings.Join(did, " "); got != c.want {
			t.Errorf("%s: %q, want %q (of %s)", c.name, got, c.want, at)
		}
	}
}

// A hangup without a terminal has loggers open their files anew: what was moved away is complete, and
// the file that the name leads to goes on.
func TestHangupReopensLogs(t *testing.T) {
	dir := t.TempDir()
	path, log, old := filepath.Join(dir, "doc.json"), filepath.Join(dir, "log.jsonl"), filepath.Join(dir, "old.jsonl")
	text := fmt.Sprintf(`{
		"modules": [
			{ "name": "log", "module": "logger", "args": { "filename": %q, "format": "jsonl" } },
			{ "name": "screen", "module": "console" },
			{ "name": "in", "module": "file", "args": { "path": "-" } }
		],
		"links": [{ "source": "in", "sink": "log" }, { "source": "in", "sink": "screen" }]
	}`, log)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "run", path)
	p.write("{\"n\":1}\n")
	awaitText(log, `"n":1`)
	if err := os.Rename(log, old); err != nil {
		t.Fatal(err)
	}
	p.signal(syscall.SIGHUP)
	awaitText(log, "") // before anything is written
	p.write("{\"n\":2}\n")
	_ = p.stdin.Close()
	p.exits(exitOK)
	p.says("reopening files")
	for file, want := range map[string]string{old: `"n":1`, log: `"n":2`} {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v %s", file, err, text)
		}
	}
}

// awaitText waits until a file is there, and holds a text.
func awaitText(path, part string) {
	for {
		if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), part) {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func (p *process) write(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, text); err != nil {
		p.t.Fatal(err)
	}
}

func TestAClosedOutputEndsTheRun(t *testing.T) {
	p := start(t, "run", endless(t))
	p.line()
	_ = p.out.Close()
	p.exits(exitFailure)
	p.says("standard output was closed by its reader")
	p.says(addsUp)
}

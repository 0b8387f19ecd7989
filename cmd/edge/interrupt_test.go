//go:build !windows

package main

import (
	"bufio"
	"io"
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
	p := &process{t: t, cmd: exec.CommandContext(t.Context(), "edge", args...)}
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
	p.signal(os.Interrupt)
	p.exitsUnread(exitFailure)
	p.says("stopped at once")
}

func TestAClosedOutputEndsTheRun(t *testing.T) {
	p := start(t, "run", endless(t))
	p.line()
	_ = p.out.Close()
	p.exits(exitFailure)
	p.says("standard output was closed by its reader")
	p.says(addsUp)
}

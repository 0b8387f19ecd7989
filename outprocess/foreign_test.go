package outprocess_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/wire"
)

// needed is the environment variable that turns the skipping of foreign remotes into a failure.
const needed = "MILLRACE_NEED_NANOMSG"

// inC builds the remote module in C of the examples.
func inC(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "remote")
	build := exec.Command("cc", "-O2", "-o", program, "../examples/remote-c/remote.c", "-lnanomsg")
	text, err := build.CombinedOutput()
	switch {
	case err == nil:
		return program
	case os.Getenv(needed) != "":
		t.Fatalf("%v: %s", err, text)
	case strings.Contains(string(text), "nanomsg"):
		t.Skip("libnanomsg is not installed; scripts/remote-c installs it and runs this test")
	case exec.Command("cc", "--version").Run() != nil:
		t.Skip("there is no C compiler")
	}
	t.Fatalf("%v: %s", err, text)
	return ""
}

// A remote module in another language, with nanomsg's own library: nothing is lost, nothing
// reordered, and nothing waits for a clock (v1's fault 5: it sleeps a millisecond per message).
//
// Over ipc it is given all there is. Over tcp only so much is on its way that no buffer fills up:
// where those of both sides are full, Linux from 6.17 on drops the acknowledgements too (BeyondWindow
// in /proc/net/netstat), and the connection stands still until somebody reads. This remote does not
// while it waits to send.
func TestAForeignRemote(t *testing.T) {
	program := inC(t)
	for scheme, c := range map[string]struct{ n, onTheWay int }{
		"ipc": {100_000, 100_000}, "tcp": {20_000, 100},
	} {
		n := c.n
		t.Run(scheme, func(t *testing.T) {
			p := newPeer(t, scheme)
			remote := p.remote()
			remote.Launch = &outprocess.Launch{Path: program, Args: []string{string(p.control)}}
			r := run(t, remote, setup{})
			r.publish("hello")
			r.receive() // it is up
			began := time.Now()
			room := make(chan struct{}, c.onTheWay)
			go func() {
				padding := strings.Repeat("x", 240)
				for i := range n {
					room <- struct{}{}
					r.publish(fmt.Sprintf("message %7d %s", i, padding), "deviceId", "device1", "source", "mapping")
				}
			}()
			padding := strings.Repeat("X", 240)
			for i := range n {
				m := r.receive()
				<-room
				if want := fmt.Sprintf("MESSAGE %7d %s", i, padding); string(m.Content()) != want || m.Len() != 2 {
					t.Fatalf("received %.20q with %d properties, want %.20q", m.Content(), m.Len(), want)
				}
			}
			took := time.Since(began)
			report, err := r.end()
			if err != nil {
				t.Error(err)
			}
			expectBalance(t, report)
			expectFigures(t, report, map[string]uint64{
				"attachments": 1, "handed over": uint64(n) + 1, "of these unconfirmed": 0,
				"received": uint64(n) + 1, "frames refused": 0,
			})
			t.Logf("%d messages of 256 bytes there and back over %s: %.0f a second",
				n, scheme, float64(n)/took.Seconds())
		})
	}
}

// The longest frame that is sent is one that nanomsg takes as it comes.
func TestAForeignRemoteTakesTheLongestFrame(t *testing.T) {
	p := newPeer(t, "ipc")
	remote := p.remote()
	remote.Launch = &outprocess.Launch{Path: inC(t), Args: []string{string(p.control)}}
	r := run(t, remote, setup{})
	r.publish(strings.Repeat("x", wire.ReceiveMax-14))
	if got := r.receive().Content(); len(got) != wire.ReceiveMax-14 || got[0] != 'X' {
		t.Errorf("received %d bytes", len(got))
	}
}

func TestAForeignRemoteIsKilledAndBack(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell who a peer is")
	}
	program := inC(t)
	p := newPeer(t, "ipc")
	remote := p.remote()
	remote.Launch = &outprocess.Launch{Path: program, Args: []string{string(p.control)}}
	log := &sharedBuffer{}
	r := run(t, remote, setup{log: log})
	r.publish("one")
	r.receive()
	process, err := os.FindProcess(log.process(t))
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	log.await(t, "the remote module is gone")
	r.publish("two")
	if got := string(r.receive().Content()); got != "TWO" {
		t.Errorf("received %q", got)
	}
}

var attachedTo = regexp.MustCompile(`is attached.* process=([0-9]+)`)

// process returns the number of the process that was attached, as the log has it.
func (b *sharedBuffer) process(t *testing.T) int {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	found := attachedTo.FindStringSubmatch(b.text.String())
	if found == nil {
		t.Fatalf("nobody is attached:\n%s", &b.text)
	}
	id, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return id
}

package outprocess_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/wire"
)

var kills = flag.Int("kills", 20, "how often TestKill kills the remote module")

// The remote is killed again and again while messages flow. The gateway stays up, the module is
// back, and every message is accounted for: those that were handed over and are not in the
// remote's record are among the unconfirmed; what the last remote was handed it has received.
func TestKill(t *testing.T) {
	record := filepath.Join(t.TempDir(), "record")
	remote := launched(t, "ipc", "polite")
	remote.Launch.Backoff = 2 * time.Millisecond
	r := run(t, remote, setup{args: fmt.Sprintf(`{"record":%q}`, record)})

	enough, published := make(chan struct{}), make(chan int)
	go func() { published <- flood(r, enough) }()
	slowest := killAgainAndAgain(t, r)
	close(enough)
	n := <-published
	go func() { // the sink must not hold the remote up while the gateway stops
		for range r.sink.messages {
		}
	}()
	report, err := r.end()
	close(r.sink.messages)
	if err != nil {
		t.Error(err)
	}
	expectBalance(t, report)
	f, l := figures(report), toRemote(t, report)
	received, byLast := readRecord(t, record)
	if l.In != uint64(n) || l.Delivered != l.In || f["handed over"] != l.In {
		t.Errorf("published %d, %+v, %v", n, l, f)
	}
	if lost := f["handed over"] - received; lost > f["of these unconfirmed"] {
		t.Errorf("%d lost, but %d unconfirmed", lost, f["of these unconfirmed"])
	}
	if confirmed := f["handed over"] - f["of these unconfirmed"]; confirmed != byLast {
		t.Errorf("the last remote received %d of %d", byLast, confirmed)
	}
	if f["attachments"] != uint64(*kills+1) {
		t.Errorf("killed %d times, attached %d times", *kills, f["attachments"])
	}
	t.Logf("%d kills: back within %v at most; %d messages, of which %d lost and %d unconfirmed",
		*kills, slowest.Round(time.Millisecond), n, uint64(n)-received, f["of these unconfirmed"])
}

// flood publishes numbers until it is enough.
func flood(r *rig, enough <-chan struct{}) (n int) {
	for {
		select {
		case <-enough:
			return n
		default:
			r.publish(strconv.Itoa(n))
			n++
		}
	}
}

// killAgainAndAgain kills each remote that answers. It returns the longest that one took to be back.
func killAgainAndAgain(t *testing.T, r *rig) (slowest time.Duration) {
	t.Helper()
	last := 0
	for killed := 0; ; killed++ {
		began := time.Now()
		next := processOf(t, r.receive())
		for next == last {
			next = processOf(t, r.receive())
		}
		if killed > 0 {
			slowest = max(slowest, time.Since(began))
		}
		if killed == *kills {
			return slowest
		}
		for range 100 + 37*(killed%7) { // some way into its life
			r.receive()
		}
		process, err := os.FindProcess(next)
		if err == nil {
			err = process.Kill()
		}
		if err != nil {
			t.Fatal(err)
		}
		last = next
	}
}

func processOf(t *testing.T, m wire.Message) int {
	t.Helper()
	for key, value := range m.Properties() {
		if string(key) == "process" {
			id, err := strconv.Atoi(string(value))
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
	}
	t.Fatal("a message that is not the remote's")
	return 0
}

// readRecord holds that no message was received twice or out of order. It returns how many were
// received, and how many by the last process.
func readRecord(t *testing.T, path string) (all, byLast uint64) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	last, process := -1, ""
	for lines := bufio.NewScanner(file); lines.Scan(); {
		id, number, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(number)
		if err != nil || n <= last {
			t.Fatalf("%q after %d", lines.Text(), last)
		}
		if id != process {
			process, byLast = id, 0
		}
		last = n
		all++
		byLast++
	}
	return all, byLast
}

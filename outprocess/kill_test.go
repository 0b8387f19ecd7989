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

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/wire"
)

var kills = flag.Int("kills", 20, "how often TestKill kills the remote module")

// backWithin is how soon a remote must be back that was killed; much of it is for a machine that has
// much else to do.
const backWithin = 10 * time.Second

// The remote is killed again and again while messages flow. The gateway stays up, the module is
// back, and every message is accounted for: what the link's policy did not drop was handed over, what
// was handed over and is not in the remote's record is among the unconfirmed, and what the last
// remote was handed it has received.
func TestKill(t *testing.T) {
	for name, c := range map[string]struct {
		delivery engine.Delivery
		kills    int
	}{
		"block":       {engine.Delivery{}, *kills},
		"drop newest": {engine.Delivery{WhenFull: engine.DropNewest}, *kills / 5},
		"drop oldest": {engine.Delivery{WhenFull: engine.DropOldest}, *kills / 5},
	} {
		t.Run(name, func(t *testing.T) { killUnder(t, c.delivery, c.kills) })
	}
}

func killUnder(t *testing.T, delivery engine.Delivery, kills int) {
	record := filepath.Join(t.TempDir(), "record")
	remote := launched(t, "ipc", "polite")
	remote.Launch.Backoff = 2 * time.Millisecond
	r := run(t, remote, setup{args: fmt.Sprintf(`{"record":%q}`, record), delivery: delivery})

	enough, published := make(chan struct{}), make(chan int)
	go func() { published <- flood(r, enough) }()
	slowest := killAgainAndAgain(t, r, kills)
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
	dropped := l.Dropped.Total()
	if l.In != uint64(n) || l.Delivered+dropped != l.In || f["handed over"] != l.Delivered {
		t.Errorf("published %d, %+v, %v", n, l, f)
	}
	if drops := delivery.WhenFull != engine.Block; drops != (dropped > 0) {
		t.Errorf("the link dropped %d", dropped)
	}
	if lost := f["handed over"] - received; lost > f["of these unconfirmed"] {
		t.Errorf("%d lost, but %d unconfirmed", lost, f["of these unconfirmed"])
	}
	if confirmed := f["handed over"] - f["of these unconfirmed"]; confirmed != byLast {
		t.Errorf("the last remote received %d of %d", byLast, confirmed)
	}
	if f["attachments"] != uint64(kills+1) || slowest > backWithin {
		t.Errorf("killed %d times, attached %d times, back within %v", kills, f["attachments"], slowest)
	}
	t.Logf("%d kills: back within %v at most; %d messages, of which %d dropped, %d lost and %d unconfirmed",
		kills, slowest.Round(time.Millisecond), n, dropped, f["handed over"]-received, f["of these unconfirmed"])
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
func killAgainAndAgain(t *testing.T, r *rig, kills int) (slowest time.Duration) {
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
		if killed == kills {
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

package iothub_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/internal/hubtest"
	"github.com/millrace/millrace/modules/iothub"
)

// feed sends n numbered messages of a device.
func feed(rig *moduletest.Rig, device string, n int) {
	for i := range n {
		rig.Feed(from(device, fmt.Sprint(i)))
	}
}

// whole checks that the hub has every message of a device at least once, and the first of each in
// order; it returns how many came again.
func whole(t *testing.T, hub *hubtest.Hub, device string, n int) (again int) {
	t.Helper()
	next := 0
	for _, m := range hub.Messages() {
		if m.Device != device {
			continue
		}
		if m.Content == fmt.Sprint(next) {
			next++
			continue
		}
		again++
		var number int
		if _, err := fmt.Sscan(m.Content, &number); err != nil || number >= next {
			t.Fatalf("%s: message %s where %d belongs", device, m.Content, next)
		}
	}
	if next != n {
		t.Errorf("%s: %d messages, want %d", device, next, n)
	}
	return again
}

// TestBrokenLines: connections that break while messages flow, and a hub that restarts, lose
// nothing; the order stays.
func TestBrokenLines(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	const n = 3000
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		for i := range n {
			rig.Feed(from("boiler", fmt.Sprint(i)), from("freezer", fmt.Sprint(i)))
		}
	}()
	for i := range 10 {
		hub.Await(200 * (i + 1))
		if i%3 == 2 {
			hub.Shut()
			hub.Open()
		} else {
			hub.Kill()
		}
	}
	<-fed
	hub.AwaitSubscribed("boiler")
	hub.AwaitSubscribed("freezer")
	stop(t, rig)
	again := whole(t, hub, "boiler", n) + whole(t, hub, "freezer", n)
	reports(t, rig, map[string]int{"confirmed": 2 * n})
	t.Logf("%d messages came again; %d logins", again, len(hub.Logins()))
}

// TestSentAgain: what was not acknowledged when the line broke is sent again, marked as such.
func TestSentAgain(t *testing.T) {
	hub := hubtest.Start(t, keys)
	var held atomic.Int32
	hub.Judge(func(m hubtest.Message) hubtest.Verdict {
		if m.Again {
			return hubtest.Accept
		}
		held.Add(1)
		return hubtest.Withhold
	})
	rig := start(t, argsFor(hub))
	feed(rig, "boiler", 3)
	for held.Load() < 3 {
		time.Sleep(time.Millisecond) // the judge is not to wait for
	}
	hub.Kill()
	hub.Await(3)
	stop(t, rig)
	whole(t, hub, "boiler", 3)
	reports(t, rig, map[string]int{"confirmed": 3})
}

// TestWindow: no more than sixteen messages are on their way without acknowledgement.
func TestWindow(t *testing.T) {
	hub := hubtest.Start(t, keys)
	var seen atomic.Int32
	hub.Judge(func(hubtest.Message) hubtest.Verdict { seen.Add(1); return hubtest.Withhold })
	rig := start(t, argsFor(hub))
	feed(rig, "boiler", 40)
	for seen.Load() < 16 {
		time.Sleep(time.Millisecond) // the judge is not to wait for
	}
	hub.Judge(func(hubtest.Message) hubtest.Verdict { seen.Add(1); return hubtest.Accept })
	if n := seen.Load(); n != 16 {
		t.Errorf("%d messages without acknowledgement", n)
	}
	hub.Kill()
	stop(t, rig)
	whole(t, hub, "boiler", 40)
}

// TestRenewal: tokens are renewed before they expire, and messages go on meanwhile; none comes again,
// though acknowledgements take their time.
func TestRenewal(t *testing.T) {
	t.Parallel()
	hub := hubtest.Start(t, keys)
	hub.Judge(func(hubtest.Message) hubtest.Verdict { return hubtest.Later })
	rig := start(t, argsFor(hub, "TokenLifetime", "2000"))
	n := 0
	for len(hub.Logins()) < 3 {
		rig.Feed(from("boiler", fmt.Sprint(n)))
		n++
		time.Sleep(5 * time.Millisecond) // the time that passes is the matter here
	}
	stop(t, rig)
	if again := whole(t, hub, "boiler", n); again > 0 {
		t.Errorf("%d messages came again", again)
	}
	logins := hub.Logins()
	for i, login := range logins {
		if login.Fault != "" || i > 0 && !login.Expiry.After(logins[i-1].Expiry) {
			t.Errorf("login %d: %v", i, logins)
		}
	}
	if strings.Contains(rig.Logged(), "connection lost") {
		t.Errorf("a token has expired:\n%s", rig.Logged())
	}
	reports(t, rig, map[string]int{"confirmed": n})
}

// TestWrongKey: a device with a wrong key is refused; its messages are kept as long as they find
// room, then counted; the others do not notice.
func TestWrongKey(t *testing.T) {
	for name, key := range map[string]string{
		"another":  base64.StdEncoding.EncodeToString([]byte("another key")),
		"nonsense": "not base64!", "empty": "",
	} {
		t.Run(name, func(t *testing.T) {
			hub := hubtest.Start(t, keys)
			rig := start(t, argsFor(hub, "BufferedBytes", "262144"))
			content := strings.Repeat("x", 100_000)
			for range 5 {
				rig.Feed(from("boiler", content, "deviceKey", key))
			}
			feed(rig, "freezer", 100)
			rig.AwaitReceived(105)
			rig.AwaitLog("the hub refuses the device")
			stop(t, rig)
			whole(t, hub, "freezer", 100)
			reports(t, rig, map[string]int{"confirmed": 100,
				"dropped: the hub refuses the device, and its buffer is full": 3,
				"dropped: not sent before the gateway stopped":                2})
			if key != "" && strings.Contains(rig.Logged(), key) {
				t.Errorf("the key is in the log:\n%s", rig.Logged())
			}
		})
	}
}

// TestKeyCorrected: a key that comes later replaces the one that was refused.
func TestKeyCorrected(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub))
	rig.Feed(from("boiler", "0", "deviceKey", "bm90IGl0"))
	rig.AwaitLog("the hub refuses the device")
	rig.Feed(from("boiler", "1"))
	hub.Await(2)
	stop(t, rig)
	whole(t, hub, "boiler", 2)
}

// TestWrongAuthority: a hub whose certificate is not of the right authority gets nothing.
func TestWrongAuthority(t *testing.T) {
	hub := hubtest.Start(t, keys)
	rig := start(t, argsFor(hub, "CAFile", string(quoted(hubtest.CAFile(t)))))
	feed(rig, "boiler", 3)
	rig.AwaitLog("certificate")
	stop(t, rig)
	if len(hub.Logins()) > 0 {
		t.Errorf("logged in: %v", hub.Logins())
	}
	reports(t, rig, map[string]int{"dropped: not sent before the gateway stopped": 3})
}

// TestNoAuthority: a file without a certificate, or none at all, is refused when the module opens.
func TestNoAuthority(t *testing.T) {
	hub := hubtest.Start(t, keys)
	for file, want := range map[string]string{
		"trouble_test.go": "CAFile: trouble_test.go: no certificate in PEM form",
		"missing.pem":     "CAFile: open missing.pem: ",
	} {
		m := iothub.Spec().New()
		if err := m.Configure([]byte(argsFor(hub, "CAFile", string(quoted(file))))); err != nil {
			t.Fatal(err)
		}
		err := m.(module.Opener).Open(t.Context(), moduletest.NewHost(moduletest.Options{}))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestPoison: a message over which the hub ends every connection does not stop those behind it.
func TestPoison(t *testing.T) {
	t.Parallel()
	hub := hubtest.Start(t, keys)
	hub.Judge(func(m hubtest.Message) hubtest.Verdict {
		if m.Content == "poison" {
			return hubtest.Cut
		}
		return hubtest.Accept
	})
	rig := start(t, argsFor(hub))
	rig.Feed(from("boiler", "0"), from("boiler", "poison", "iotHubMessageId", "p"), from("boiler", "1"))
	hub.Await(2)
	stop(t, rig)
	whole(t, hub, "boiler", 2)
	if got := rig.Collected(); len(got) != 1 || got[0].Properties["iotHubMessageDeliveryStatus"] != "ERROR" {
		t.Errorf("receipts: %v", got)
	}
	reports(t, rig, map[string]int{
		"confirmed": 2, "dropped: the hub ends the connection over it": 1,
	})
}

// TestFullBuffer: while the hub is away the module takes what its buffer holds and then nothing;
// when the hub is back, all of it arrives.
func TestFullBuffer(t *testing.T) {
	hub := hubtest.Start(t, keys)
	hub.Shut()
	rig := start(t, argsFor(hub, "BufferedBytes", "262144"))
	content := strings.Repeat("x", 100_000)
	for i := range 5 {
		rig.Feed(from("boiler", content, "number", fmt.Sprint(i)))
	}
	rig.AwaitLog("not connected")
	hub.Open()
	for i, m := range hub.Await(5) {
		if m.Properties["number"] != fmt.Sprint(i) {
			t.Errorf("message %d is number %s", i, m.Properties["number"])
		}
	}
	stop(t, rig)
	reports(t, rig, map[string]int{"confirmed": 5})
}

// TestStopWhileAway: with the hub away stopping takes one more try, and counts what was not sent;
// a message that finds the buffer full does not hold it up.
func TestStopWhileAway(t *testing.T) {
	hub := hubtest.Start(t, keys)
	hub.Shut()
	rig := start(t, argsFor(hub, "BufferedBytes", "262144", "RetryPolicy", `"INTERVAL"`))
	content := strings.Repeat("x", 100_000)
	for range 5 {
		rig.Feed(from("boiler", content, "iotHubMessageId", "m"))
	}
	rig.AwaitLog("not connected")
	begun := time.Now()
	stop(t, rig)
	if took := time.Since(begun); took > 4*time.Second {
		t.Errorf("stopping took %v", took)
	}
	reports(t, rig, map[string]int{"dropped: not sent before the gateway stopped": 5})
	receipts := rig.Collected()
	for _, m := range receipts {
		if m.Properties["iotHubMessageDeliveryStatus"] != "DESTROY" {
			t.Errorf("receipt %v", m)
		}
	}
	if len(receipts) != 5 {
		t.Errorf("%d receipts", len(receipts))
	}
}

// TestBackWhenStopping: the last try succeeds if the hub is back.
func TestBackWhenStopping(t *testing.T) {
	hub := hubtest.Start(t, keys)
	hub.Shut()
	rig := start(t, argsFor(hub, "RetryPolicy", `"LINEAR_BACKOFF"`))
	feed(rig, "boiler", 20)
	rig.AwaitLog("still not connected") // the first retry comes at once, the next much later
	hub.Open()
	stop(t, rig)
	whole(t, hub, "boiler", 20)
	reports(t, rig, map[string]int{"confirmed": 20})
}

// TestNotRetried: with the policy NONE what waits is dropped when a connection fails, and the next
// message tries anew.
func TestNotRetried(t *testing.T) {
	t.Parallel()
	hub := hubtest.Start(t, keys)
	hub.Shut()
	rig := start(t, argsFor(hub, "RetryPolicy", `"none"`))
	rig.Feed(from("boiler", "lost", "iotHubMessageId", "1"))
	if got := rig.Await(1); got[0].Properties["iotHubMessageDeliveryStatus"] != "ERROR" {
		t.Errorf("receipt %v", got[0])
	}
	hub.Open()
	rig.Feed(from("boiler", "0"))
	hub.Await(1)
	stop(t, rig)
	reports(t, rig, map[string]int{"confirmed": 1, "dropped: not connected, and not retried": 1})
}

// TestRetryTimeout: what waits longer than RetryTimeout is dropped, and the next message tries anew.
func TestRetryTimeout(t *testing.T) {
	t.Parallel()
	hub := hubtest.Start(t, keys)
	hub.Shut()
	rig := start(t, argsFor(hub, "RetryTimeout", `"300ms"`))
	rig.Feed(from("boiler", "lost", "iotHubMessageId", "1"), from("boiler", "lost"))
	if got := rig.Await(1); got[0].Properties["iotHubMessageDeliveryStatus"] != "TIMEOUT" {
		t.Errorf("receipt %v", got[0])
	}
	hub.Open()
	rig.Feed(from("boiler", "0"))
	hub.Await(1)
	stop(t, rig)
	reports(t, rig, map[string]int{"confirmed": 1, "dropped: not connected within RetryTimeout": 2})
}

// slow is a sink that waits for a signal before every message.
type slow struct {
	pass chan struct{}
	got  chan string
}

func (s *slow) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	for _, m := range batch {
		<-s.pass
		s.got <- string(m.Content())
	}
}

// TestSlowSink: a sink that does not take messages from the cloud holds up neither what goes to the
// cloud nor the acknowledgements for it; what finds no place is left to the hub, and comes in order
// when there is room again.
func TestSlowSink(t *testing.T) {
	t.Parallel()
	const n = 2000 // more than the sink's queue and the module's take together
	hub := hubtest.Start(t, keys)
	sink := &slow{pass: make(chan struct{}), got: make(chan string, n)}
	rig := moduletest.Start(t, iothub.Spec(), argsFor(hub), moduletest.Options{Sink: sink})
	rig.Feed(from("boiler", "", "deviceFunction", "register"))
	hub.AwaitSubscribed("boiler")
	for i := range n {
		hub.Send("boiler", "", fmt.Sprint(i))
	}
	feed(rig, "boiler", 100)
	hub.Await(100)
	close(sink.pass)
	for i := range n {
		select {
		case got := <-sink.got:
			if got != fmt.Sprint(i) {
				t.Fatalf("message %s where %d belongs; log:\n%s", got, i, rig.Logged())
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("no message %d; log:\n%s", i, rig.Logged())
		}
	}
	hub.AwaitAcknowledged("boiler")
	stop(t, rig)
	whole(t, hub, "boiler", 100)
	if !strings.Contains(rig.Logged(), "left to the hub") {
		t.Error("nothing was left to the hub: this test does not show what it is for")
	}
}

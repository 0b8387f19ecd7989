package outprocess_test

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/wire"
)

func each(t *testing.T, test func(t *testing.T, scheme string)) {
	for _, scheme := range []string{"ipc", "tcp"} {
		t.Run(scheme, func(t *testing.T) { test(t, scheme) })
	}
}

// v1 hands arguments over serialised, whatever they are.
func TestArgumentsAreHandedOverSerialised(t *testing.T) {
	t.Parallel()
	for _, args := range []string{`"text"`, `null`, `[1,2]`, `{"a":{"b":"c"}}`, `3.50`} {
		p := newPeer(t, "ipc")
		r := run(t, p.remote(), setup{args: args})
		if create := p.attach(); create.Args != args || create.Address != string(p.message) {
			t.Errorf("%s: CREATE was %+v", args, create)
		}
		r.stop()
		p.obey()
	}
}

// v1's fault 8: there, an absent remote holds the start of the whole gateway.
func TestAnAbsentRemoteHoldsNobodyAndIsNamed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, scheme string) {
		p := newPeer(t, scheme)
		remote := p.remote()
		remote.StartTimeout = 50 * time.Millisecond
		log := &sharedBuffer{}
		r := run(t, remote, setup{log: log}) // returns when the source has started
		r.publish("early")
		log.await(t, "waiting for the remote module")
		log.await(t, outprocess.ErrAbsent.Error())
		p.attach()
		p.expect("early")
		p.publish("answer")
		if got := string(r.receive().Content()); got != "answer" {
			t.Errorf("received %q", got)
		}
		r.stop()
		p.obey()
		report, err := r.end()
		if !errors.Is(err, outprocess.ErrAbsent) || !strings.Contains(err.Error(), string(p.control)) {
			t.Errorf("the run ended with %v", err)
		}
		expectBalance(t, report)
		expectFigures(t, report, map[string]uint64{"attachments": 1, "handed over": 1, "received": 1})
	})
}

// sharedBuffer is a log that one reads while others write.
type sharedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *sharedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *sharedBuffer) count(text string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Count(b.text.String(), text)
}

func (b *sharedBuffer) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(patience); b.count(text) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log never says %q", text)
		}
	}
}

func TestCreateIsRepeatedUntilTheReply(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	remote := p.remote()
	remote.Timeout = 150 * time.Millisecond
	r := run(t, remote, setup{args: `"again"`})
	p.listen()
	p.conn = p.accept(p.listener)
	first := p.receive(p.conn)
	for range 3 {
		if again := p.receive(p.conn); !bytes.Equal(again, first) {
			t.Fatalf("%x, and then %x", first, again)
		}
	}
	p.ready()
	p.reply(wire.OK) // to a repeated one; it means nothing any more
	r.publish("hello")
	p.expect("hello")
	r.stop()
	p.obey()
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	expectFigures(t, report, map[string]uint64{"attachments": 1, "handed over": 1, "of these unconfirmed": 0})
}

func TestARemoteThatRefusesIsAskedAgainAndItsReasonNamed(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	remote := p.remote()
	remote.StartTimeout = 50 * time.Millisecond
	log := &sharedBuffer{}
	r := run(t, remote, setup{log: log})
	p.listen()
	for log.count("the remote module does not answer") == 0 {
		conn := p.accept(p.listener)
		p.conn = conn
		p.command(wire.Create)
		p.reply(wire.NotCreated)
		if _, err := conn.Receive(); err == nil {
			t.Fatal("the gateway goes on after a refusal")
		}
	}
	p.attach()
	r.stop()
	p.obey()
	_, err := r.end()
	if !errors.Is(err, outprocess.ErrRefused) || !strings.Contains(err.Error(), "could not create") {
		t.Errorf("the run ended with %v", err)
	}
}

// What waits for a remote that is away is as much as the module's capacity and a batch in hand; the
// rest does what the link says. In v1 it grows without bound (fault 6).
func TestWhileTheRemoteIsAwayTheLinkDecides(t *testing.T) {
	t.Parallel()
	const capacity, published = 4, 1000
	for name, c := range map[string]struct {
		delivery engine.Delivery
		last     string // the content received last, where the link decides that
	}{
		"drop newest": {engine.Delivery{WhenFull: engine.DropNewest}, ""},
		"drop oldest": {engine.Delivery{WhenFull: engine.DropOldest}, "999"},
		"timeout":     {engine.Delivery{Timeout: time.Microsecond}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, "ipc")
			remote := p.remote()
			remote.Timeout = 50 * time.Millisecond
			r := run(t, remote, setup{capacity: capacity, delivery: c.delivery})
			for i := range published {
				r.publish(fmt.Sprint(i))
			}
			p.attach()
			kept := p.collect()
			report, err := r.end()
			if err != nil {
				t.Error(err)
			}
			contents := <-kept
			expectAscending(t, contents)
			n := len(contents)
			if n < capacity || n > capacity+64 || c.last != "" && contents[n-1] != c.last {
				t.Errorf("kept %d messages: %v", n, contents)
			}
			expectBalance(t, report)
			l := toRemote(t, report)
			if l.In != published || l.Dropped.Total() != uint64(published-n) {
				t.Errorf("of %d dropped %d, and %d arrived", l.In, l.Dropped.Total(), n)
			}
			expectFigures(t, report, map[string]uint64{"handed over": uint64(n)})
		})
	}
}

// collect receives messages until the gateway closes its end, and then sends their contents.
func (p *peer) collect() <-chan []string {
	all := make(chan []string, 1)
	data := p.data
	go func() {
		var contents []string
		for {
			frame, err := data.Receive()
			if err != nil {
				all <- contents
				return
			}
			m, err := wire.ParseMessage(frame)
			if err != nil {
				p.t.Error(err)
			}
			contents = append(contents, string(m.Content()))
		}
	}()
	return all
}

// expectAscending holds that the contents are numbers that grow.
func expectAscending(t *testing.T, contents []string) {
	t.Helper()
	last := -1
	for _, text := range contents {
		n, err := strconv.Atoi(text)
		if err != nil || n <= last {
			t.Fatalf("%q after %d", text, last)
		}
		last = n
	}
}

// While there is no remote nobody takes the handler, which waits, for one that hangs.
func TestWhileTheRemoteIsAwayTheHandlerIsExcused(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	log := &sharedBuffer{}
	r := run(t, p.remote(), setup{log: log})
	expect := func(want bool) {
		t.Helper()
		if got := r.far.(module.Waiter).Waiting(); got != want {
			t.Errorf("waiting: %v, want %v", got, want)
		}
	}
	expect(true)
	p.attach()
	r.publish("hello")
	p.expect("hello")
	expect(false)
	p.die()
	log.await(t, "the remote module is gone")
	expect(true)
}

package outprocess_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/gateway"
	"github.com/millrace/millrace/outprocess"
	"github.com/millrace/millrace/wire"
)

// v1's fault 7: there, a remote that was killed is never attached again.
func TestALostRemoteIsAttachedAgainAndTheBacklogKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, scheme string) {
		p := newPeer(t, scheme)
		log := &sharedBuffer{}
		r := run(t, p.remote(), setup{args: `"a"`, log: log})
		p.attach()
		r.publish("0")
		p.expect("0")
		p.die()
		log.await(t, "the remote module is gone")
		for i := 1; i <= 100; i++ {
			r.publish(fmt.Sprint(i))
		}
		if again := p.attach(); again.Args != `"a"` {
			t.Errorf("CREATE was %+v", again)
		}
		for i := 1; i <= 100; i++ {
			p.expect(fmt.Sprint(i))
		}
		p.publish("back")
		if got := string(r.receive().Content()); got != "back" {
			t.Errorf("received %q", got)
		}
		r.stop()
		p.obey()
		report, err := r.end()
		if err != nil {
			t.Error(err)
		}
		expectBalance(t, report)
		expectFigures(t, report, map[string]uint64{
			"attachments": 2, "handed over": 101, "of these unconfirmed": 1, "received": 1,
		})
	})
}

func TestADetachedRemoteIsAttachedAgain(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	log := &sharedBuffer{}
	r := run(t, p.remote(), setup{log: log})
	p.attach()
	p.reply(wire.Detached)
	log.await(t, wire.Detached.String())
	r.publish("meanwhile")
	p.die()
	p.attach()
	p.expect("meanwhile")
	r.stop()
	p.obey()
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	expectBalance(t, report)
	expectFigures(t, report, map[string]uint64{"attachments": 2, "of these unconfirmed": 0})
}

// A remote may die at any step of being attached.
func TestARemoteThatDiesWhileItIsAttached(t *testing.T) {
	t.Parallel()
	for name, play := range map[string]func(p *peer){
		"before CREATE": func(p *peer) { p.die() },
		"after CREATE":  func(p *peer) { p.command(wire.Create); p.die() },
		"after REPLY":   func(p *peer) { p.command(wire.Create); p.reply(wire.OK); p.die() },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, "ipc")
			remote := p.remote()
			remote.Timeout = 100 * time.Millisecond
			r := run(t, remote, setup{})
			r.publish("kept")
			for range 2 {
				p.listen()
				p.conn = p.accept(p.listener)
				play(p)
			}
			p.attach()
			p.expect("kept")
			r.stop()
			p.obey()
			report, err := r.end()
			if err != nil {
				t.Error(err)
			}
			expectFigures(t, report, map[string]uint64{"attachments": 1, "of these unconfirmed": 0})
		})
	}
}

// What was written while the remote did not read is with the system, and so handed over; what could
// not be written whole is handed to the next remote. Nothing comes twice, nothing out of order.
func TestARemoteThatDiesWithoutReading(t *testing.T) {
	t.Parallel()
	const published = 400 // of 10 kB each, which is more than the system keeps
	p := newPeer(t, "ipc")
	log := &sharedBuffer{}
	r := run(t, p.remote(), setup{log: log})
	p.attach()
	for i := range published {
		r.publish(fmt.Sprintf("%d%s", i, strings.Repeat(" ", 10_000)))
	}
	p.expect("0" + strings.Repeat(" ", 10_000))
	r.await("handed over", 4)
	p.die()
	log.await(t, "the remote module is gone")
	p.attach()
	first, last := -1, -1
	for last < published-1 {
		var n int
		if _, err := fmt.Sscan(p.content(), &n); err != nil {
			t.Fatal(err)
		}
		if first < 0 {
			first = n
		} else if n != last+1 {
			t.Fatalf("%d after %d", n, last)
		}
		last = n
	}
	r.stop()
	p.obey()
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	expectBalance(t, report)
	expectFigures(t, report, map[string]uint64{
		"handed over": published, "of these unconfirmed": uint64(first),
	})
	if first < 2 || first == published {
		t.Errorf("the first after the loss was %d: the test does not reach what it is about", first)
	}
}

// Frames that are no messages are refused by themselves; v1 reads beyond them (fault 16).
func TestGarbageIsRefusedAndCounted(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	r := run(t, p.remote(), setup{})
	p.attach()
	good, err := wire.AppendMessage(nil, []wire.Property{{Key: "k", Value: "v"}}, []byte("good"))
	if err != nil {
		t.Fatal(err)
	}
	garbage := [][]byte{
		nil, []byte("GET / HTTP/1.1"), bytes.Repeat([]byte{0xff}, 5000),
		good[:len(good)-1], append(bytes.Clone(good), 0), bytes.Repeat([]byte{0}, 2<<20),
		tooMuch(t, 65, 1, 0), tooMuch(t, 1, 17<<10, 0), tooMuch(t, 0, 0, 1<<20+1),
	}
	refused := uint64(1) // the START below
	for _, frame := range garbage {
		p.send(p.data, frame)
		refused++
		if len(frame) < 64<<10 {
			p.send(p.conn, frame)
			refused++
		}
	}
	start, _ := wire.AppendControl(nil, wire.Control{Type: wire.Start})
	p.send(p.conn, start)
	p.send(p.data, good)
	if got := string(r.receive().Content()); got != "good" {
		t.Errorf("received %q", got)
	}
	r.stop()
	p.obey()
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	expectFigures(t, report, map[string]uint64{
		"attachments": 1, "received": 1, "frames refused": refused,
	})
}

// tooMuch makes a frame that v1's wire can carry and the engine cannot.
func tooMuch(t *testing.T, properties, value, content int) []byte {
	t.Helper()
	var list []wire.Property
	for i := range properties {
		list = append(list, wire.Property{Key: fmt.Sprint(i), Value: strings.Repeat("v", value)})
	}
	frame, err := wire.AppendMessage(nil, list, make([]byte, content))
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// A frame that is too large to be read at all ends the connection, and the remote is attached anew.
func TestAnOversizedFrameEndsTheConnection(t *testing.T) {
	t.Parallel()
	for name, over := range map[string]struct {
		size int
		to   func(p *peer) interface{ Send([]byte) error }
	}{
		"message": {8<<20 + 1, func(p *peer) interface{ Send([]byte) error } { return p.data }},
		"control": {64<<10 + 1, func(p *peer) interface{ Send([]byte) error } { return p.conn }},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, "ipc")
			log := &sharedBuffer{}
			r := run(t, p.remote(), setup{log: log})
			p.attach()
			_ = over.to(p).Send(make([]byte, over.size)) // the gateway need not read it
			log.await(t, outprocess.ErrLost.Error())
			p.die()
			p.attach()
			r.stop()
			p.obey()
			report, err := r.end()
			if err != nil {
				t.Error(err)
			}
			expectFigures(t, report, map[string]uint64{"attachments": 2})
		})
	}
}

// A remote of v1 would lose it in silence, and the connection with it.
func TestAMessageTooLargeForARemoteIsRefusedByName(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	log := &sharedBuffer{}
	r := run(t, p.remote(), setup{log: log})
	p.attach()
	most := wire.ReceiveMax - 14
	r.publish(strings.Repeat("a", most))
	r.publish(strings.Repeat("b", most+1))
	r.publish("c")
	p.expect(strings.Repeat("a", most), "c")
	log.await(t, outprocess.ErrTooLarge.Error())
	r.stop()
	p.obey()
	report, err := r.end()
	if !errors.Is(err, gateway.ErrFailed) {
		t.Error(err)
	}
	expectBalance(t, report)
	expectFigures(t, report, map[string]uint64{"handed over": 2, "too large to hand over": 1})
}

// A gateway that stops while its remote is away, or does not read, takes no longer than it may, and
// says what was not handed over.
func TestStoppingWithoutARemoteThatReads(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(p *peer){
		"away":          func(*peer) {},
		"does not read": func(p *peer) { p.attach() },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, "ipc")
			remote := p.remote()
			remote.Timeout = 100 * time.Millisecond
			r := run(t, remote, setup{limit: 3 * time.Second})
			prepare(p)
			for range 400 {
				r.publish(strings.Repeat("x", 10_000))
			}
			began := time.Now()
			report, err := r.end()
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if !errors.Is(err, engine.ErrLeft) {
				t.Errorf("the run ended with %v", err)
			}
			expectBalance(t, report)
			f, l := figures(report), toRemote(t, report)
			if f["not handed over"] == 0 || l.Left == 0 || f["of these unconfirmed"] != f["handed over"] {
				t.Errorf("%v, and the engine has %d left", f, l.Left)
			}
		})
	}
}

// What the remote answers while its source is being stopped gets through; what comes after DESTROY is
// counted, and does not keep the gateway from stopping.
func TestAnswersWhileTheGatewayStops(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	r := run(t, p.remote(), setup{hold: true})
	p.attach()
	r.stop()
	<-r.first.stopped
	r.publish("still delivered")
	p.expect("still delivered")
	p.publish("answered in time")
	if got := string(r.receive().Content()); got != "answered in time" {
		t.Error(got)
	}
	r.release()
	p.command(wire.Destroy)
	p.publish("after the engine's end")
	r.await("received too late", 1) // a death may be seen before what was sent ahead of it
	p.die()
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	expectFigures(t, report, map[string]uint64{"received too late": 1, "received": 1})
}

// A remote that does not follow DESTROY does not hold the gateway, and nobody can say what it read.
func TestARemoteThatDoesNotFollowDestroy(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	remote := p.remote()
	remote.Timeout = 50 * time.Millisecond
	r := run(t, remote, setup{})
	p.attach()
	r.publish("hello")
	p.expect("hello")
	report, err := r.end()
	if err != nil {
		t.Error(err)
	}
	p.command(wire.Destroy)
	expectFigures(t, report, map[string]uint64{"handed over": 1, "of these unconfirmed": 1})
}

// A remote of v1 that sees DESTROY does not look at its messages any more, so it is given a moment
// to read them first.
func TestARemoteHasAMomentToReadBeforeDestroy(t *testing.T) {
	t.Parallel()
	p := newPeer(t, "ipc")
	r := run(t, p.remote(), setup{})
	p.attach()
	r.publish("last")
	began := time.Now()
	r.stop()
	p.command(wire.Destroy)
	if took := time.Since(began); took < 100*time.Millisecond {
		t.Errorf("DESTROY after %v", took)
	}
	p.expect("last")
	p.die()
}

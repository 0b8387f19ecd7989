package engine_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// behaviour is what a script says about a module.
type behaviour struct {
	capacity   int
	accepts    *want
	batch      bool   // its handler takes batches
	forwards   int    // how many messages it publishes for each that it receives, while they live
	via        string // the module whose publisher it forwards by, not its own
	keeps      bool   // it retains what it receives
	relays     bool   // it forwards by a relay, and waits for it
	panics     int    // over the numbers that this divides
	quarantine int    // panics after which it is quarantined
	deaf       bool   // held, it does not listen to its context
}

// tap is the handler of one attached module: it behaves as told and notes what it receives.
type tap struct {
	rig     *rig
	name    string
	number  int // among all there ever were
	module  *engine.Module
	gate    gate
	inside  atomic.Int32 // handler calls under way
	outcast atomic.Bool  // quarantined, or about to be
	ended   bool         // quarantined on its own goroutine: not to be called again
	out     *sender      // what its handler publishes
	behaviour

	mu       sync.Mutex // guards what follows
	received []receipt
	letters  []letter
	failed   int // messages it panicked over
	told     int // messages that OnPanic was told of
	panicked int // times
}

// receipt names a message: who sent it, and which of the sender's it is. The script's number is for
// people.
type receipt struct{ sender, sequence, number int }

// letter is a dead letter.
type letter struct {
	receipt
	reason, source, sink string
}

func newTap(r *rig, name string, b behaviour) *tap {
	return &tap{rig: r, name: name, behaviour: b}
}

func (t *tap) options() engine.ModuleOptions {
	o := engine.ModuleOptions{Capacity: t.capacity}
	if t.accepts != nil {
		o.Accept = &t.accepts.filter
	}
	if t.panics > 0 {
		o.OnPanic = t.onPanic
	}
	return o
}

func (t *tap) handler() engine.Handler {
	if t.batch {
		return engine.HandlerFunc(t.receive)
	}
	return engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		t.receive(ctx, out, []message.Message{m})
	})
}

// receive is a handler call.
func (t *tap) receive(ctx context.Context, out *engine.Publisher, batch []message.Message) {
	if t.inside.Add(1) != 1 {
		t.rig.fault("serial: the handler of %s is entered while it runs", t.name)
	}
	defer t.inside.Add(-1)
	if t.ended {
		t.rig.fault("isolation: %s is called after its quarantine", t.name)
	}
	receipts := make([]receipt, len(batch))
	for i, m := range batch {
		receipts[i] = t.read(m)
	}
	t.gate.pass(ctx, t.deaf, receipts)
	for i, m := range batch {
		t.handle(ctx, out, m, receipts[i])
	}
	t.note(batch, receipts)
}

// handle forwards one message and keeps it, as told.
func (t *tap) handle(ctx context.Context, out *engine.Publisher, m message.Message, from receipt) {
	t.rig.check(m, from, "while "+t.name+" handled it")
	if t.keeps {
		t.rig.attic.keep(t.rig, m, from)
	}
	if _, dead := m.Property(engine.DeadLetterReason); t.forwards > 0 && !dead {
		t.forward(ctx, out, m, from.number)
	}
}

// note writes down what was received, or panics over it.
func (t *tap) note(batch []message.Message, receipts []receipt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range receipts {
		if t.panics > 0 && r.number%t.panics == 0 {
			t.failed += len(batch)
			panic("over number " + strconv.Itoa(r.number))
		}
	}
	for i, m := range batch {
		if l, dead := letterOf(m, receipts[i]); dead {
			t.letters = append(t.letters, l)
		} else {
			t.received = append(t.received, receipts[i])
		}
	}
}

func (t *tap) onPanic(p engine.Panic) {
	t.mu.Lock()
	t.told += p.Messages
	t.panicked++
	enough := t.panicked == t.quarantine
	t.mu.Unlock()
	if !enough {
		return
	}
	t.outcast.Store(true)
	if m, ok := t.rig.e.Module(t.name); ok {
		m.Quarantine()
		t.ended = true
	}
}

// forward publishes what the behaviour says, as long as the message has hops to go.
func (t *tap) forward(ctx context.Context, out *engine.Publisher, m message.Message, number int) {
	hops := numberIn(m, "hops") - 1
	if hops < 0 {
		return
	}
	s := t.outlet(out)
	if s == nil {
		return
	}
	forward := func() {
		for range t.forwards {
			s.send(ctx, parcel{number: number, hops: hops, size: len(m.Content()), like: m})
		}
	}
	if !t.relays {
		forward()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		forward()
	}()
	<-done
}

// outlet is where the handler publishes.
func (t *tap) outlet(out *engine.Publisher) *sender {
	if t.relays {
		return t.relay()
	}
	if t.via != "" {
		other := t.rig.now.Load().modules[t.via]
		if other == nil {
			return nil
		}
		return t.rig.sender(other, "of "+strconv.Itoa(t.number), true)
	}
	if t.out == nil || t.out.pub != out {
		t.out = t.rig.enlist(&sender{source: t, pub: out, handler: true})
	}
	return t.out
}

// relay is a publisher that publishes on a goroutine which the handler waits for.
func (t *tap) relay() *sender {
	if t.out == nil {
		m, ok := t.rig.e.Module(t.name)
		if !ok {
			return nil
		}
		pub, err := m.Publisher()
		if err != nil {
			return nil
		}
		pub.Relay()
		t.out = t.rig.enlist(&sender{source: t, pub: pub, handler: true})
	}
	return t.out
}

func letterOf(m message.Message, r receipt) (letter, bool) {
	reason, dead := m.Property(engine.DeadLetterReason)
	source, _ := m.Property(engine.DeadLetterSource)
	sink, _ := m.Property(engine.DeadLetterSink)
	return letter{r, string(reason), string(source), string(sink)}, dead
}

func numberIn(m message.Message, name string) int {
	value, _ := m.Property(name)
	n, err := strconv.Atoi(string(value))
	if err != nil {
		return -1
	}
	return n
}

package engine_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// stand is one attached station. What is not atomic belongs to its handler's calls, which are serial.
type stand struct {
	station
	trial  *trial
	lot    lot
	inside atomic.Int32
	mouth  *mouth // of second and foreign
	out    *mouth // of the handler's own publisher
	jobs   chan job

	received []origin // in their order
	handled  uint64   // as the engine's Delivered should have it
	failed   int      // that OnPanic was told of
	panicked int
	outcast  bool // quarantined
}

// job is what a handler asks of its relay.
type job struct {
	like message.Message
	done chan struct{}
}

// attach makes a module of a station.
func (t *trial) attach(s station) {
	t.mu.Lock()
	st := &stand{station: s, trial: t, lot: t.lot(), jobs: make(chan job)}
	t.mu.Unlock()
	if s.by == handed {
		st.jobs = make(chan job, 4)
	}
	o := engine.ModuleOptions{Capacity: s.capacity, OnPanic: st.onPanic}
	if s.accepts {
		o.Accept = new(filter.Filter)
	}
	var h engine.Handler = engine.HandlerFunc(st.receive)
	if !s.batch {
		h = engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
			st.receive(ctx, out, []message.Message{m})
		})
	}
	m, err := t.engine.Attach(s.name, h, o)
	if err != nil {
		return
	}
	if s.by == relayed || s.by == handed {
		t.relays.Go(func() { st.relay(m) })
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stands = append(t.stands, st)
	t.names = append(t.names, s.name)
}

// relay does what the handler asks, until the trial ends.
func (st *stand) relay(m *engine.Module) {
	var speaks *mouth
	if pub, err := m.Publisher(); err == nil { // else it is being detached
		pub.Relay()
		speaks = st.trial.mouth(pub)
		defer pub.Close()
	}
	for {
		select {
		case j := <-st.jobs:
			if speaks != nil {
				st.say(context.Background(), speaks, j.like)
			}
			if j.like != (message.Message{}) {
				j.like.Release()
			}
			close(j.done)
		case <-st.trial.over:
			return
		}
	}
}

// receive is a handler call.
func (st *stand) receive(ctx context.Context, out *engine.Publisher, batch []message.Message) {
	t := st.trial
	t.pulse.Add(1)
	if st.inside.Add(1) != 1 {
		t.fault("serial: the handler of %s is entered while it runs", st.name)
	}
	returns := false
	defer func() {
		if returns {
			st.handled += uint64(len(batch))
		}
		st.inside.Add(-1)
	}()
	if st.outcast {
		t.fault("isolation: %s is called after its quarantine", st.name)
	}
	for _, m := range batch {
		st.handle(ctx, out, m)
	}
	if st.lot.one(st.exits) {
		returns = !st.batch // Each has ended its call, as if by return
		runtime.Goexit()
	}
	if st.lot.one(st.panics) {
		panic("by chance")
	}
	returns = true
}

func (st *stand) onPanic(p engine.Panic) {
	st.failed += p.Messages
	if st.panicked++; st.panicked == st.strikes {
		if m, ok := st.trial.engine.Module(st.name); ok { // the trial may not know it yet
			m.Quarantine()
			st.outcast = true
		}
	}
}

func (st *stand) handle(ctx context.Context, out *engine.Publisher, m message.Message) {
	t := st.trial
	from, letter := originOf(m)
	if !letter {
		st.received = append(st.received, from)
		if !intact(m, from) {
			t.fault("immutable: %s received message %v, and it is not what was written", st.name, from)
		}
	}
	if st.lot.one(st.dawdles) {
		time.Sleep(time.Duration(st.lot.IntN(100)) * time.Microsecond)
	}
	if st.lot.one(st.changes) {
		t.change(st.lot)
	}
	if letter {
		return
	}
	if st.lot.one(st.keeps) && !t.closing.Load() {
		t.shelf.put(m, from)
	}
	st.answer(ctx, out, m)
}

// answer publishes by whomever the station does.
func (st *stand) answer(ctx context.Context, out *engine.Publisher, m message.Message) {
	switch st.by {
	case own:
		if st.out == nil || st.out.pub != out {
			st.out = st.trial.mouth(out)
		}
		st.say(ctx, st.out, m)
	case second, foreign:
		if s := st.another(); s != nil {
			st.say(ctx, s, m)
		}
	case relayed, handed:
		st.ask(m)
	}
}

// say publishes, while the budget lasts.
func (st *stand) say(ctx context.Context, s *mouth, m message.Message) {
	if st.trial.budget.Add(-int64(st.many)) < 0 {
		return
	}
	ctx, cancel := s.limited(ctx, st.cancels)
	defer cancel()
	s.speak(ctx, st.how, st.many, 300, m)
}

// another returns the publisher that the handler uses beside its own, if it can be had.
func (st *stand) another() *mouth {
	if st.mouth != nil {
		return st.mouth
	}
	name := st.name
	if st.by == foreign {
		name = st.via
	}
	m, ok := st.trial.engine.Module(name)
	if !ok {
		return nil
	}
	pub, err := m.Publisher()
	if err != nil {
		return nil
	}
	st.mouth = st.trial.mouth(pub)
	return st.mouth
}

// ask has the relay publish. A message that it gets is held for it.
func (st *stand) ask(m message.Message) {
	j := job{done: make(chan struct{})}
	if st.how == alike || st.how == forwarded {
		m.Retain()
		j.like = m
	}
	st.jobs <- j
	if st.by == relayed {
		<-j.done
	}
}

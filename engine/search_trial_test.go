package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// trial is a topology at work.
type trial struct {
	*topology
	engine  *engine.Engine
	pulse   atomic.Int64 // goes on as long as anything does
	budget  atomic.Int64
	closing atomic.Bool
	over    chan struct{} // relays end
	relays  sync.WaitGroup
	shelf   shelf

	mu       sync.Mutex // guards what follows
	dice     lot
	names    []string // of all modules there ever were
	stands   []*stand
	mouths   []*mouth
	forwards map[origin]int
	faults   []string
}

func newTrial(top *topology) *trial {
	t := &trial{
		topology: top, engine: engine.New(top.options), over: make(chan struct{}),
		dice: lot{rand.New(rand.NewPCG(top.seed, 11))}, forwards: make(map[origin]int),
	}
	t.budget.Store(top.budget)
	return t
}

func (t *trial) fault(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = append(t.faults, fmt.Sprintf(format, args...))
}

// lot returns chance for one goroutine. t.mu is held, or nothing runs yet.
func (t *trial) lot() lot { return lot{rand.New(rand.NewPCG(t.dice.Uint64(), t.dice.Uint64()))} }

// run does all that the topology says, and returns what was wrong.
func (t *trial) run() []string {
	for _, s := range t.stations {
		t.attach(s)
	}
	for _, p := range t.pipes {
		_ = t.engine.Link(p.link())
	}
	if t.letters != "" {
		_ = t.engine.DeadLetter(t.letters)
	}
	if !t.goesOn("the publishers outside", t.traffic) {
		return t.faults
	}
	var report engine.Report
	if !t.goesOn("Close", func() { report = t.close() }) {
		return t.faults
	}
	close(t.over)
	if t.goesOn("the relays", t.relays.Wait) {
		t.verify(report)
	}
	return t.faults
}

func (p pipe) link() engine.Link {
	l := engine.Link{Source: p.source, Sink: p.sink, Delivery: deliveries[p.delivery]}
	if p.digit >= 0 {
		l.Filter = filter.Equal("digit", fmt.Sprint(p.digit))
	}
	return l
}

// traffic is what happens outside handlers. It ends when all publishers have.
func (t *trial) traffic() {
	stop := make(chan struct{})
	var tributaries, others sync.WaitGroup
	for _, f := range t.tributaries {
		if m, ok := t.engine.Module(f.source); ok {
			if pub, err := m.Publisher(); err == nil {
				s := t.mouth(pub)
				tributaries.Go(func() { t.supply(s, f) })
			}
		}
	}
	others.Go(func() { t.clear(stop) })
	others.Go(func() { t.changes(stop) })
	tributaries.Wait()
	close(stop)
	others.Wait()
}

func (t *trial) supply(s *mouth, f tributary) {
	defer s.pub.Close()
	for left := f.messages; left > 0; {
		many := 1 + s.lot.IntN(8)
		ctx, cancel := s.limited(context.Background(), f.cancels)
		if like := t.shelf.borrow(); like == (message.Message{}) {
			s.speak(ctx, f.how, many, f.size, like)
		} else { // it does not wait for long: the memory that it waits for may be this one's
			hasty, stop := context.WithTimeout(ctx, time.Millisecond)
			s.speak(hasty, f.how, many, f.size, like)
			stop()
			like.Release()
		}
		cancel()
		left -= many
	}
}

// clear releases what is kept, again and again, so that it is not kept for ever.
func (t *trial) clear(stop chan struct{}) {
	for {
		t.shelf.clear(t)
		select {
		case <-stop:
			return
		case <-time.After(200 * time.Microsecond):
		}
	}
}

// changes changes links and modules, from outside handlers.
func (t *trial) changes(stop chan struct{}) {
	t.mu.Lock()
	d := t.lot()
	t.mu.Unlock()
	for range t.topology.changes {
		t.change(d)
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(d.IntN(500)) * time.Microsecond):
		}
	}
}

// change makes one change by chance. What the engine refuses is no fault.
func (t *trial) change(d lot) {
	t.mu.Lock()
	names := t.names
	t.mu.Unlock()
	pick := func() string { return names[d.IntN(len(names))] }
	p := pipe{pick(), pick(), d.IntN(len(deliveries)), -1}
	if links := t.engine.Pairs(); len(links) > 0 && !d.one(3) {
		pair := links[d.IntN(len(links))]
		p.source, p.sink = pair.Source, pair.Sink
	}
	pair := engine.Pair{Source: p.source, Sink: p.sink}
	turned := engine.Link{Source: p.sink, Sink: p.source, Delivery: deliveries[p.delivery]}
	switch d.IntN(12) {
	case 0, 1, 2:
		_ = t.engine.Link(p.link())
	case 3, 4, 5:
		_ = t.engine.Unlink(p.source, p.sink)
	case 6, 7, 8:
		_ = t.engine.Apply(engine.Change{Unlink: []engine.Pair{pair}, Link: []engine.Link{turned}})
	case 9:
		_ = t.engine.Apply(engine.Change{Unlink: []engine.Pair{pair}, Link: []engine.Link{p.link()}})
	case 10:
		t.detach(p.source)
	case 11:
		t.join(d)
	}
}

func (t *trial) detach(name string) {
	m, ok := t.engine.Module(name)
	if !ok {
		return
	}
	if err := m.Detach(context.Background()); err != nil {
		t.fault("drain: %s was not detached: %v", name, err)
	}
}

// join attaches a module, new or again, with a link to it and one from it.
func (t *trial) join(d lot) {
	n := len(t.stations)
	s := d.station(d.name(n+4), n)
	t.attach(s)
	_ = t.engine.Link(engine.Link{Source: d.name(n), Sink: s.name, Delivery: deliveries[d.IntN(len(deliveries))]})
	_ = t.engine.Link(engine.Link{Source: s.name, Sink: d.name(n), Delivery: deliveries[d.IntN(len(deliveries))]})
}

func (t *trial) close() engine.Report {
	t.closing.Store(true)
	t.shelf.clear(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour) // goesOn notices when nothing does
	defer cancel()
	report, err := t.engine.Close(ctx)
	if err != nil && (errors.Is(err, engine.ErrLeft) || !errors.Is(err, engine.ErrUnreleased)) {
		t.fault("drain: Close: %v", err)
	}
	t.shelf.clear(t)
	return report
}

// standstill is how long nothing may go on; the machine may be busy with others.
const standstill = 15 * time.Second

// goesOn does something and returns true when it is done, or false when nothing goes on any more.
func (t *trial) goesOn(what string, do func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	last, since := t.pulse.Load(), time.Now()
	look := time.NewTicker(standstill / 50)
	defer look.Stop()
	for {
		select {
		case <-done:
			return true
		case <-look.C:
		}
		if now := t.pulse.Load(); now != last {
			last, since = now, time.Now()
		} else if time.Since(since) > standstill {
			t.fault("no deadlock: %s stand still; %s", what, t.standing())
			return false
		}
	}
}

// standing tells what the engine says of itself.
func (t *trial) standing() string {
	held, who := t.engine.Held()
	text := fmt.Sprintf("%d messages held (%v)", held, who)
	for _, c := range t.engine.Calls() {
		if c.Busy {
			text += fmt.Sprintf("\n%+v", c)
		}
	}
	for _, l := range t.engine.Stats().Links {
		if l.Queued > 0 {
			text += fmt.Sprintf("\n%+v", l)
		}
	}
	return text
}

//go:build explore

package engine

import (
	"context"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/message"
)

// stage is an engine whose modules' handlers run on the explorer's threads instead of goroutines.
type stage struct {
	x         *explore.Run
	engine    *Engine
	publisher *Publisher // of a test that has one
}

var (
	background = context.Background()
	nothing    = Each(func(context.Context, *Publisher, message.Message) {})
)

func newStage(x *explore.Run) *stage { return &stage{x: x, engine: New(Options{Keys: 1})} }

func (s *stage) ok(err error) { s.x.Check(err == nil, "%v", err) }

// source attaches a module that only publishes, and returns a publisher of it.
func (s *stage) source(name string) *Publisher {
	m, err := s.engine.Attach(name, nil, ModuleOptions{})
	s.ok(err)
	p, err := m.Publisher()
	s.ok(err)
	return p
}

// sink attaches a module with the smallest ring, which is consumed by run.
func (s *stage) sink(name string, h Handler) *Module {
	m := s.engine.newModule(name, h, ModuleOptions{Capacity: 2})
	s.engine.modules[name] = m
	return m
}

func (s *stage) link(source, sink string, d Delivery) {
	s.ok(s.engine.Link(Link{Source: source, Sink: sink, Delivery: d}))
}

func (s *stage) publish(p *Publisher, content byte) {
	d, err := p.Claim(background)
	s.ok(err)
	d.SetContent([]byte{content})
	s.ok(p.Publish(background, d))
}

// consume delivers to a module until its queue is closed and empty.
func consume(m *Module) func() {
	return func() {
		r := newReceiver(m)
		for r.step() {
		}
	}
}

// consumeUntil delivers to a module until that is so.
func consumeUntil(m *Module, done func() bool) func() {
	return func() {
		r := newReceiver(m)
		for r.deliver(); !done(); r.deliver() {
			r.step()
		}
	}
}

// received is a handler that keeps what it received. A message's content is its source times 100 and
// a number, and each source's come in order of publication.
type received struct {
	x    *explore.Run
	list []byte
	last [3]byte
}

func (r *received) Receive(_ context.Context, _ *Publisher, batch []message.Message) {
	for _, m := range batch {
		c := m.Content()[0]
		r.x.Check(c > r.last[c/100], "%d after %v", c, r.list)
		r.last[c/100] = c
		r.list = append(r.list, c)
	}
}

// stop closes a sink's queue, as Close does.
func (s *stage) stop(m *Module) { s.engine.stopAll([]*Module{m}) }

// balance checks a link's counts when nothing moves any more.
func (s *stage) balance(published, delivered int) {
	var in, out, dropped, left uint64
	for _, l := range s.engine.Stats().Links {
		s.x.Check(l.In == l.Delivered+l.Filtered+l.Dropped.Total()+l.Left+l.Queued, "%+v", l)
		in, out, dropped, left = in+l.In, out+l.Delivered, dropped+l.Dropped.Total(), left+l.Left+l.Queued
	}
	s.x.Check(in == uint64(published) && out == uint64(delivered) && left == 0,
		"%d in, %d delivered, %d dropped, %d left; published %d, received %d", in, out, dropped, left, published, delivered)
	n, err := s.engine.heldMessages()
	s.x.Check(n == 0 && err == nil, "%d not released: %v", n, err)
}

package yardstick

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

var errWrong = errors.New("a message reads otherwise than it was written")

// Broker is the engine doing what Floor does, with default options and batches of 64.
type Broker struct {
	engine *engine.Engine
	form   *Form
	pub    *engine.Publisher
	source *Source
	drafts []message.Draft
	sent   uint64
	sinks  []brokerSink
}

// brokerSink counts what arrives. All but target is the handler's own until done says so.
type brokerSink struct {
	seen, wrong uint64
	target      atomic.Uint64
	done        chan struct{}
	_           [64]byte
}

// OpenBroker attaches a source and sinks, and links them.
func OpenBroker(sinks int, j Job, h How) (*Broker, error) {
	b := &Broker{engine: engine.New(engine.Options{}), sinks: make([]brokerSink, sinks)}
	b.form = NewForm(b.engine.Key, j, h)
	source, err := b.engine.Attach("source", nil, engine.ModuleOptions{})
	if err != nil {
		return nil, err
	}
	for i := range b.sinks {
		if err := b.attach(i); err != nil {
			return nil, err
		}
	}
	if b.pub, err = source.Publisher(); err != nil {
		return nil, err
	}
	b.source, err = NewSource(context.Background(), b.pub, b.form)
	return b, err
}

func (b *Broker) attach(i int) error {
	s := &b.sinks[i]
	s.done = make(chan struct{}, 1)
	handle := func(_ context.Context, _ *engine.Publisher, batch []message.Message) { b.receive(s, batch) }
	name := fmt.Sprintf("sink%d", i)
	if _, err := b.engine.Attach(name, engine.HandlerFunc(handle), engine.ModuleOptions{}); err != nil {
		return err
	}
	return b.engine.Link(engine.Link{Source: "source", Sink: name})
}

func (b *Broker) receive(s *brokerSink, batch []message.Message) {
	for _, m := range batch {
		if !b.form.Right(m) {
			s.wrong++
		}
	}
	s.seen += uint64(len(batch))
	if s.seen == s.target.Load() {
		s.done <- struct{}{}
	}
}

// Send moves n messages, a multiple of 64, and returns when every sink has handled them.
func (b *Broker) Send(n int) error {
	b.sent += uint64(n)
	for i := range b.sinks {
		b.sinks[i].target.Store(b.sent)
	}
	for range n / BatchSize {
		if err := b.batch(); err != nil {
			return err
		}
	}
	for i := range b.sinks {
		select {
		case <-b.sinks[i].done:
		case <-time.After(lateAfter):
			return fmt.Errorf("sink %d has not received all within %v", i, lateAfter)
		}
	}
	return b.verify()
}

const lateAfter = 20 * time.Second

func (b *Broker) batch() error {
	ctx := context.Background()
	b.drafts = b.drafts[:0]
	for range BatchSize {
		d, err := b.source.Claim(ctx)
		if err != nil {
			return err
		}
		b.drafts = append(b.drafts, d)
	}
	return b.pub.PublishBatch(ctx, b.drafts)
}

func (b *Broker) verify() error {
	for i := range b.sinks {
		if s := &b.sinks[i]; s.wrong > 0 || s.seen != b.sent {
			return fmt.Errorf("sink %d: %d of %d received, %d wrong", i, s.seen, b.sent, s.wrong)
		}
	}
	return nil
}

// Close closes the engine.
func (b *Broker) Close() error {
	b.pub.Close()
	ctx, cancel := context.WithTimeout(context.Background(), lateAfter)
	defer cancel()
	if _, err := b.engine.Close(ctx); err != nil {
		return err
	}
	return b.verify()
}

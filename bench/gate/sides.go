package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// messages is how many a fill publishes. They fit the queue, so that nobody waits.
const messages = 512

// broker is the engine's side: a publisher and a sink that counts.
type broker struct {
	engine *engine.Engine
	pub    *engine.Publisher
	drafts []message.Draft
	failed error

	received int
	emptied  chan struct{} // after each fill
}

func newBroker(batch int) (*broker, error) {
	b := &broker{
		engine: engine.New(engine.Options{}), drafts: make([]message.Draft, 0, batch),
		emptied: make(chan struct{}, 1),
	}
	source, err := b.engine.Attach("source", nil, engine.ModuleOptions{})
	if err != nil {
		return nil, err
	}
	if _, err := b.engine.Attach("sink", engine.HandlerFunc(b.receive), engine.ModuleOptions{}); err != nil {
		return nil, err
	}
	if err := b.engine.Link(engine.Link{Source: "source", Sink: "sink"}); err != nil {
		return nil, err
	}
	b.pub, err = source.Publisher()
	return b, err
}

func (b *broker) receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	b.received += len(batch)
	if b.received%messages == 0 {
		b.emptied <- struct{}{}
	}
}

// fill publishes, and then waits without the clock until all was received.
func (b *broker) fill() time.Duration {
	began := time.Now()
	for range messages / cap(b.drafts) {
		if err := b.publish(); err != nil {
			b.failed = errors.Join(b.failed, err)
			return time.Since(began)
		}
	}
	took := time.Since(began)
	<-b.emptied
	return took
}

func (b *broker) publish() error {
	ctx := context.Background()
	b.drafts = b.drafts[:0]
	for range cap(b.drafts) {
		d, err := b.pub.Claim(ctx)
		if err != nil {
			return err
		}
		b.drafts = append(b.drafts, d)
	}
	if len(b.drafts) == 1 {
		return b.pub.Publish(ctx, b.drafts[0])
	}
	return b.pub.PublishBatch(ctx, b.drafts)
}

// close checks that every message of every fill was delivered.
func (b *broker) close(fills int) error {
	b.pub.Close()
	report, err := b.engine.Close(context.Background())
	if err := errors.Join(b.failed, err); err != nil {
		return err
	}
	if got := report.Links[0].Delivered; got != uint64(fills*messages) {
		return fmt.Errorf("%d of %d messages were delivered", got, fills*messages)
	}
	return nil
}

// channel is the other side: a buffered channel of pointers to one value, and a goroutine that counts.
//
// Before each send it looks up a few words in a small map. The send alone is mostly one locked
// instruction, which hardly feels a stranger on the other half of a physical core (1.1 times its time
// was seen); code that looks things up and writes them down, as the engine does, feels it as much as
// the engine (1.6 times). Without the lookups the ratio told more about the neighbours than about us.
type channel struct {
	values  chan *int
	value   *int
	words   map[int]int
	found   int // so that no lookup is in vain
	emptied chan struct{}
}

// lookups is how many words a message costs: about as much time as the engine takes for it.
const lookups = 6

func newChannel() *channel {
	c := &channel{
		values: make(chan *int, messages), value: new(int),
		words: make(map[int]int), emptied: make(chan struct{}, 1),
	}
	for i := range 64 {
		c.words[7*i] = i
	}
	go c.receive()
	return c
}

func (c *channel) receive() {
	received := 0
	for v := range c.values {
		if received += 1 + *v; received%messages == 0 {
			c.emptied <- struct{}{}
		}
	}
}

func (c *channel) fill() time.Duration {
	began := time.Now()
	for i := range messages {
		for n := range lookups {
			c.found += c.words[7*((i+n)%64)]
		}
		c.values <- c.value
	}
	took := time.Since(began)
	<-c.emptied
	return took
}

func (c *channel) close() { close(c.values) }

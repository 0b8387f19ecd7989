package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

func TestAwaitIdle(t *testing.T) {
	e, p, g := gatedPair(t, engine.Delivery{}) // holds the number 0
	sink := attachedAs(t, e, "sink")
	for n := range 3 {
		must(t, publish(within(t), p, n+1))
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if err := sink.AwaitIdle(over); !errors.Is(err, context.Canceled) {
		t.Errorf("with three messages queued: %v", err)
	}
	idle := make(chan error)
	go func() { idle <- sink.AwaitIdle(within(t)) }()
	close(g.gate)
	must(t, <-idle)
	if n := len(g.got()); n != 4 {
		t.Errorf("idle after %d of 4", n)
	}
	must(t, attachedAs(t, e, "source").AwaitIdle(over)) // it takes no messages
	p.Close()
	must(t, sink.Detach(within(t)))
	must(t, sink.AwaitIdle(over))
	closeWell(t, e)
}

func TestAHandlerCannotAwaitIdle(t *testing.T) {
	e := engine.New(engine.Options{})
	said := make(chan error, 1)
	source := attach(t, e, "source", nil)
	sink := make(chan *engine.Module, 1)
	attach(t, e, "sink", engine.Each(func(ctx context.Context, _ *engine.Publisher, _ message.Message) {
		said <- (<-sink).AwaitIdle(ctx)
	}))
	sink <- attachedAs(t, e, "sink")
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	p := publisher(t, source)
	must(t, publish(within(t), p, 1))
	if err := <-said; !errors.Is(err, engine.ErrInHandler) {
		t.Errorf("it says %v", err)
	}
	p.Close()
	closeWell(t, e)
}

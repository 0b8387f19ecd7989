package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// With a context that is done nothing is claimed and nothing is queued, though there is room; the
// context's error comes back, and the drafts have ended.
func TestADoneContextQueuesNothing(t *testing.T) {
	e := engine.New(engine.Options{})
	source, sink := attach(t, e, "source", nil), newOrdered()
	attach(t, e, "sink", sink)
	attach(t, e, "bystander", sink)
	link(t, e, engine.Link{Source: "source", Sink: "sink"})
	link(t, e, engine.Link{Source: "source", Sink: "bystander", Delivery: engine.Delivery{WhenFull: engine.DropOldest}})
	p := publisher(t, source)
	var none message.Message // the context comes first
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for name, publish := range map[string]func() error{
		"Claim":         func() error { _, err := p.Claim(done); return err },
		"ClaimFrom":     func() error { _, err := p.ClaimFrom(done, none); return err },
		"ClaimTemplate": func() error { _, err := p.ClaimTemplate(done, message.Template{}); return err },
		"Publish":       func() error { return p.Publish(done, claim(t, p)) },
		"PublishBatch": func() error {
			return p.PublishBatch(done, []message.Draft{claim(t, p), claim(t, p)})
		},
		"Forward": func() error { return p.Forward(done, []message.Message{none}) },
	} {
		if err := publish(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.Close()
	report, err := e.Close(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if report.Published != 0 || sink.received.Load() != 0 {
		t.Errorf("%d published, %d received", report.Published, sink.received.Load())
	}
	for _, l := range report.Links {
		if l.In != 0 {
			t.Errorf("%+v", l)
		}
	}
}

package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// An engine that New has not made refuses as a closed one does.
func TestZeroEngine(t *testing.T) {
	var e engine.Engine
	ctx := context.Background()
	_, attach := e.Attach("module", discard, engine.ModuleOptions{})
	for what, err := range map[string]error{
		"Attach":     attach,
		"Link":       e.Link(engine.Link{Source: "a", Sink: "b"}),
		"Apply":      e.Apply(engine.Change{Link: []engine.Link{{Source: engine.Any, Sink: "b"}}}),
		"DeadLetter": e.DeadLetter("a"),
	} {
		if !errors.Is(err, engine.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, ok := e.Module("module"); ok || len(e.Calls()) > 0 || len(e.Stats().Links) > 0 || e.Stats().Published > 0 {
		t.Error("the zero engine has something")
	}
	_ = e.Key("key")
	if err := e.DeadLetter(""); err != nil {
		t.Error(err)
	}
	for range 2 {
		if r, err := e.Close(ctx); err != nil || len(r.Links) > 0 {
			t.Errorf("%v, %+v", err, r)
		}
	}
}

// The zero Message holds nothing, and says so.
func TestZeroMessage(t *testing.T) {
	var m message.Message
	m.Retain()
	m.Release()
	_, found := m.Property("key")
	if !m.IsZero() || found || m.Properties().Len() > 0 || len(m.Content()) > 0 || len(m.Wire()) > 0 || m.Size() > 0 {
		t.Error("the zero message has something")
	}
	e := engine.New(engine.Options{Memory: -1, Overflow: -1, Keys: -1, Drain: -1})
	p := publisher(t, attachWith(t, e, "module", discard, engine.ModuleOptions{Capacity: -1}))
	if err := p.Forward(within(t), []message.Message{m}); !errors.Is(err, engine.ErrForeign) {
		t.Errorf("Forward: %v", err)
	}
	d, err := p.ClaimFrom(within(t), m)
	must(t, err)
	must(t, p.Publish(within(t), d))
	p.Close()
	closeWell(t, e)
}

// A draft that was not claimed is refused.
func TestZeroDraft(t *testing.T) {
	e := engine.New(engine.Options{})
	p := publisher(t, attach(t, e, "module", discard))
	var d message.Draft
	if err := p.Publish(within(t), d); err == nil {
		t.Error("Publish took the zero draft")
	}
	if err := p.PublishBatch(within(t), []message.Draft{d}); err == nil {
		t.Error("PublishBatch took the zero draft")
	}
	d.Abort()
	p.Close()
	closeWell(t, e)
}

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

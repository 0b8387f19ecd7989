package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
)

func attach(t testing.TB, e *engine.Engine, name string, h engine.Handler) *engine.Module {
	t.Helper()
	return attachWith(t, e, name, h, engine.ModuleOptions{})
}

func attachWith(t testing.TB, e *engine.Engine, name string, h engine.Handler, o engine.ModuleOptions) *engine.Module {
	t.Helper()
	m, err := e.Attach(name, h, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func link(t testing.TB, e *engine.Engine, l engine.Link) {
	t.Helper()
	if err := e.Link(l); err != nil {
		t.Fatal(err)
	}
}

// patience is how long a test waits before it says that something hangs.
const patience = 20 * time.Second

func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

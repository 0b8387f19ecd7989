package file

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// TestRefusedIsNotPublished: lines that the engine has refused do not count, and the task fails.
func TestRefusedIsNotPublished(t *testing.T) {
	e := engine.New(engine.Options{})
	defer e.Close(t.Context())
	m, err := e.Attach("file", nil, engine.ModuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Publisher()
	if err != nil {
		t.Fatal(err)
	}
	b := &batch{out: out, tally: newTally(slog.New(slog.DiscardHandler))}
	for _, line := range []string{"one", "two"} {
		if err := b.add(t.Context(), place{line: 1}, []byte(line), nil); err != nil {
			t.Fatal(err)
		}
	}
	out.Close()
	if err := b.flush(t.Context()); err == nil || b.tally.published != 0 {
		t.Errorf("%v, %d published", err, b.tally.published)
	}
	if n := b.abort(); n != 2 {
		t.Errorf("%d unpublished", n)
	}
}

// TestNarrowLimits: a record whose fields the engine's limits refuse goes without them, and its first
// draft keeps no memory.
func TestNarrowLimits(t *testing.T) {
	e := engine.New(engine.Options{Memory: 64 << 10, Limits: message.Limits{Properties: 1}})
	defer e.Close(t.Context())
	m, err := e.Attach("file", nil, engine.ModuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Publisher()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	b := &batch{out: out, tally: newTally(slog.New(slog.DiscardHandler))}
	fields := []field{{[]byte("a"), []byte("1")}, {[]byte("b"), []byte("2")}}
	for range 1000 {
		if err := b.add(ctx, place{line: 1}, []byte("ab"), fields); err != nil {
			t.Fatal(err)
		}
		if err := b.flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if b.tally.published != 1000 || b.tally.counts[leftOut].total != 1000 {
		t.Errorf("%d published, the fields of %d left out", b.tally.published, b.tally.counts[leftOut].total)
	}
}

package file

import (
	"log/slog"
	"testing"

	"github.com/millrace/millrace/engine"
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

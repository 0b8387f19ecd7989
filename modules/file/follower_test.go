package file

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// watched is a file with something that happens right after it was found to be at its end.
type watched struct {
	*os.File
	atEnd func()
}

func (w *watched) ReadAt(p []byte, at int64) (int, error) {
	n, err := w.File.ReadAt(p, at)
	if err != nil && len(p) > headMax && w.atEnd != nil {
		w.atEnd()
		w.atEnd = nil
	}
	return n, err
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	f.Close()
}

// TestOldBeforeNew: a writer goes on from the old file to the new one between two looks at them. What
// it wrote to the old one comes first, whichever is looked at first.
func TestOldBeforeNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	appendTo(t, path, "one\n")
	f, err := openFollower(path, rotateWait, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, make := collect(t)
	f.make = make
	f.tails[0].readBy(make(path))
	round := func() {
		t.Helper()
		if _, err := f.round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	round()
	if err := os.Rename(path, path+".1"); err != nil {
		t.Skip("an open file cannot be renamed here:", err)
	}
	appendTo(t, path, "")
	round()
	f.tails[0].file = &watched{File: f.tails[0].file.(*os.File), atEnd: func() {
		appendTo(t, path+".1", "two\n")
		appendTo(t, path, "three\n")
	}}
	round()
	round()
	round()
	if text := strings.Join(got(), " "); text != "one two three" {
		t.Errorf("%q", text)
	}
}

// collect returns what arrives, and makes readers whose lines do.
func collect(t *testing.T) (got func() []string, make func(name string) *reader) {
	t.Helper()
	e := engine.New(engine.Options{})
	var lines []string
	sink := engine.HandlerFunc(func(_ context.Context, _ *engine.Publisher, batch []message.Message) {
		for _, m := range batch {
			lines = append(lines, string(m.Content()))
		}
	})
	if _, err := e.Attach("sink", sink, engine.ModuleOptions{}); err != nil {
		t.Fatal(err)
	}
	m, err := e.Attach("file", nil, engine.ModuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Link(engine.Link{Source: "file", Sink: "sink"}); err != nil {
		t.Fatal(err)
	}
	out, err := m.Publisher()
	if err != nil {
		t.Fatal(err)
	}
	b := &batch{out: out, tally: newTally(slog.New(slog.DiscardHandler))}
	make = func(name string) *reader { return newReader(layout{format: formatLines}, name, b) }
	got = func() []string {
		out.Close()
		if _, err := e.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		return lines
	}
	return got, make
}

// failing is a file whose reads fail.
type failing struct{ *os.File }

var errStale = errors.New("stale file handle")

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errStale }

// TestReopensAfterTrouble: a file that cannot be read any more is opened anew and goes on where it was,
// unless another one has its name by now.
func TestReopensAfterTrouble(t *testing.T) {
	for name, replaced := range map[string]bool{"same": false, "another": true} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			appendTo(t, path, "one\n")
			f, err := openFollower(path, rotateWait, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got, make := collect(t)
			f.make = make
			old := f.tails[0]
			old.readBy(make(path))
			stale := failing{old.file.(*os.File)}
			old.file = stale
			if replaced {
				if err := os.Rename(path, path+".1"); err != nil {
					t.Skip("an open file cannot be renamed here:", err)
				}
				appendTo(t, path, "two\n")
			}
			old.reopen(path)
			switch again, opened := old.file.(*os.File); {
			case opened == replaced:
				t.Fatalf("opened anew: %v", opened)
			case opened && again.Fd() == stale.Fd():
				t.Error("it is the same handle")
			case opened && stale.Close() == nil:
				t.Error("the old handle is still open")
			case opened:
				if _, err := f.round(t.Context()); err != nil {
					t.Fatal(err)
				}
				if text := strings.Join(got(), " "); text != "one" {
					t.Errorf("%q", text)
				}
			}
		})
	}
}

// TestAFailedReadReopens: the follower does so itself.
func TestAFailedReadReopens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	appendTo(t, path, "one\n")
	f, err := openFollower(path, rotateWait, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, make := collect(t)
	f.tails[0].readBy(make(path))
	f.tails[0].file = failing{f.tails[0].file.(*os.File)}
	if busy, err := f.fetch(t.Context(), f.tails[0]); busy || err != nil {
		t.Errorf("%v, %v", busy, err)
	}
	if _, still := f.tails[0].file.(failing); still || !f.tails[0].trouble.present() {
		t.Errorf("still the old handle: %v; trouble: %v", still, f.tails[0].trouble.present())
	}
}

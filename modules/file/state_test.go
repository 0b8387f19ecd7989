package file_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

// place is a file that is followed in one life after the other.
type place struct {
	t                 *testing.T
	dir, path, format string
}

func newPlace(t *testing.T, name, format string) place {
	dir := t.TempDir()
	return place{t, dir, filepath.Join(dir, name), format}
}

func (p place) append(text string) { followed{t: p.t}.appendTo(p.path, text) }

// live follows the file for one life, until as many messages have come, and returns their contents.
func (p place) live(n int, more string) []string {
	p.t.Helper()
	return contents(p.begin(more, moduletest.Options{}).stopAfter(n))
}

type life struct {
	*moduletest.Rig
	t *testing.T
}

func (p place) begin(more string, o moduletest.Options) life {
	p.t.Helper()
	args := fmt.Sprintf(`{"path":%q,"follow":true,"format":%q,"rotateWait":"0s","state":%q%s}`,
		filepath.ToSlash(p.path), p.format, filepath.ToSlash(filepath.Join(p.dir, "position.json")), more)
	return life{moduletest.Start(p.t, file.Spec(), args, o), p.t}
}

func (l life) stopAfter(n int) []moduletest.Message {
	l.t.Helper()
	l.Await(n)
	if err := l.Stop(); err != nil {
		l.t.Fatal(err)
	}
	return l.Collected()
}

func expectLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", got, want)
	}
}

// After a clean stop exactly what was done with is skipped.
func TestStateGoesOn(t *testing.T) {
	p := newPlace(t, "app.log", "lines")
	p.append("one\ntwo\n\nhal")
	expectLines(t, p.live(3, ""), "one", "two", "")
	p.append("f\nthree\n")
	expectLines(t, p.live(2, ""), "half", "three")
	expectLines(t, p.live(0, ""))
	p.append("four\n")
	expectLines(t, p.live(1, ""), "four")
}

// The first row of a CSV file names its columns in each life; UTF-16 is told by its mark in each.
func TestStateKnowsHowTheFileBegins(t *testing.T) {
	p := newPlace(t, "a.csv", "csv")
	p.append("\ufeffkind;value\na;1\n")
	expectLines(t, p.live(1, ""), "a;1")
	p.append("b;2\n")
	l := p.begin("", moduletest.Options{}).stopAfter(1)
	if len(l) != 1 || l[0].Properties["kind"] != "b" || l[0].Properties["value"] != "2" {
		t.Errorf("%+v", l)
	}
	w := newPlace(t, "wide.log", "lines")
	w.append("\xff\xfea\x00\n\x00")
	expectLines(t, w.live(1, ""), "a")
	w.append("b\x00\n\x00")
	expectLines(t, w.live(1, ""), "b")
}

// A file that was rotated away while nobody read it is read to its end first, and then the new one.
func TestStateFindsWhatWasRotatedAway(t *testing.T) {
	p := newPlace(t, "app.log", "lines")
	p.append("one\n")
	expectLines(t, p.live(1, ""), "one")
	p.append("two\nthree\n")
	if err := os.Rename(p.path, p.path+".1"); err != nil {
		t.Fatal(err)
	}
	p.append("four\n")
	expectLines(t, p.live(3, ""), "two", "three", "four")
	expectLines(t, p.live(0, ""))
}

// A file that was truncated, or written anew, is another one.
func TestStateOfAFileThatWasWrittenAnew(t *testing.T) {
	p := newPlace(t, "app.log", "lines")
	p.append("one\ntwo\n")
	expectLines(t, p.live(2, ""), "one", "two")
	if err := os.WriteFile(p.path, []byte("uno\ndos\ntres\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	expectLines(t, p.live(3, ""), "uno", "dos", "tres")
	if err := os.Truncate(p.path, 4); err != nil {
		t.Fatal(err)
	}
	expectLines(t, p.live(1, ""), "uno")
}

// start: end skips what is there, but not what comes, nor what the state knows better.
func TestStartAtTheEnd(t *testing.T) {
	p := newPlace(t, "app.log", "lines")
	p.append("old\nolder\n")
	l := p.begin(`,"start":"end"`, moduletest.Options{})
	p.append("new\n")
	expectLines(t, contents(l.stopAfter(1)), "new")
	p.append("next\n")
	expectLines(t, p.live(1, `,"start":"end"`), "next")
}

// What a sink failed over comes again at the next start, and nothing else.
func TestStateOfLinesThatFailed(t *testing.T) {
	p := newPlace(t, "app.log", "lines")
	p.append("one\ntwo\nthree\n")
	done := make(chan struct{})
	sink := engine.Each(func(_ context.Context, out *engine.Publisher, m message.Message) {
		if string(m.Content()) == "two" {
			out.Fail(m)
		}
		if string(m.Content()) == "three" {
			close(done)
		}
	})
	l := p.begin("", moduletest.Options{Sink: sink})
	<-done
	_ = l.Stop()
	if !strings.Contains(l.Logged(), "read again at the next start") {
		t.Error(l.Logged())
	}
	expectLines(t, p.live(1, ""), "two")
	expectLines(t, p.live(0, ""))
}

// A state that is none of this module's is refused, by name.
func TestBadState(t *testing.T) {
	for _, text := range []string{"", "null", "[]", `{"version":2}`, `{"version":1,"files":[null]}`,
		`{"version":1,"files":[{"headBytes":-1}]}`, `{"version":1,"files":[{"headBytes":100000000}]}`} {
		p := newPlace(t, "app.log", "lines")
		if err := os.WriteFile(filepath.Join(p.dir, "position.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args := fmt.Sprintf(`{"path":%q,"follow":true,"state":%q}`,
			filepath.ToSlash(p.path), filepath.ToSlash(filepath.Join(p.dir, "position.json")))
		m := file.Spec().New()
		if err := m.Configure([]byte(args)); err != nil {
			t.Fatal(err)
		}
		err := m.(module.Opener).Open(t.Context(), moduletest.NewHost(moduletest.Options{}))
		if err == nil || !strings.Contains(err.Error(), "position.json: not a state that this module has written") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

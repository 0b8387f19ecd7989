package console_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/console"
)

func TestConformance(t *testing.T) {
	for _, args := range []string{
		`{}`, `{"format":"json"}`, `{"format":"content"}`, `{"color":"always"}`,
	} {
		t.Run(args, func(t *testing.T) {
			moduletest.Run(t, moduletest.Kind{
				Spec: console.Spec(), Args: args,
				BadArgs: []string{`{"format":"xml"}`, `{"format":"json","show":"content"}`},
			})
		})
	}
}

// printed feeds messages to a console and returns what it prints.
func printed(t *testing.T, args string, messages ...moduletest.Message) string {
	t.Helper()
	rig := moduletest.Start(t, console.Spec(), args, moduletest.Options{})
	rig.Feed(messages...)
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	if errs := rig.ReceiveErrors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	return rig.Output()
}

var clock = regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d\.\d\d\d`)

func message(key, value, content string) moduletest.Message {
	return moduletest.Message{Properties: map[string]string{key: value}, Content: content}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		m    moduletest.Message
		want string
	}{
		{moduletest.Message{}, ""},
		{message("kind", "cpu", `{"value": 12.5}`), ` kind=cpu {"value": 12.5}`},
		{message("helloWorld", "from a sample!", ""), ` helloWorld="from a sample!"`},
		{message("Größe", "12°", "naïve"), " Größe=12° naïve"},
		{message("empty", "", ""), ` empty=""`},
		{message("a=b", "c\"d", ""), ` "a=b"="c\"d"`},
		{message("k", "\x1b[31mred\x1b[0m\n", ""), ` k="\x1b[31mred\x1b[0m\n"`},
		{message("k", "\u202eevil\u009b", ""), ` k="\u202eevil\u009b"`},
		{message("k", "v", "two\nlines\x07"), ` k=v "two\nlines\a"`},
		{message("k", "v", "\xff\xfe\x00"), ` k=v (3 bytes)`},
		{message("k", "v", "x"+strings.Repeat("ä", 600)),
			` k=v x` + strings.Repeat("ä", 511) + `… (178 bytes more)`},
	} {
		got := printed(t, `{}`, c.m)
		if want := "TIME" + c.want + "\n"; clock.ReplaceAllString(got, "TIME") != want {
			t.Errorf("%+v:\n got %q\nwant %q", c.m, got, want)
		}
	}
}

func TestShow(t *testing.T) {
	for show, want := range map[string]string{
		"all": "TIME k=v text\n", "properties": "TIME k=v\n", "content": "TIME text\n",
	} {
		got := printed(t, `{"show":"`+show+`"}`, message("k", "v", "text"))
		if clock.ReplaceAllString(got, "TIME") != want {
			t.Errorf("%s: got %q, want %q", show, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	got := printed(t, `{"format":"json"}`,
		message("Größe", "\"\x1b", "naïve\n"), message("k", "v", "\xff"))
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%q", got)
	}
	var text, binary struct {
		Time, Content string
		Properties    map[string]string
		ContentBase64 []byte
	}
	if err := errors.Join(json.Unmarshal([]byte(lines[0]), &text),
		json.Unmarshal([]byte(lines[1]), &binary)); err != nil {
		t.Fatal(err)
	}
	if text.Properties["Größe"] != "\"\x1b" || text.Content != "naïve\n" || text.Time == "" {
		t.Errorf("%+v", text)
	}
	if string(binary.ContentBase64) != "\xff" || binary.Content != "" {
		t.Errorf("%+v", binary)
	}
}

func TestContentIsVerbatim(t *testing.T) {
	got := printed(t, `{"format":"content"}`, message("k", "v", "\xff\x1b{\"a\":1e3}"),
		message("k", "v", ""), message("k", "v", "last"))
	if want := "\xff\x1b{\"a\":1e3}\n\nlast\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestColor(t *testing.T) {
	got := printed(t, `{"color":"always"}`, message("k", "v", ""))
	if !strings.Contains(got, "\x1b[36mk") {
		t.Errorf("always: %q", got)
	}
	for _, args := range []string{`{}`, `{"color":"never"}`} {
		if got := printed(t, args, message("k", "v", "")); strings.Contains(got, "\x1b") {
			t.Errorf("%s: %q", args, got)
		}
	}
}

func TestClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	rig := moduletest.Start(t, console.Spec(), `{}`, moduletest.Options{Stdout: w})
	rig.Feed(message("k", "v", ""))
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	if len(rig.ReceiveErrors()) == 0 {
		t.Error("nobody reads, and nobody is told")
	}
}

func TestLargeBatch(t *testing.T) {
	var list []moduletest.Message
	want := 0
	for range 200 {
		m := message("k", "v", strings.Repeat("x", 10_000))
		list, want = append(list, m), want+len(m.Content)+1
	}
	if got := printed(t, `{"format":"content"}`, list...); len(got) != want {
		t.Errorf("%d bytes, want %d", len(got), want)
	}
}

// short takes so many bytes of a write, and then has no room.
type short struct{ room int }

func (s short) Write(p []byte) (int, error) {
	if len(p) <= s.room {
		return len(p), nil
	}
	return s.room, errors.New("no room")
}

// Of a batch that was written in part, what stands there whole has not failed.
func TestFullOutput(t *testing.T) {
	for room, whole := range map[int]int{0: 0, 3: 0, 4: 1} {
		rig := moduletest.Start(t, console.Spec(), `{"format":"content"}`, moduletest.Options{Stdout: short{room}})
		rig.Feed(message("k", "v", "abc"))
		rig.AwaitReceived(1)
		_ = rig.Stop()
		if failed := len(rig.ReceiveErrors()) > 0; failed != (whole == 0) {
			t.Errorf("room for %d bytes: failed is %v", room, failed)
		}
	}
}

package logger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/logger"
)

func TestConformance(t *testing.T) {
	for _, args := range []string{
		`{"filename":"log.txt"}`, `{"filename":"log.jsonl","format":"jsonl"}`,
		`{"filename":"old.json"}`,
	} {
		t.Run(args, func(t *testing.T) {
			moduletest.Run(t, moduletest.Kind{
				Spec: logger.Spec(), Args: args,
				BadArgs: []string{`{"filename":""}`, `{"filename":"x","format":"xml"}`},
				Files:   map[string]string{"old.json": "[]"},
			})
		})
	}
}

// entry is a record of a v1 file.
type entry struct {
	Time       string            `json:"time"`
	Properties map[string]string `json:"properties"`
	Content    json.RawMessage   `json:"content"`
}

func (e entry) text(t *testing.T) string {
	t.Helper()
	var decoded []byte
	if e.Properties == nil {
		return string(e.Content)
	}
	if err := json.Unmarshal(e.Content, &decoded); err != nil {
		t.Fatal(err)
	}
	return string(decoded)
}

func readArray(t *testing.T, path string) []entry {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var entries []entry
	if err := json.Unmarshal(text, &entries); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return entries
}

// run logs messages with their own life of the module.
func run(t *testing.T, path, format string, messages ...moduletest.Message) *moduletest.Rig {
	t.Helper()
	args := fmt.Sprintf(`{"filename":%q,"format":%q}`, filepath.ToSlash(path), format)
	rig := moduletest.Start(t, logger.Spec(), args, moduletest.Options{})
	rig.Feed(messages...)
	if err := errors.Join(rig.Stop(), errors.Join(rig.ReceiveErrors()...)); err != nil {
		t.Fatal(err)
	}
	return rig
}

func sample(content string) moduletest.Message {
	return moduletest.Message{
		Properties: map[string]string{"Größe": "\"12\"\n\x1b\u2028"}, Content: content,
	}
}

func TestV1Format(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.txt")
	run(t, path, "v1", sample("one"), sample("\x00\xff"))
	run(t, path, "v1", sample(""))
	want := []string{
		`"Log started"`, "one", "\x00\xff", `"Log stopped"`, `"Log started"`, "", `"Log stopped"`,
	}
	entries := readArray(t, path)
	if len(entries) != len(want) {
		t.Fatalf("%d records, want %d", len(entries), len(want))
	}
	for i, e := range entries {
		if e.text(t) != want[i] {
			t.Errorf("record %d: %q, want %q", i, e.text(t), want[i])
		}
		if e.Properties != nil && e.Properties["Größe"] != "\"12\"\n\x1b\u2028" {
			t.Errorf("record %d: %q", i, e.Properties)
		}
		at, err := time.ParseInLocation(time.ANSIC, e.Time, time.Local)
		if err != nil || time.Since(at).Abs() > time.Hour {
			t.Errorf("record %d: time %q, %v", i, e.Time, err)
		}
	}
}

func TestV1Bytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.txt")
	run(t, path, "v1", moduletest.Message{
		Properties: map[string]string{"k": "a/b\tc"}, Content: "hi",
	})
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range readArray(t, path) {
		text = []byte(strings.ReplaceAll(string(text), e.Time, "T"))
	}
	want := `[{"time":"T","content":"Log started"},` +
		`{"time":"T","properties":{"k":"a/b\tc"},"content":"aGk="},{"time":"T","content":"Log stopped"}]`
	if string(text) != want {
		t.Errorf("\n got %s\nwant %s", text, want)
	}
}

func TestV1ValidAfterEveryWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.txt")
	args := fmt.Sprintf(`{"filename":%q}`, filepath.ToSlash(path))
	rig := moduletest.Start(t, logger.Spec(), args, moduletest.Options{})
	if n := len(readArray(t, path)); n != 1 {
		t.Errorf("%d records after the start", n)
	}
	rig.Feed(sample("one"))
	rig.AwaitReceived(1)
	if n := len(readArray(t, path)); n != 2 {
		t.Errorf("%d records after a message", n)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestV1RefusesOtherFiles(t *testing.T) {
	for name, text := range map[string]string{
		"text":          "hello",
		"object":        `{"time":"x","content":"y"}`,
		"numbers":       `[1,2]`,
		"other array":   `[{"name":"x"}]`,
		"spaces only":   "   \n",
		"damaged":       `[{"time":"a","content":"b"},{"time":"c",,}]`,
		"more after it": `[{"time":"a","content":"b"}] and more`,
		"number after":  `[{"time":"a","content":"b"},7]`,
		"not closed":    `[{"time":"a","content":"b"},{"name":`,
	} {
		path := filepath.Join(t.TempDir(), "log.txt")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := open(path, "v1")
		if err == nil || !strings.Contains(err.Error(), "not a log in v1's format") ||
			!strings.Contains(err.Error(), "log.txt") {
			t.Errorf("%s: %v", name, err)
		}
		after, err := os.ReadFile(path)
		if err != nil || string(after) != text {
			t.Errorf("%s: changed to %q, %v", name, after, err)
		}
	}
}

// open tries to open a log, and closes it again.
func open(path, format string) (logged string, err error) {
	m := logger.Spec().New()
	args := fmt.Sprintf(`{"filename":%q,"format":%q}`, filepath.ToSlash(path), format)
	if err := m.Configure(json.RawMessage(args)); err != nil {
		return "", err
	}
	host := moduletest.NewHost(moduletest.Options{})
	if err := m.(module.Opener).Open(context.Background(), host); err != nil {
		return "", err
	}
	return host.Logged(), m.(module.Closer).Close()
}

// TestV1Torn cuts a log at every byte, as a kill during a write may, and starts again: the file is
// valid, no whole record before the cut is lost, and the loss is logged.
func TestV1Torn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.txt")
	run(t, path, "v1", sample("one"), moduletest.Message{
		Properties: map[string]string{"time": `,{"time":"`}, Content: "two",
	})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		logged, err := open(path, "v1")
		if err != nil {
			t.Fatalf("cut at %d: %v: %s", cut, err, whole[:cut])
		}
		if warned := strings.Contains(logged, "cut off"); warned != (cut > 0) {
			t.Errorf("cut at %d: logged %q", cut, logged)
		}
		if n, kept := len(readArray(t, path)), wholeRecords(whole[:cut]); n != kept+2 {
			t.Fatalf("cut at %d: %d records, want %d: %s", cut, n, kept+2, whole[:cut])
		}
	}
}

// wholeRecords counts the elements of the beginning of an array.
func wholeRecords(text []byte) int {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return 0
	}
	var record json.RawMessage
	n := 0
	for d.More() && d.Decode(&record) == nil {
		n++
	}
	return n
}

func TestV1SecondWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.txt")
	args := fmt.Sprintf(`{"filename":%q}`, filepath.ToSlash(path))
	rig := moduletest.Start(t, logger.Spec(), args, moduletest.Options{})
	run(t, path, "v1", sample("the other"))
	rig.Feed(sample("one"))
	err := rig.Stop()
	if err == nil || !strings.Contains(err.Error(), "changed by another writer") {
		t.Error(err)
	}
	if n := len(readArray(t, path)); n != 4 {
		t.Errorf("%d records, want 4", n)
	}
}

func TestV1LargeRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.txt")
	long := strings.Repeat("long", 100_000)
	run(t, path, "v1", sample(long), sample(long), sample(long))
	run(t, path, "v1", sample(long))
	if n := len(readArray(t, path)); n != 8 {
		t.Errorf("%d records, want 8", n)
	}
	if err := os.Truncate(path, size(t, path)-100_000); err != nil {
		t.Fatal(err)
	}
	run(t, path, "v1")
	if n := len(readArray(t, path)); n != 8 {
		t.Errorf("%d records after the cut, want 8", n)
	}
}

func TestLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	run(t, path, "jsonl", sample("one\n"), sample("\xff"))
	run(t, path, "jsonl", sample(""))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	want := []string{`,"content":"one\n"}`, `,"contentBase64":"/w=="}`, `,"content":""}`}
	if len(lines) != len(want) {
		t.Fatalf("%q", lines)
	}
	for i, line := range lines {
		if !json.Valid([]byte(line)) || !strings.HasSuffix(line, want[i]) {
			t.Errorf("line %d: %s", i+1, line)
		}
	}
}

func TestLinesTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.WriteFile(path, []byte(`{"time":"x"}`+"\n"+`{"time":"y`), 0o600); err != nil {
		t.Fatal(err)
	}
	rig := run(t, path, "jsonl", sample("one"))
	if !strings.Contains(rig.Logged(), "inside a line") {
		t.Errorf("logged %q", rig.Logged())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(string(text), "\n"); len(lines) != 4 || lines[1] != `{"time":"y` ||
		!json.Valid([]byte(lines[2])) {
		t.Errorf("%q", lines)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	array := filepath.Join(dir, "array.json")
	if err := os.WriteFile(array, []byte(`[]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, format, want string }{
		{filepath.Join(dir, "no", "log.txt"), "v1", "the folder"},
		{filepath.Join(dir, "no", "log.txt"), "jsonl", "does not exist"},
		{dir, "v1", "not a regular file"},
		{array, "jsonl", "not a file of JSON objects"},
	} {
		_, err := open(c.path, c.format)
		if err == nil || !strings.Contains(err.Error(), c.want) ||
			!strings.Contains(err.Error(), filepath.ToSlash(c.path)) {
			t.Errorf("%s: %v, want %s", c.path, err, c.want)
		}
	}
}

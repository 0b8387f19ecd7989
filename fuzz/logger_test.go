package fuzz

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/logger"
	"github.com/millrace/millrace/property"
)

// FuzzLogger: whatever bytes a message has, the log is JSON and says them; and a log that was cut off
// anywhere, as by a power loss, is gone on with and has every record that was whole.
func FuzzLogger(f *testing.F) {
	for _, text := range []string{"temperature", "", "\x00\xff", "\"\\\n", `","content":"x"},{"time":"`, "\u2028é\u0085", `]`} {
		for cut := range 4 {
			f.Add(cut%2 == 0, []byte(text), []byte(text+"v"), []byte(text+text), uint16(cut*37))
		}
	}
	s := shardOf(property.NewKeys(0), arena.Limits{})
	path := filepath.Join(f.TempDir(), "log")
	f.Fuzz(func(t *testing.T, asLines bool, key, value, content []byte, cut uint16) {
		d, err := s.Claim(nil)
		if err != nil {
			t.Fatal(err)
		}
		d.SetBytes(key, value)
		d.SetBytes([]byte("second"), key)
		d.SetContent(content)
		m, err := d.Seal(1)
		if err != nil {
			d.Abort()
			return // no message can have these
		}
		defer m.Release()
		l := logFile{path, asLines}
		l.create(t)
		l.session(t, message.Message(m), 2)
		first := l.read(t)
		l.check(t, first, message.Message(m), 2)
		whole := l.truncate(t, first, int(cut))
		l.session(t, message.Message(m), 1)
		l.check(t, l.read(t), message.Message(m), whole+1)
	})
}

// logFile is a log under test.
type logFile struct {
	path    string
	asLines bool
}

func (l logFile) create(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(l.path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// session opens the log, writes the message n times in one batch, and closes it.
func (l logFile) session(t *testing.T, m message.Message, n int) {
	t.Helper()
	args := map[string]string{"filename": l.path}
	if l.asLines {
		args["format"] = "jsonl"
	}
	raw, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	module := logger.Spec().New().(interface {
		module.Module
		module.Opener
		module.BatchReceiver
		module.Closer
	})
	batch := make([]message.Message, n)
	for i := range batch {
		batch[i] = m
	}
	host := moduletest.NewHost(moduletest.Options{})
	for _, step := range []func() error{
		func() error { return module.Configure(raw) },
		func() error { return module.Open(t.Context(), host) },
		func() error { return module.ReceiveBatch(t.Context(), nil, batch) },
		module.Close,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
}

func (l logFile) read(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// truncate cuts the log off and returns how many messages it has still.
func (l logFile) truncate(t *testing.T, text []byte, cut int) (whole int) {
	t.Helper()
	rest := text[:cut%(len(text)+1)]
	if err := os.Truncate(l.path, int64(len(rest))); err != nil {
		t.Fatal(err)
	}
	for _, r := range l.records(t, text) {
		if r.Properties != nil && r.end <= len(rest) {
			whole++
		}
	}
	return whole
}

// logged is a record of either format.
type logged struct {
	Time          string
	Properties    map[string]string
	Content       *string
	ContentBase64 []byte
	end           int // its offset in the file
}

// records reads the log as encoding/json has it. Of lines one may be broken: the one that was cut.
func (l logFile) records(t *testing.T, text []byte) (all []logged) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	if !l.asLines {
		if open, err := d.Token(); err != nil || open != json.Delim('[') {
			t.Fatalf("no array: %v in %q", err, text)
		}
		for d.More() {
			all = append(all, decodeRecord(t, d.Decode, text))
			all[len(all)-1].end = int(d.InputOffset())
		}
		if rest := d.Buffered(); rest == nil || !json.Valid(text) {
			t.Fatalf("not JSON: %q", text)
		}
		return all
	}
	broken, end := 0, 0
	for line := range bytes.Lines(text) {
		end += len(line)
		if !json.Valid(line) {
			broken++
			continue
		}
		all = append(all, decodeRecord(t, func(v any) error { return json.Unmarshal(line, v) }, line))
		all[len(all)-1].end = end - len("\n")
	}
	if broken > 1 || !bytes.HasSuffix(text, []byte("\n")) {
		t.Fatalf("%d broken lines in %q", broken, text)
	}
	return all
}

func decodeRecord(t *testing.T, decode func(any) error, text []byte) (r logged) {
	t.Helper()
	if err := decode(&r); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	layout := time.ANSIC
	if len(r.Time) > len(layout) {
		layout = time.RFC3339Nano
	}
	if _, err := time.Parse(layout, r.Time); err != nil {
		t.Fatal(err)
	}
	return r
}

// check holds the log to n copies of the message.
func (l logFile) check(t *testing.T, text []byte, m message.Message, n int) {
	t.Helper()
	want := asJSON(m)
	for _, r := range l.records(t, text) {
		if r.Properties == nil {
			continue // a note that the log begins or ends
		}
		n--
		content := r.ContentBase64
		switch {
		case l.asLines && r.Content != nil:
			content = []byte(*r.Content)
		case r.Content != nil:
			if err := json.Unmarshal([]byte(`"`+*r.Content+`"`), &content); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(content, m.Content()) || !maps.Equal(r.Properties, want) {
			t.Fatalf("%q and %q are logged as %q and %q", want, m.Content(), r.Properties, content)
		}
	}
	if n != 0 {
		t.Fatalf("%d messages are missing in %q", n, text)
	}
}

// asJSON returns the properties as encoding/json would bring them over.
func asJSON(m message.Message) map[string]string {
	properties := make(map[string]string)
	for key, value := range m.Properties().All() {
		properties[string([]rune(string(key)))] = string([]rune(string(value)))
	}
	return properties
}

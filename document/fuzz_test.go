package document_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/millrace/millrace/document"
)

// FuzzParse gives any text to both readers. None may panic or take long, and whatever is refused is
// refused with a place inside the text.
func FuzzParse(f *testing.F) {
	for _, folder := range []string{"testdata/good", "testdata/broken"} {
		for _, file := range documents(f, folder) {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text, filepath.Ext(file) != ".json")
		}
	}
	known := kinds(f)
	f.Fuzz(func(t *testing.T, text []byte, asYAML bool) {
		name := "fuzz.json"
		if asYAML {
			name = "fuzz.yaml"
		}
		if bytes.Contains(text, []byte("${file:")) {
			t.Skip("would read files of this machine")
		}
		given := bytes.Clone(text)
		d, err := document.Parse(name, text, known, options)
		if !bytes.Equal(given, text) {
			t.Fatal("the text was changed")
		}
		if err == nil {
			checkAccepted(t, d, asYAML, text)
			return
		}
		e, ok := err.(*document.Error)
		if !ok || len(e.Faults) == 0 {
			t.Fatalf("got %T with %v", err, err)
		}
		checkPlaces(t, e, text)
	})
}

func checkAccepted(t *testing.T, d *document.Document, asYAML bool, text []byte) {
	t.Helper()
	if !asYAML && !json.Valid(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))) {
		t.Fatal("accepted what is not JSON")
	}
	names := make(map[string]bool)
	for _, m := range d.Modules {
		if names[m.Name] || m.Spec.New == nil || !json.Valid(m.Args) {
			t.Fatalf("accepted the module %+v", m)
		}
		names[m.Name] = true
	}
	for _, l := range d.Links {
		if !names[l.Sink] || l.Source != "*" && !names[l.Source] {
			t.Fatalf("accepted the link %+v", l)
		}
	}
}

// checkPlaces holds every fault to a place inside the text, in order.
func checkPlaces(t *testing.T, e *document.Error, text []byte) {
	t.Helper()
	lines := bytes.Split(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), []byte{'\n'})
	for i, f := range e.Faults {
		if f.Line < 1 || f.Line > len(lines) || f.Column < 1 {
			t.Fatalf("outside the text: %d:%d: %v", f.Line, f.Column, f)
		}
		if columns := utf8.RuneCount(lines[f.Line-1]); f.Column > columns+1 {
			t.Fatalf("outside its line of %d characters: %d:%d: %v", columns, f.Line, f.Column, f)
		}
		if i > 0 && f.Line < e.Faults[i-1].Line {
			t.Fatalf("out of order: %v", e)
		}
		if f.Problem == "" {
			t.Fatalf("no words at %d:%d", f.Line, f.Column)
		}
	}
	if rendered := e.Render(); !utf8.ValidString(rendered) && utf8.Valid(text) {
		t.Fatalf("rendered as broken text: %q", rendered)
	}
	if strings.Contains(e.Error(), "hunter2") && !bytes.Contains(text, []byte("hunter2")) {
		t.Fatalf("a secret shows: %v", e)
	}
}

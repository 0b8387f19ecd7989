package fuzz

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/standard"
)

// FuzzDocument: any text is read within a bound of memory; what is refused is refused with places
// inside the text; what is accepted is read as the same document when it is written anew; a text in
// JSON means the same, mistakes included, when it is written in YAML; and what is accepted the JSON
// Schema that editors use accepts too.
func FuzzDocument(f *testing.F) {
	for _, name := range documents(f) {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if !strings.Contains(name, "-bomb.") { // TestHostileDocuments has those
			f.Add(text, filepath.Ext(name) != ".json")
		}
	}
	r := newReader(f)
	f.Fuzz(func(t *testing.T, text []byte, asYAML bool) {
		if bytes.Contains(text, []byte("${file:")) {
			return // it would read files of this machine
		}
		d, mistakes := r.read(t, text, asYAML)
		if d != nil {
			r.checkRendering(t, d)
		}
		if plain := bytes.TrimPrefix(text, byteOrderMark); !asYAML && json.Valid(plain) && utf8.Valid(plain) {
			r.checkTwin(t, plain, d, mistakes)
			r.checkSchema(t, plain, d != nil)
		}
	})
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// checkRendering reads what is written of a document. What runs in another process cannot be written
// from what is known of it.
func (r *reader) checkRendering(t *testing.T, d *document.Document) {
	t.Helper()
	for _, m := range d.Modules {
		if _, known := r.kinds.Lookup(m.Spec.Name); !known {
			return
		}
	}
	if !sayable(d) {
		return
	}
	text := rendered(t, d)
	again, err := r.read(t, text, false)
	if err != nil {
		t.Fatalf("what was written of a document is refused: %v\n%s", err, text)
	}
	same(t, d, again)
}

// checkTwin reads a text in JSON as YAML.
func (r *reader) checkTwin(t *testing.T, text []byte, d *document.Document, mistakes *document.Error) {
	t.Helper()
	if bytes.Contains(text, []byte(`\ud`)) || bytes.Contains(text, []byte(`\uD`)) {
		return // half of a surrogate pair, which only JSON can write
	}
	twin := yamlOf(t, text)
	other, others := r.read(t, twin, true)
	if one, two := words(mistakes), words(others); !slices.Equal(one, two) {
		t.Fatalf("in JSON the mistakes are\n%s\nin YAML\n%s\n%s", strings.Join(one, "\n"), strings.Join(two, "\n"), twin)
	}
	if d != nil {
		same(t, d, other)
	}
}

var lineNumber = regexp.MustCompile(`line \d+`)

// words are the mistakes without their places, sorted.
func words(e *document.Error) (list []string) {
	if e == nil {
		return nil
	}
	for _, f := range e.Faults {
		list = append(list, lineNumber.ReplaceAllString(f.Error(), "line N"))
	}
	slices.Sort(list)
	return list
}

// documents lists those of the repository that are small, with the broken ones.
func documents(tb testing.TB) (names []string) {
	tb.Helper()
	for _, folder := range []string{"../document/testdata/good", "../document/testdata/broken", "../examples"} {
		for _, ending := range []string{"*.json", "*.yaml"} {
			found, err := filepath.Glob(filepath.Join(folder, ending))
			if err != nil {
				tb.Fatal(err)
			}
			names = append(names, found...)
		}
	}
	if len(names) < 50 {
		tb.Fatalf("found %d documents only", len(names))
	}
	return names
}

// reader reads documents with the standard modules and a fixed environment.
type reader struct {
	kinds  *module.Registry
	schema *jsonschema.Schema
	env    func(string) (string, bool)
}

func newReader(tb testing.TB) *reader {
	tb.Helper()
	kinds, err := standard.Registry()
	if err != nil {
		tb.Fatal(err)
	}
	r := &reader{kinds: kinds, schema: schemaOf(tb, kinds)}
	r.env = func(name string) (string, bool) { return "7", !strings.HasPrefix(name, "UN") }
	return r
}

func schemaOf(tb testing.TB, kinds *module.Registry) *jsonschema.Schema {
	tb.Helper()
	text, err := document.Schema(kinds)
	if err != nil {
		tb.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("gateway.schema.json", value); err != nil {
		tb.Fatal(err)
	}
	schema, err := c.Compile("gateway.schema.json")
	if err != nil {
		tb.Fatal(err)
	}
	return schema
}

// What reading may allocate, in bytes: for each byte of the text, for any text (a thousand mistakes
// with a guess at each), and for one with aliases, which may stand for 2^18 values.
const (
	memoryFactor  = 2000
	memoryBase    = 8 << 20
	memoryAliases = 96 << 20
)

func memoryMax(text []byte, asYAML bool) int {
	if asYAML && bytes.ContainsRune(text, '*') {
		return memoryAliases
	}
	return memoryBase + memoryFactor*len(text)
}

// read returns the document, or the mistakes after a look at them.
func (r *reader) read(t testing.TB, text []byte, asYAML bool) (d *document.Document, e *document.Error) {
	t.Helper()
	checkAllocation(t, memoryMax(text, asYAML), func() { d, e = r.parse(t, text, asYAML) })
	if e != nil {
		checkMistakes(t, text, e)
	}
	return d, e
}

func (r *reader) parse(t testing.TB, text []byte, asYAML bool) (d *document.Document, e *document.Error) {
	t.Helper()
	name := "fuzz.json"
	if asYAML {
		name = "fuzz.yaml"
	}
	d, err := document.Parse(name, text, r.kinds, document.Options{Env: r.env})
	if err != nil && (!errors.As(err, &e) || len(e.Faults) == 0) {
		t.Fatalf("got %T with %v", err, err)
	}
	return d, e
}

// checkSchema holds the schema to accept what the reader accepts. The schema knows less, so it may
// accept more.
func (r *reader) checkSchema(t testing.TB, text []byte, accepted bool) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.schema.Validate(value); accepted && err != nil {
		t.Fatalf("accepted, but the schema refuses it: %v\n%s", err, text)
	}
}

// checkMistakes holds every mistake to words and a place inside the text, in order.
func checkMistakes(t testing.TB, text []byte, e *document.Error) {
	t.Helper()
	lines := bytes.Split(bytes.TrimPrefix(text, byteOrderMark), []byte{'\n'})
	last := 1
	for _, f := range e.Faults {
		if f.Line < last || f.Line > len(lines) || f.Column < 1 ||
			f.Column > utf8.RuneCount(lines[f.Line-1])+1 || f.Problem == "" {
			t.Fatalf("not in its place: %d:%d: %v", f.Line, f.Column, f)
		}
		last = f.Line
	}
	if shown := e.Render(); utf8.Valid(text) && !utf8.ValidString(shown) || strings.ContainsAny(shown, "\x1b\x00\r") {
		t.Fatalf("shown as %q", shown)
	}
}

// same holds two documents to the same meaning: what is written of them is the same.
func same(t testing.TB, a, b *document.Document) {
	t.Helper()
	if one, other := rendered(t, a), rendered(t, b); !bytes.Equal(one, other) {
		t.Fatalf("one document is\n%s\nand the other\n%s", one, other)
	}
}

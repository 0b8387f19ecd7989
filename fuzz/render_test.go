package fuzz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/filter"
)

// The keys of a document, in an order that does not change.
type (
	wholeText struct {
		Modules    []moduleText `json:"modules"`
		Links      []linkText   `json:"links"`
		DeadLetter string       `json:"deadLetter,omitempty"`
		Engine     *engineText  `json:"engine,omitempty"`
		Loaders    []loaderText `json:"loaders,omitempty"`
	}
	loaderText struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	moduleText struct {
		Name     string          `json:"name"`
		Module   string          `json:"module"`
		Args     json.RawMessage `json:"args"`
		Filter   *string         `json:"filter,omitempty"`
		Restart  restartText     `json:"restart"`
		Capacity int             `json:"capacity,omitempty"`
	}
	restartText struct {
		Policy  string `json:"policy"`
		Max     int    `json:"max,omitempty"`
		Backoff string `json:"backoff,omitempty"`
		Hang    string `json:"hang,omitempty"`
	}
	engineText struct {
		Memory        string `json:"memory,omitempty"`
		Overflow      string `json:"overflow,omitempty"`
		Content       string `json:"content,omitempty"`
		PropertyBytes string `json:"propertyBytes,omitempty"`
		Properties    int    `json:"properties,omitempty"`
		Keys          int    `json:"keys,omitempty"`
	}
	linkText struct {
		Source   string       `json:"source"`
		Sink     string       `json:"sink"`
		Filter   string       `json:"filter"`
		Delivery deliveryText `json:"delivery"`
	}
	deliveryText struct {
		Overflow string `json:"overflow"`
		Timeout  string `json:"timeout,omitempty"`
	}
)

// TestRenderingIsWhole: what documents can say newly must be written here too, or two that differ in
// it would pass as the same.
func TestRenderingIsWhole(t *testing.T) {
	for kind, written := range map[reflect.Type]int{
		reflect.TypeFor[document.Document](): 7, // File is not of the text, Secrets are what it leaves out, Engine is not written yet
		reflect.TypeFor[document.Module]():   7, // Discards is of v1's form alone: see sayable
		reflect.TypeFor[document.Restart]():  4,
		reflect.TypeFor[document.Link]():     4,
		reflect.TypeFor[engine.Delivery]():   2,
	} {
		n := 0
		for _, field := range reflect.VisibleFields(kind) {
			if field.IsExported() {
				n++
			}
		}
		if n != written {
			t.Errorf("%v has %d fields; %d are known", kind, n, written)
		}
	}
}

// sizeText writes a size in a unit that divides it: a text has ten digits at most.
func sizeText(n int64) string {
	switch {
	case n == 0:
		return ""
	case n%(1<<20) == 0:
		return fmt.Sprintf("%dMiB", n>>20)
	case n%1_000_000 == 0:
		return fmt.Sprintf("%dMB", n/1_000_000)
	case n%(1<<10) == 0:
		return fmt.Sprintf("%dKiB", n>>10)
	}
	return fmt.Sprintf("%dB", n)
}

// rendered writes a document anew from what was understood of it.
func rendered(t testing.TB, d *document.Document) []byte {
	t.Helper()
	w := wholeText{Modules: []moduleText{}, Links: []linkText{}, DeadLetter: d.DeadLetter}
	if o := d.Engine; o != (engine.Options{}) {
		w.Engine = &engineText{
			sizeText(o.Memory), sizeText(o.Overflow), sizeText(int64(o.Limits.Content)),
			sizeText(int64(o.Limits.PropertyBytes)), o.Limits.Properties, o.Keys,
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Loaders)) {
		w.Loaders = append(w.Loaders, loaderText{d.Loaders[name], name})
	}
	for _, m := range d.Modules {
		w.Modules = append(w.Modules, moduleText{
			m.Name, m.Spec.Name, literal(m.Args), filterText(m.Filter), restartOf(m.Restart), m.Capacity,
		})
	}
	for _, l := range d.Links {
		w.Links = append(w.Links, linkText{
			l.Source, l.Sink, *filterText(&l.Filter), deliveryText{l.Delivery.WhenFull.String(), waiting(l.Delivery.Timeout)},
		})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(w); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// literal writes values in which nothing is a variable any more.
func literal(args json.RawMessage) json.RawMessage {
	return bytes.ReplaceAll(args, []byte("${"), []byte("$${"))
}

func filterText(f *filter.Filter) *string {
	if f == nil {
		return nil
	}
	text := strings.ReplaceAll(f.String(), "${", "$${")
	return &text
}

func restartOf(r document.Restart) restartText {
	return restartText{
		Policy: map[bool]string{false: "on_failure", true: "never"}[r.Never],
		Max:    r.Max, Backoff: waiting(r.Backoff), Hang: waiting(r.Hang),
	}
}

func waiting(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// yamlOf writes JSON as YAML in blocks, in the order of the JSON and with its duplicates. Texts are
// in double quotes, where the two languages have the same escapes.
func yamlOf(t testing.TB, text []byte) []byte {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var b strings.Builder
	if err := block(&b, d, 0); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

// block writes the next value of d, which stands behind a key or a dash.
func block(b *strings.Builder, d *json.Decoder, indent int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, isDelim := token.(json.Delim)
	switch {
	case !isDelim:
		b.WriteString(" " + scalar(token) + "\n")
		return nil
	case !d.More():
		b.WriteString(" " + map[json.Delim]string{'{': "{}", '[': "[]"}[open] + "\n")
	default:
		b.WriteString("\n")
	}
	for d.More() {
		b.WriteString(strings.Repeat(" ", indent))
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			b.WriteString(scalar(key) + ":")
		} else {
			b.WriteString("-")
		}
		if err := block(b, d, indent+1); err != nil {
			return err
		}
	}
	_, err = d.Token() // the closing bracket
	return err
}

func scalar(token json.Token) string {
	if token == nil {
		return "null"
	}
	if text, ok := token.(string); ok {
		return yamlQuoted(text)
	}
	return fmt.Sprint(token)
}

// yamlQuoted escapes all that is not plain ASCII, so that no character means something to YAML.
func yamlQuoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r == 0x7f || r > 0xff && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		case r > 0x7f:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// sayable tells whether a document can be said in the modern form: in v1's, links may lead to modules
// that throw away what comes.
func sayable(d *document.Document) bool {
	return !slices.ContainsFunc(d.Modules, func(m document.Module) bool { return m.Discards && !m.Spec.Receives() })
}

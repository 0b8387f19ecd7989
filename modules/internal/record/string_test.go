package record

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestAppendString(t *testing.T) {
	for text, want := range map[string]string{
		"":                     `""`,
		`a"b\c/`:               `"a\"b\\c/"`,
		"\x00\x1b\t\n\r\x7f":   `"\u0000\u001b\t\n\r\u007f"`,
		"Größe 😀 <&>":          `"Größe 😀 <&>"`,
		"\u0085\u2028\u2029x":  `"\u0085\u2028\u2029x"`,
		"\xff\xc3(":            `"\ufffd\ufffd("`,
		"\ufffd":               "\"\ufffd\"",
		"a\u202eb\u2066\u061c": `"a\u202eb\u2066\u061c"`,
	} {
		if got := string(AppendString(nil, []byte(text))); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// FuzzAppendString holds the escaping against encoding/json: what it reads back is what it would
// have read back from its own writing, and no control character is left in the text.
func FuzzAppendString(f *testing.F) {
	f.Add([]byte("Größe\x00\x1b\u2028\u0085\xff\"\\"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := AppendString([]byte("prefix"), text)
		got, found := bytes.CutPrefix(got, []byte("prefix"))
		if !found {
			t.Fatalf("%q: what stood before is lost", text)
		}
		theirs, err := json.Marshal(string(text))
		if err != nil {
			t.Fatal(err)
		}
		var want, read string
		if err := json.Unmarshal(theirs, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(got, &read); err != nil {
			t.Fatalf("%q: %s: %v", text, got, err)
		}
		if read != want {
			t.Fatalf("%q: read back as %q, want %q", text, read, want)
		}
		if i := strings.IndexFunc(string(got), isControl); i >= 0 {
			t.Fatalf("%q: a control character in %q", text, got)
		}
	})
}

// FuzzAppendJSON holds the rewriting against encoding/json: it is the same value, on one line, and
// no control character is left in it.
func FuzzAppendJSON(f *testing.F) {
	f.Add([]byte("{ \"a\\\"\\\\\" : [1e3,\n\"\u202e\u0085\"] }"))
	f.Add([]byte(`"\u202e"`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if !IsJSON(text) {
			return
		}
		got := AppendJSON(nil, text)
		var want, read any
		if json.Unmarshal(text, &want) != nil {
			return // a number out of range
		}
		if err := json.Unmarshal(got, &read); err != nil || !reflect.DeepEqual(read, want) {
			t.Fatalf("%q: %q, %v", text, got, err)
		}
		if i := strings.IndexFunc(string(got), isControl); i >= 0 {
			t.Fatalf("%q: a control character in %q", text, got)
		}
	})
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

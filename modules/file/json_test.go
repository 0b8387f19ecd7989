package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestJSONFields(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`{}`, ""},
		{` { } `, ""},
		{`{ "a" : 1 , "b" : [ ] , "c" : "x" } `, "a=1 c=x"},
		{`{"a":"x"}`, "a=x"},
		{`{"a":1e3,"b":1.50,"c":-0,"d":12345678901234567890123}`,
			"a=1e3 b=1.50 c=-0 d=12345678901234567890123"},
		{`{"t":true,"f":false,"n":null}`, "t=true f=false"},
		{`{"o":{"x":[1,"}"]},"l":[[{}]],"after":"1"}`, "after=1"},
		{`{"tab\t":"\u00fc\ud83d\ude00\/\"\\"}`, "tab\t=ü😀/\"\\"},
		{`{"half":"\ud800x"}`, "half=\ufffdx"},
		{`{"ü":"ß"}`, "ü=ß"},
		{`{"":""}`, "="},
		{`{"twice":1,"twice":2}`, "twice=1 twice=2"},
	} {
		fields, skip, err := new(objects).parse([]byte(c.line), nil)
		if got := show(fields); got != c.want || skip || err != nil {
			t.Errorf("%s: %q, skip %v, %v; want %q", c.line, got, skip, err, c.want)
		}
	}
}

func TestJSONNoObject(t *testing.T) {
	for _, line := range []string{`17`, `[{"a":1}]`, `"text"`, ` true `, `null`, `[]`} {
		fields, skip, err := new(objects).parse([]byte(line), nil)
		if !errors.Is(err, errNotObject) || skip || len(fields) > 0 {
			t.Errorf("%s: %q, skip %v, %v", line, show(fields), skip, err)
		}
	}
}

func TestJSONMalformed(t *testing.T) {
	for _, line := range []string{
		`{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{"a":01}`, `{"a":+1}`, `{"a":.5}`,
		`{"a":1.}`, `{"a":1e}`, `{"a":-}`, `{"a":tru}`, `{"a":trueish}`, `{"a":[}`, `{"a":[}]}`,
		`{"a":"\x"}`, `{"a":"\u12"}`, `{"a":"\u12g4"}`, "{\"a\":\"\x01\"}", `{"a":"b}`, `{"a":"\`,
		`{a:1}`, `{"a" 1}`, `{"a":1} x`, `{"a":1}{}`, `{'a':1}`, `{"a":1 "b":2}`, `{,}`, `text`, `[`,
		`{"a":{"b":nul}}`, `{"a":["\`, `{"a":NaN}`,
	} {
		fields, skip, err := new(objects).parse([]byte(line), nil)
		if err == nil || skip || len(fields) > 0 {
			t.Errorf("%s: %q, skip %v, %v", line, show(fields), skip, err)
		}
	}
}

func TestJSONBlank(t *testing.T) {
	for _, line := range []string{"", " ", "\t\r "} {
		if _, skip, err := new(objects).parse([]byte(line), nil); !skip || err != nil {
			t.Errorf("%q: skip %v, %v", line, skip, err)
		}
	}
}

func show(fields []field) string {
	var parts []string
	for _, f := range fields {
		parts = append(parts, string(f.key)+"="+string(f.value))
	}
	return strings.Join(parts, " ")
}

// FuzzJSON holds the scanner against encoding/json: the same lines are accepted, and the same
// members found, in the same order.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":1e3,"b":"\u00fc\n","c":{"d":[1,2]},"e":true,"f":null,"":-0.5E+2}`))
	f.Add([]byte(`{"a":"\ud83d\ude00\ud800\udc","b":[[]],"a":"}"}`))
	f.Add([]byte("{\"\xff\":\"\xc3\x28\"}"))
	o := new(objects)
	f.Fuzz(func(t *testing.T, line []byte) {
		before := bytes.Clone(line)
		fields, skip, err := o.parse(line, nil)
		if !bytes.Equal(line, before) {
			t.Fatalf("%q was changed to %q", before, line)
		}
		if skip {
			if len(bytes.Trim(line, " \t\r\n")) > 0 {
				t.Fatalf("%q: skipped", line)
			}
			return
		}
		if valid := json.Valid(line); valid != (err == nil || errors.Is(err, errNotObject)) {
			t.Fatalf("%q: valid %v, scanner says %v", line, valid, err)
		}
		if want := oracle(line); err == nil && normal(fields) != want {
			t.Fatalf("%q:\n got %q\nwant %q", line, normal(fields), want)
		}
	})
}

// normal writes fields with U+FFFD for each byte that is not UTF-8, as encoding/json returns them.
func normal(fields []field) string {
	var b strings.Builder
	for _, f := range fields {
		key, value := []rune(string(f.key)), []rune(string(f.value))
		b.WriteString(string(key) + "\x00" + string(value) + "\x01")
	}
	return b.String()
}

func oracle(line []byte) string {
	var b strings.Builder
	d := json.NewDecoder(bytes.NewReader(line))
	if open, _ := d.Token(); open != json.Delim('{') {
		return ""
	}
	for d.More() {
		key, _ := d.Token()
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return b.String()
		}
		text := string(value)
		switch value[0] {
		case '{', '[', 'n':
			continue
		case '"':
			_ = json.Unmarshal(value, &text)
		}
		b.WriteString(key.(string) + "\x00" + text + "\x01")
	}
	return b.String()
}

var telemetry = []byte(`{"time":"2026-11-22T20:54:06.123456Z","device":"press-04",` +
	`"kind":"temperature","value":21.375,"unit":"°C","ok":true,"seq":123456,"tags":["a","b"],"pos":{"x":1,"y":2}}`)

func BenchmarkJSON(b *testing.B) {
	b.SetBytes(int64(len(telemetry)))
	b.ReportAllocs()
	o, fields := new(objects), make([]field, 0, 16)
	for b.Loop() {
		var err error
		if fields, _, err = o.parse(telemetry, fields[:0]); err != nil || len(fields) != 7 {
			b.Fatal(len(fields), err)
		}
	}
}

// TestJSONAsTheStandardLibrary: of all short texts, of numbers and of what else there is, those are
// taken that encoding/json takes.
func TestJSONAsTheStandardLibrary(t *testing.T) {
	for around, alphabet := range map[string]string{`{"a":%}`: "-+.eE019", `{%`: "{}[],:\"1"} {
		before, after, _ := strings.Cut(around, "%")
		var text []byte
		var grow func(left int)
		grow = func(left int) {
			line := before + string(text) + after
			_, _, err := new(objects).parse([]byte(line), nil)
			if want := json.Valid([]byte(line)); want != (err == nil) {
				t.Fatalf("%s: %v, and encoding/json takes it: %v", line, err, want)
			}
			for i := 0; left > 0 && i < len(alphabet); i++ {
				text = append(text, alphabet[i])
				grow(left - 1)
				text = text[:len(text)-1]
			}
		}
		grow(5)
	}
}

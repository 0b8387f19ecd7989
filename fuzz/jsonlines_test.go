package fuzz

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module/moduletest"
)

// FuzzJSONLines: however a text arrives piece by piece, the module publishes its lines byte for byte,
// with the properties that encoding/json finds in them.
func FuzzJSONLines(f *testing.F) {
	for _, text := range []string{
		"{\"a\":1}\n{\"b\":\"x\\u00fc\"}", "\xef\xbb\xbf{\"a\":true}\r\n\r\n \n{}\n", "[1]\nnot\n{\"a\":{\"b\":1},\"c\":null}\n",
		"{\"\":\"\\u0000\",\"a\":1,\"a\":2}\n\r\n\n", "{\"a\":1e3}x\n\xef\xbb", strings.Repeat("{\"k\":\"v\"}\n", 40),
	} {
		f.Add([]byte(text), uint8(1))
		f.Add([]byte(text), uint8(200))
	}
	f.Fuzz(func(t *testing.T, text []byte, step uint8) {
		if len(text) > sourceMax {
			return
		}
		got, err := publishedFrom(t, `"jsonl"`, text, step)
		if err != nil {
			t.Fatal(err)
		}
		var want []moduletest.Message
		for _, line := range linesOf(text) {
			if len(bytes.Trim(line, " \t\r\n")) > 0 {
				want = append(want, moduletest.Message{Properties: naiveMembers(line), Content: string(line)})
			}
		}
		compareMessages(t, text, got, want)
	})
}

// linesOf cuts a text into lines without their endings; a byte order mark is not of the text. Where there
// is no line feed, carriage returns end the lines.
func linesOf(text []byte) (all [][]byte) {
	if returnsOnly(text) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	for line := range bytes.Lines(bytes.TrimPrefix(text, byteOrderMark)) {
		all = append(all, bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")))
	}
	return all
}

func returnsOnly(text []byte) bool {
	return bytes.IndexByte(text, '\r') >= 0 && bytes.IndexByte(text, '\n') < 0
}

// naiveMembers returns the strings, numbers and booleans of an object; nil where the oracle has no
// opinion: encoding/json replaces what is not UTF-8, and not all may fit.
func naiveMembers(line []byte) map[string]string {
	members := make(map[string]string)
	if !json.Valid(line) {
		return members
	}
	if !utf8.Valid(line) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(line))
	if open, _ := d.Token(); open != json.Delim('{') {
		return members
	}
	fields, size := 0, 0
	for d.More() {
		key, _ := d.Token()
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil
		}
		text := string(value)
		if strings.ContainsRune("{[n", rune(text[0])) {
			continue
		}
		if text[0] == '"' {
			_ = json.Unmarshal(value, &text) // cannot fail: it is valid
		}
		fields, size = fields+1, size+len(key.(string))+len(text)+2
		if !strings.Contains(key.(string)+text, "\x00") {
			members[key.(string)] = text
		}
	}
	if fields > message.DefaultProperties || size > message.DefaultPropertyBytes {
		return nil
	}
	return members
}

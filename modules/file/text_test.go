package file_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
)

func wide(text string, order binary.AppendByteOrder) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

// readWith runs the module over a text on its standard input, with more arguments, to the end.
func readWith(t *testing.T, args string, text io.Reader) *moduletest.Rig {
	t.Helper()
	rig, err := tryReading(t, args, text)
	if err != nil {
		t.Fatal(err)
	}
	return rig
}

// tryReading is readWith, and returns what the module's task ended with.
func tryReading(t *testing.T, args string, text io.Reader) (*moduletest.Rig, error) {
	t.Helper()
	rig := moduletest.Start(t, file.Spec(), `{"path":"-",`+args+`}`, moduletest.Options{Stdin: text})
	err := rig.Wait()
	if stopped := rig.Stop(); err == nil {
		err = stopped
	}
	return rig, err
}

func TestUTF16(t *testing.T) {
	const text = "größe,Ω\r\n1,😀\r\n2,\u2028\r\n"
	for _, c := range []struct{ args, text, says string }{
		{`"encoding":"auto"`, wide("\ufeff"+text, binary.LittleEndian), "from=utf-16le"},
		{`"encoding":"auto"`, wide("\ufeff"+text, binary.BigEndian), "from=utf-16be"},
		{`"encoding":"utf-16le"`, wide(text, binary.LittleEndian), ""},
		{`"encoding":"utf-16be"`, wide("\ufeff"+text, binary.BigEndian), ""},
	} {
		for _, in := range []io.Reader{strings.NewReader(c.text), byByte(c.text)} {
			rig := readWith(t, `"format":"csv",`+c.args, in)
			got := rig.Collected()
			if len(got) != 2 || got[0].Content != "1,😀" || got[0].Properties["größe"] != "1" ||
				got[1].Properties["Ω"] != "\u2028" {
				t.Errorf("%s, %q: %+v", c.args, c.text, got)
			}
			if !strings.Contains(rig.Logged(), c.says) {
				t.Errorf("%s: log:\n%s", c.args, rig.Logged())
			}
		}
	}
}

// TestUTF16Damaged: halves of pairs and of units are replaced, and nothing behind them is lost.
func TestUTF16Damaged(t *testing.T) {
	text := "\xff\xfea\x00\x00\xd8b\x00\n\x00c\x00d"
	got := contents(readWith(t, `"format":"lines"`, strings.NewReader(text)).Collected())
	if fmt.Sprintf("%q", got) != `["a\ufffdb" "c\ufffd"]` && fmt.Sprintf("%q", got) != `["a�b" "c�"]` {
		t.Errorf("%q", got)
	}
}

func TestUTF16WithoutMark(t *testing.T) {
	rig := readWith(t, `"format":"lines"`, strings.NewReader(wide("one\n", binary.LittleEndian)))
	if !strings.Contains(rig.Logged(), "utf-16le") {
		t.Errorf("log:\n%s", rig.Logged())
	}
}

// TestPlaces: the log tells where a record begins, in bytes of the file.
func TestPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"{}\n\n[1]\n":             "line=3 byte=4",
		"\xef\xbb\xbf{}\r\n[1]\n": "line=2 byte=7",
		wide("\ufeff{\"a\":\"😀\"}\n[1]\n", binary.LittleEndian): "line=2 byte=24",
	} {
		rig := readWith(t, `"format":"jsonl"`, strings.NewReader(text))
		if !strings.Contains(rig.Logged(), want) {
			t.Errorf("%q: want %s in:\n%s", text, want, rig.Logged())
		}
	}
}

func TestCarriageReturns(t *testing.T) {
	for text, want := range map[string]string{
		"one\rtwo\rthree":     `["one" "two" "three"]`,
		"one\rtwo\r":          `["one" "two"]`,
		"one\r":               `["one"]`,
		"one\r\rtwo":          `["one" "" "two"]`,
		"10%\r20%\rdone\nend": `["10%\r20%\rdone" "end"]`,
	} {
		for _, in := range []io.Reader{strings.NewReader(text), byByte(text)} {
			got := contents(read(t, "lines", in).Collected())
			if fmt.Sprintf("%q", got) != want {
				t.Errorf("%q: %q, want %s", text, got, want)
			}
		}
	}
	many := strings.Repeat("a line\r", 1<<18)
	if got := read(t, "lines", strings.NewReader(many)).Collected(); len(got) != 1<<18 {
		t.Errorf("%d lines", len(got))
	}
	rig := read(t, "csv", strings.NewReader("a,b\r1,\"2\r3\"\r4,5\r"))
	if got := rig.Collected(); len(got) != 2 || got[0].Properties["b"] != "2\r3" {
		t.Errorf("%+v", got)
	}
}

// TestNoObjects: lines that are JSON, but no objects, are counted and said once.
func TestNoObjects(t *testing.T) {
	rig := read(t, "jsonl", strings.NewReader("[1]\n2\n\"x\"\n{}\n"))
	if n := len(rig.Collected()); n != 4 {
		t.Errorf("%d messages", n)
	}
	if log := rig.Logged(); strings.Count(log, "no objects") != 2 || !strings.Contains(log, "total=3") {
		t.Errorf("log:\n%s", log)
	}
}

func zip(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGzip(t *testing.T) {
	text := zip(t, "one\ntwo\n") + zip(t, "three\n")
	for _, in := range []io.Reader{strings.NewReader(text), byByte(text)} {
		rig := read(t, "lines", in)
		if got := contents(rig.Collected()); fmt.Sprint(got) != "[one two three]" {
			t.Errorf("%q", got)
		}
		if !strings.Contains(rig.Logged(), "decompressing gzip data") {
			t.Errorf("log:\n%s", rig.Logged())
		}
	}
	if got := contents(read(t, "lines", strings.NewReader("\x1f")).Collected()); fmt.Sprintf("%q", got) != `["\x1f"]` {
		t.Errorf("%q", got)
	}
}

func TestGzipDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log.gz")
	whole := zip(t, strings.Repeat("one\n", 10_000))
	for name, text := range map[string]string{
		"cut off": whole[:len(whole)-9], "checksum": whole[:len(whole)-8] + "12345678", "header": "\x1f\x8bxx",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		rig := moduletest.Start(t, file.Spec(), fmt.Sprintf(`{"path":%q}`, filepath.ToSlash(path)), moduletest.Options{})
		err := rig.Wait()
		if err == nil || !strings.Contains(err.Error(), "app.log.gz: the gzip data is damaged or cut off") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPattern(t *testing.T) {
	dir := t.TempDir()
	for i, f := range []struct{ name, text string }{
		{"app.log.3.gz", zip(t, "one\n")}, {"app.log.2.gz", zip(t, "two")}, {"app.log.1", "three\n"},
		{"app.log", "four\n"}, {"other.log", "five\n"},
	} {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Duration(i-10) * time.Hour)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	args := fmt.Sprintf(`{"path":%q}`, filepath.ToSlash(filepath.Join(dir, "app.log*")))
	rig := moduletest.Start(t, file.Spec(), args, moduletest.Options{})
	if err := rig.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := contents(rig.Await(4)); fmt.Sprint(got) != "[one two three four]" {
		t.Errorf("%q", got)
	}
}

// TestPatternName: a file that is called like a pattern is read as what it is.
func TestPatternName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app[1].log")
	if err := os.WriteFile(path, []byte("one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rig := moduletest.Start(t, file.Spec(), fmt.Sprintf(`{"path":%q}`, filepath.ToSlash(path)), moduletest.Options{})
	if got := contents(rig.Await(1)); got[0] != "one" {
		t.Errorf("%q", got)
	}
}

func TestFormatOf(t *testing.T) {
	for name, columns := range map[string]string{
		"a.csv": "1", "a.csv.gz": "1", "a.csv.2": "1", "*.csv": "1", "a.csv-20261130": "1",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, strings.ReplaceAll(name, "*", "b"))
		if err := os.WriteFile(path, []byte("column\n1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		args := fmt.Sprintf(`{"path":%q}`, filepath.ToSlash(filepath.Join(dir, name)))
		rig := moduletest.Start(t, file.Spec(), args, moduletest.Options{})
		if got := rig.Await(1)[0]; got.Properties["column"] != columns {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

package file_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/file"
	"go.uber.org/goleak"
)

func TestConformance(t *testing.T) {
	for args, kind := range map[string]moduletest.Kind{
		`{"path":"-"}`: {Stdin: "{\"a\":1}\nnot JSON\n"},
		`{"path":"in.csv"}`: {
			Files: map[string]string{"in.csv": "a,b\n1,2\n1\n"},
		},
		`{"path":"in.*"}`: {
			Files: map[string]string{"in.csv": "a,b\n1,2\n1\n", "in.log": "x\n"},
		},
		`{"path":"in.log"}`:                   {Files: map[string]string{"in.log": "one\ntwo"}},
		`{"path":"absent.log","follow":true}`: {},
		`{"path":"in.jsonl","follow":true}`: {
			Files: map[string]string{"in.jsonl": "{\"a\":1}\nunfinished"},
		},
	} {
		t.Run(args, func(t *testing.T) {
			kind.Spec, kind.Args = file.Spec(), args
			kind.BadArgs = []string{
				`{"path":""}`, `{"path":"-","follow":true}`, `{"path":"x","format":"xml"}`,
				`{"path":"x","rotateWait":"1s"}`, `{"path":"x","follow":true,"rotateWait":"2h"}`,
			}
			moduletest.Run(t, kind)
		})
	}
}

// read runs the module over a text on its standard input, to the end.
func read(t *testing.T, format string, text io.Reader) *moduletest.Rig {
	t.Helper()
	args := fmt.Sprintf(`{"path":"-","format":%q}`, format)
	rig := moduletest.Start(t, file.Spec(), args, moduletest.Options{Stdin: text})
	if err := rig.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := rig.Stop(); err != nil {
		t.Fatal(err)
	}
	return rig
}

func contents(messages []moduletest.Message) []string {
	var list []string
	for _, m := range messages {
		list = append(list, m.Content)
	}
	return list
}

func TestLines(t *testing.T) {
	for text, want := range map[string][]string{
		"":                         {},
		"one":                      {"one"},
		"one\n":                    {"one"},
		"one\r\ntwo":               {"one", "two"},
		"\xef\xbb\xbfone\n\n\n":    {"one", "", ""},
		"\xef\xbb":                 {"\xef\xbb"},
		"\xef\xbb\xbf":             {},
		"a\r\rb\r\r\n":             {"a\r\rb\r"},
		"\x00\xff\n" + "\u2028x\n": {"\x00\xff", "\u2028x"},
	} {
		for _, in := range []io.Reader{strings.NewReader(text), byByte(text)} {
			got := contents(read(t, "lines", in).Collected())
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
	}
}

// byByte returns a reader that returns one byte at a time.
func byByte(text string) io.Reader { return oneByte{strings.NewReader(text)} }

type oneByte struct{ io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.Reader.Read(p[:min(len(p), 1)]) }

func TestJSONLines(t *testing.T) {
	rig := read(t, "jsonl", strings.NewReader(
		`{"kind":"cpu","value":1.50,"big":12345678901234567890,"e":1e3,"ok":true,"no":null}`+"\r\n"+
			"  \n"+
			"{\"kind\":\"cut off\n"+
			"[1,2]\n"+
			"{\"bad\":\"a\\u0000b\",\"good\":\"c\"}"))
	got := rig.Collected()
	want := []string{
		"map[big:12345678901234567890 e:1e3 kind:cpu ok:true value:1.50]", "map[]", "map[]",
		"map[good:c]",
	}
	for i, m := range got {
		if fmt.Sprint(m.Properties) != want[i] {
			t.Errorf("message %d: %v, want %s", i, m.Properties, want[i])
		}
	}
	if len(got) != 4 || got[1].Content != `{"kind":"cut off` {
		t.Errorf("%q", contents(got))
	}
	for _, text := range []string{
		"malformed lines, published without properties", "line=3", "not JSON",
		"fields left out", "line=5", "holds a NUL", "published=4",
	} {
		if !strings.Contains(rig.Logged(), text) {
			t.Errorf("the log says nothing of %q:\n%s", text, rig.Logged())
		}
	}
}

func TestCSVRows(t *testing.T) {
	for _, in := range []string{"", "\xef\xbb\xbf"} {
		text := in + "kind,value\r\ncpu,1.50\r\n\"a\nb\",\"2\"\r\nshort\r\nlast,3"
		for _, in := range []io.Reader{strings.NewReader(text), byByte(text)} {
			rig := read(t, "csv", in)
			var got []string
			for _, m := range rig.Collected() {
				got = append(got, fmt.Sprintf("%q %v", m.Content, m.Properties))
			}
			want := []string{
				`"cpu,1.50" map[kind:cpu value:1.50]`, `"\"a\nb\",\"2\"" map[kind:a` + "\n" + `b value:2]`,
				`"short" map[]`, `"last,3" map[kind:last value:3]`,
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%q:\n got %s\nwant %s", text, got, want)
			}
			if !strings.Contains(rig.Logged(), "line=5") {
				t.Errorf("the short row is not logged at its line:\n%s", rig.Logged())
			}
		}
	}
}

func TestCSVHeaderTwice(t *testing.T) {
	rig := moduletest.Start(t, file.Spec(), `{"path":"-","format":"csv"}`,
		moduletest.Options{Stdin: strings.NewReader("a,a\n1,2\n")})
	if err := rig.Wait(); err == nil || !strings.Contains(err.Error(), `"a" twice`) {
		t.Error(err)
	}
}

func TestLongLines(t *testing.T) {
	const most = 1 << 20
	text := "first\n" + strings.Repeat("x", most) + "\n" + strings.Repeat("y", most+1) + "\n" +
		strings.Repeat("z", 3*most) + "\r\nlast\n" + strings.Repeat("w", most+1)
	rig := read(t, "lines", strings.NewReader(text))
	var sizes []int
	for _, m := range rig.Collected() {
		sizes = append(sizes, len(m.Content))
	}
	if want := []int{5, most, 4}; fmt.Sprint(sizes) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", sizes, want)
	}
	if !strings.Contains(rig.Logged(), "too long\" module=subject new=2 total=3") ||
		!strings.Contains(rig.Logged(), "line=3") {
		t.Errorf("log:\n%s", rig.Logged())
	}
}

// TestUnclosedQuote: a quote that is never closed costs at most a mebibyte, and is counted.
func TestUnclosedQuote(t *testing.T) {
	row := "1," + strings.Repeat("x", 98) + "\n"
	text := "a,b\n1,\"open\n" + strings.Repeat(row, 20_000)
	rig := read(t, "csv", strings.NewReader(text))
	got := len(rig.Collected())
	if got < 20_000-(1<<20)/len(row)-1500 || got >= 20_000 {
		t.Errorf("%d rows", got)
	}
	if !strings.Contains(rig.Logged(), "a quote is never closed") {
		t.Errorf("log:\n%s", rig.Logged())
	}
}

func TestTooManyFields(t *testing.T) {
	var line strings.Builder
	line.WriteString("{\"long\":\"" + strings.Repeat("x", 100_000) + "\"")
	for i := range 100 {
		fmt.Fprintf(&line, ",\"f%d\":%d", i, i)
	}
	line.WriteString("}\n")
	rig := read(t, "jsonl", strings.NewReader(line.String()))
	m := rig.Collected()[0]
	if m.Content+"\n" != line.String() || len(m.Properties) != 64 || m.Properties["f0"] != "0" {
		t.Errorf("%d properties, %d bytes", len(m.Properties), len(m.Content))
	}
	if !strings.Contains(rig.Logged(), "fields left out") {
		t.Errorf("log:\n%s", rig.Logged())
	}
}

// TestPause: what has been written arrives although the writer goes on later.
func TestPause(t *testing.T) {
	in, out := io.Pipe()
	rig := moduletest.Start(t, file.Spec(), `{"path":"-"}`, moduletest.Options{Stdin: in})
	for i := range 5 {
		if _, err := fmt.Fprintf(out, "{\"n\":%d}\n{\"half\":", i); err != nil {
			t.Fatal(err)
		}
		if got := rig.Await(2*i + 1); got[2*i].Properties["n"] != fmt.Sprint(i) {
			t.Fatalf("%+v", got)
		}
		if _, err := io.WriteString(out, "1}\n"); err != nil {
			t.Fatal(err)
		}
		rig.Await(2*i + 2)
	}
	out.Close()
	if err := rig.Wait(); err != nil {
		t.Error(err)
	}
}

// TestStopDuringRead: a read that waits for ever does not hold up the gateway.
func TestStopDuringRead(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	stdin := struct{ io.Reader }{in} // which the rig cannot close
	rig := moduletest.Start(t, file.Spec(), `{"path":"-"}`, moduletest.Options{Stdin: stdin})
	if _, err := io.WriteString(out, "{}\nunfinished"); err != nil {
		t.Fatal(err)
	}
	rig.Await(1)
	if err := rig.Stop(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(rig.Logged(), "unreadBytes=10") {
		t.Errorf("log:\n%s", rig.Logged())
	}
}

// endless is an input that always has another line.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, "{}\n"), nil }

// TestStopEndsReading: the goroutine that reads ahead ends with the module.
func TestStopEndsReading(t *testing.T) {
	before := goleak.IgnoreCurrent()
	arrived := make(chan struct{}, 1)
	sink := engine.HandlerFunc(func(context.Context, *engine.Publisher, []message.Message) {
		select {
		case arrived <- struct{}{}:
		default:
		}
	})
	rig := moduletest.Start(t, file.Spec(), `{"path":"-"}`,
		moduletest.Options{Stdin: endless{}, Sink: sink})
	<-arrived
	if err := rig.Stop(); err != nil {
		t.Error(err)
	}
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ path, follow, want string }{
		{filepath.Join(dir, "absent"), "false", `does not exist; want an existing file, or "follow"`},
		{dir, "false", "a folder, not a file"},
		{dir, "true", "neither a regular file nor a named pipe"},
	} {
		m := file.Spec().New()
		args := fmt.Sprintf(`{"path":%q,"follow":%s}`, filepath.ToSlash(c.path), c.follow)
		if err := m.Configure(json.RawMessage(args)); err != nil {
			t.Fatal(err)
		}
		host := moduletest.NewHost(moduletest.Options{})
		err := m.(module.Opener).Open(context.Background(), host)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestFileEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.csv")
	if err := os.WriteFile(path, []byte("kind\ncpu\nmemory"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := fmt.Sprintf(`{"path":%q}`, filepath.ToSlash(path))
	rig := moduletest.Start(t, file.Spec(), args, moduletest.Options{})
	if err := rig.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := rig.Await(2); got[1].Properties["kind"] != "memory" {
		t.Errorf("%+v", got)
	}
}

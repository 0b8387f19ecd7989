package migrate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/migrate"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/standard"
)

// Commit a rewritten golden file only if you understand the change.
var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

func kinds(t testing.TB) *module.Registry {
	t.Helper()
	r, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func convert(t testing.TB, files ...string) *migrate.Result {
	t.Helper()
	var sources []migrate.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, migrate.Source{Name: filepath.Base(file), Text: text})
	}
	result, err := migrate.Convert(kinds(t), sources...)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// parse reads with an empty environment: a converted document has no variables.
func parse(t testing.TB, name string, text []byte) (*document.Document, error) {
	t.Helper()
	none := func(string) (string, bool) { return "", false }
	return document.Parse(name, text, kinds(t), document.Options{Env: none})
}

// TestConvert holds what becomes of each source, and that it passes the check, against golden files.
func TestConvert(t *testing.T) {
	for name, todos := range map[string]int{
		"every-form": 0, "cloud": 0, "first": 0, "deaf": 0, "languages": 6, "manifest": 6,
	} {
		t.Run(name, func(t *testing.T) {
			result := convert(t, "testdata/"+name+".json")
			if _, err := parse(t, "out.yaml", result.YAML); err != nil {
				t.Errorf("what came out: %v", err)
			}
			if result.Todos() != todos {
				t.Errorf("%d things to do, want %d", result.Todos(), todos)
			}
			golden(t, "testdata/"+name+".golden", result)
		})
	}
}

func golden(t *testing.T, path string, r *migrate.Result) {
	t.Helper()
	got := string(r.YAML) + "-- notes --\n"
	for _, n := range r.Notes {
		got += n.String() + "\n"
	}
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The documents of an update become one with what they update.
func TestSeveralSources(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	modules := write("modules.json", `{"modules": [{"name": "a", "loader": {"entrypoint": {"module.path": "libhello_world.so"}}}]}`)
	links := write("links.json", `{"links": [{"source": "a", "sink": "b"}]}`)
	more := write("more.json", "\xef\xbb\xbf"+`{"modules": [{"name": "b", "loader": {"entrypoint": {"module.path": "console.dll"}}}]}`)
	d, err := parse(t, "out.yaml", convert(t, modules, more, links).YAML)
	if err != nil || len(d.Modules) != 2 || len(d.Links) != 1 {
		t.Errorf("%v, %+v", err, d)
	}
	alone := convert(t, links)
	if alone.Todos() != 1 || !strings.Contains(alone.Notes[0].String(), "links.json:1:1: to do: links without modules") {
		t.Errorf("%v", alone.Notes)
	}
}

func TestWhatIsNoDocument(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "old: the document is empty",
		"{}":                      `old: neither a gateway document of v1, which has "modules" and "links"`,
		"[]":                      "old: neither",
		`{"modulesContent": {}}`:  "old: neither",
		`{"modules": [,]}`:        "old:1:14: a trailing comma",
		`{"links": [], // none`:   "old:1:15: a comment",
		`{"links":[],"links":[]}`: `old:1:13: links: duplicate key "links", first at line 1`,
		strings.Repeat("[", 99):   "old:1:65: nested more than 64",
		"\xff\xfe{":               "old:1:1: the text is UTF-16",
	} {
		_, err := migrate.Convert(kinds(t), migrate.Source{Name: "old", Text: []byte(text)})
		if err == nil || !strings.HasPrefix(strings.Replace(err.Error(), "old:1:1: the document is empty", "old: the document is empty", 1), want) {
			t.Errorf("%.30q: got %v, want %s", text, err, want)
		}
	}
}

// TestSamplesOfV1 converts every sample of v1 where a copy of them is at hand, placeholders filled in:
// what can be honoured passes the check and is the same document as before.
func TestSamplesOfV1(t *testing.T) {
	folder := os.Getenv("MILLRACE_V1_DATA")
	if folder == "" {
		t.Skip("MILLRACE_V1_DATA names no folder with v1's samples")
	}
	files, err := filepath.Glob(filepath.Join(folder, "samples", "*.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	placeholders := strings.NewReplacer("<<insert here IoTHubName>>", "contoso", "<<Azure IoT Hub Name>>", "contoso",
		"<<insert here IoTHubSuffix>>", "azure-devices.net", "<<Azure IoT Hub Suffix>>", "azure-devices.net",
		"<<insert here deviceKey>>", "a2V5", "<<Azure IoT Hub Device Key>>", "a2V5")
	todos := map[string]int{"azure_functions_lin.json": 1, "ble_gateway_sample.json": 3, "links_lin.json": 1}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, text := filepath.Base(file), []byte(placeholders.Replace(string(text)))
		result, err := migrate.Convert(kinds(t), migrate.Source{Name: name, Text: text})
		if err != nil || result.Todos() != todos[name] {
			t.Errorf("%s: %v, %v", name, err, result.Notes)
			continue
		}
		if name != "links_lin.json" {
			same(t, name, text, result.YAML)
		}
	}
}

// same holds what came out against what went in, if that can be read as it is.
func same(t *testing.T, name string, before, after []byte) {
	t.Helper()
	d, err := parse(t, name+".yaml", after)
	if err != nil {
		t.Errorf("%s: what came out: %v\n%s", name, err, after)
		return
	}
	old, err := parse(t, name, before)
	var mistakes *document.Error
	if errors.As(err, &mistakes) {
		return
	}
	if got, want := plain(t, d), plain(t, old); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: came out as\n%q\nbut was\n%q\n%s", name, got, want, after)
	}
}

// plain is a document as texts to compare, without links that lead nowhere.
func plain(t *testing.T, d *document.Document) (lines []string) {
	discards := make(map[string]bool)
	for _, m := range d.Modules {
		discards[m.Name] = m.Discards
		var args bytes.Buffer
		if err := json.Compact(&args, m.Args); err != nil {
			t.Fatal(err)
		}
		filter := ""
		if m.Filter != nil {
			filter = m.Filter.String()
		}
		lines = append(lines, fmt.Sprintf("module %s: %s %s %s %d %+v", m.Name, m.Spec.Name, &args, filter, m.Capacity, m.Restart))
	}
	for _, l := range d.Links {
		if discards[l.Sink] {
			continue
		}
		lines = append(lines, fmt.Sprintf("link %s->%s: %s %+v", l.Source, l.Sink, l.Filter.String(), l.Delivery))
	}
	return append(lines, d.DeadLetter)
}

// FuzzConvert: nothing panics, what comes out is YAML, and a document that is right stays the same.
func FuzzConvert(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	more, err := filepath.Glob("../document/testdata/good/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"modules":[{"name":"a","module":"hello_world","args":{"":null,"a\nb":"c\td","${":"${","-":"- ","#":"#"," ":" "}}],"links":[]}`))
	registry := kinds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		result, err := migrate.Convert(registry, migrate.Source{Name: "f", Text: text})
		if err != nil {
			return
		}
		if err := document.Syntax("f.yaml", result.YAML); err != nil {
			t.Fatalf("%v\n%s", err, result.YAML)
		}
		if !bytes.Contains(text, []byte("$")) && !bytes.Contains(text, []byte("u0024")) {
			if _, err := parse(t, "f.json", text); err == nil {
				same(t, "f.json", text, result.YAML)
			}
		}
	})
}

// FuzzTexts: whatever a text holds, a module gets it as v1's module did.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", " ", "a", "yes", "~", "null", "12", "1e3", "0x1F", "1_000", ".inf", "...", "---", "- x", "a: b",
		"a #b", "*a", "&a", "!a", "%a", "@a", "`a", "'", `"`, `\`, "${A}", "$${A}", "$$", "${", "a\nb\n", "\t", "\r", "\u0085", "\u2028",
		"\ufeff", "\x00", "\x7f", "😀", strings.Repeat("k", 1500), strings.Repeat("word ", 50), "=", "<<", "?", "? a", "[", "{", ",", "|", ">", "2001-01-01"} {
		f.Add(s)
	}
	registry := kinds(f)
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "�")
		args := map[string]any{s: s, "deviceKey": s, "list": []any{s, map[string]any{"in": s}}}
		if strings.ContainsAny(s, "\ufffe\uffff") {
			return // no reader of YAML takes these
		}
		want, err := json.Marshal(args)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(`{"modules": [{"name": "m", "loader": {"entrypoint": {"module.path": "libhello_world.so"}}, `+
			`"args": %s}], "links": []}`, want)
		result, err := migrate.Convert(registry, migrate.Source{Name: "f", Text: []byte(text)})
		if err != nil {
			return
		}
		d, err := parse(t, "f.yaml", result.YAML)
		if err != nil {
			t.Fatalf("%v\n%s", err, result.YAML)
		}
		var got map[string]any
		if err := json.Unmarshal(d.Modules[0].Args, &got); err != nil || !reflect.DeepEqual(got, args) {
			t.Errorf("%v: got %q, want %q\n%s", err, got, args, result.YAML)
		}
	})
}

// TestEveryLogIsPointedAt: links that are no concern hide none that is.
func TestEveryLogIsPointedAt(t *testing.T) {
	const text = `{"modules": [
		{"name": "m", "loader": {"name": "native", "entrypoint": {"module.path": "libidentity_map.so"}},
			"args": [{"macAddress": "01:01:01:01:01:01", "deviceId": "d", "deviceKey": "a2V5"}]},
		{"name": "d", "loader": {"name": "native", "entrypoint": {"module.path": "libsimulated_device.so"}},
			"args": {"macAddress": "01:01:01:01:01:01", "messagePeriod": 500}},
		{"name": "l", "loader": {"name": "native", "entrypoint": {"module.path": "liblogger.so"}},
			"args": {"filename": "log.txt"}}],
		"links": [{"source": "d", "sink": "m"}, {"source": "m", "sink": "l"}]}`
	r, err := migrate.Convert(kinds(t), migrate.Source{Name: "a.json", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(r.YAML), "keys of devices") {
		t.Errorf("%s", r.YAML)
	}
}

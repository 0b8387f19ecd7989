package document_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
)

// plain is a document as comparable data: functions and compiled filters by what they say.
type plain struct {
	Modules []plainModule
	Links   []plainLink
}

type plainModule struct {
	Name, Kind, Args, Filter string
	Capacity                 int
}

type plainLink struct {
	Source, Sink, Filter string
	Delivery             engine.Delivery
}

func plainOf(d *document.Document) plain {
	var p plain
	for _, m := range d.Modules {
		filter := "none"
		if m.Filter != nil {
			filter = m.Filter.String()
		}
		p.Modules = append(p.Modules,
			plainModule{m.Name, m.Spec.Name, string(m.Args), filter, m.Capacity})
	}
	for _, l := range d.Links {
		p.Links = append(p.Links, plainLink{l.Source, l.Sink, l.Filter.String(), l.Delivery})
	}
	return p
}

func load(t *testing.T, file string) *document.Document {
	t.Helper()
	d, err := document.Load(file, kinds(t), options)
	if err != nil {
		t.Fatal(err)
	}
	if d.File != file {
		t.Errorf("File is %q; want %q", d.File, file)
	}
	return d
}

// TestJSONAndYAMLAgree reads each good document in both syntaxes.
func TestJSONAndYAMLAgree(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("found %d documents, error %v", len(files), err)
	}
	for _, file := range files {
		fromJSON := plainOf(load(t, file))
		fromYAML := plainOf(load(t, strings.TrimSuffix(file, ".json")+".yaml"))
		if !reflect.DeepEqual(fromJSON, fromYAML) {
			t.Errorf("%s\n%+v\ndiffers from its YAML form\n%+v", file, fromJSON, fromYAML)
		}
	}
}

func TestEveryForm(t *testing.T) {
	got := plainOf(load(t, "testdata/good/forms.json"))
	want := plain{
		Modules: []plainModule{
			{"short", "logger", `{"filename":"a.txt"}`, "none", 1024},
			{"by loader", "console", "null", "none", 0},
			{"by type", "console", "null", "none", 0},
			{"renamed", "identity_map",
				`[{"macAddress":"01:01:01:01:01:01","nested":"é \u003c 😀"}]`, "none", 0},
			{"renamed too", "hello_world", `{"big":12345678901234567890.10,"none":null,` +
				`"list":[1,-2.5e3,true],"text":"1"}`, "none", 0},
		},
		Links: []plainLink{
			{"*", "short", "TRUE", engine.Delivery{WhenFull: engine.DropOldest}},
			{"renamed", "renamed", "kind = 'cpu' AND value > 30", engine.Delivery{}},
			{"renamed", "renamed", "kind = 'memory'", engine.Delivery{}},
			{"renamed too", "by type", "TRUE", engine.Delivery{Timeout: 250 * time.Millisecond}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// TestFilters reads conditions and patterns. What a variable gives stays inside of its quotes.
func TestFilters(t *testing.T) {
	got := plainOf(load(t, "testdata/good/filters.json"))
	if want := "site = 'north' AND temp > 250"; got.Modules[0].Filter != want {
		t.Errorf("got %s, want %s", got.Modules[0].Filter, want)
	}
	for i, want := range []string{
		"deviceType = 'thermo' AND temp > 30 AND site IN ('A', 'B') AND NOT EXISTS(test)",
		"deviceType = 'thermo'",
		`name = 'it''s "so"' OR "it's ""so""" = '${x}'`,
		`a = 'x"' OR name = 'I say it''s "so"'`,
		"a = 'x' OR b IN ('y', 'z')",
		"TRUE",
	} {
		if got.Links[i].Filter != want {
			t.Errorf("got %s, want %s", got.Links[i].Filter, want)
		}
	}
}

func TestBusNeedsNoLinks(t *testing.T) {
	got := plainOf(load(t, "testdata/good/bus.json"))
	if got.Links != nil || got.Modules[0].Filter != "site = 'north'" {
		t.Errorf("got %+v", got)
	}
}

func TestLibrariesOfV1(t *testing.T) {
	d := load(t, "testdata/good/v1.json")
	var got []string
	for _, m := range d.Modules {
		got = append(got, m.Spec.Name)
	}
	if want := []string{"logger", "logger", "hello_world"}; !slices.Equal(got, want) {
		t.Errorf("got %q; want %q", got, want)
	}
}

func TestVariables(t *testing.T) {
	d := load(t, "testdata/good/variables.json")
	want := []string{
		`{"macAddress":"0A:0B:0C:0D:0E:0F","messagePeriod":250,"jitter":250,"scale":250,` +
			`"verbose":true,"tags":["250","${SITE}","\u003cnorth\u003e","$5","$","${SECRET}"]}`,
		`{"password":"open sesame","key":"north-open sesame","${SITE}":1}`,
	}
	for i, m := range d.Modules {
		if string(m.Args) != want[i] {
			t.Errorf("got  %s\nwant %s", m.Args, want[i])
		}
		if !json.Valid(m.Args) {
			t.Errorf("args of %s are not JSON", m.Name)
		}
	}
}

// TestSamplesOfV1 reads the sample documents of Azure IoT Edge v1 where a copy of them is at hand.
func TestSamplesOfV1(t *testing.T) {
	folder := os.Getenv("MILLRACE_V1_DATA")
	if folder == "" {
		t.Skip("MILLRACE_V1_DATA names no folder with v1's samples")
	}
	known := 0
	for _, file := range documents(t, filepath.Join(folder, "samples")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !readable(t, text) {
			continue
		}
		known++
		if _, err := document.Load(file, kinds(t), options); err != nil {
			t.Error(err)
		}
	}
	if known < 2 {
		t.Errorf("only %d of v1's samples were read", known)
	}
}

// readable tells whether a sample is a whole document whose modules are all known here.
func readable(t *testing.T, text []byte) bool {
	t.Helper()
	var sample struct {
		Modules []struct {
			Loader struct {
				Entrypoint map[string]any `json:"entrypoint"`
			} `json:"loader"`
		} `json:"modules"`
		Links []any `json:"links"`
	}
	if err := json.Unmarshal(text, &sample); err != nil {
		t.Fatal(err)
	}
	for _, m := range sample.Modules {
		if m.Loader.Entrypoint["control.id"] != nil {
			continue
		}
		path, _ := m.Loader.Entrypoint["module.path"].(string)
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "lib"), ".so")
		if _, known := kinds(t).Lookup(name); !known {
			return false
		}
	}
	return sample.Modules != nil && sample.Links != nil
}

func TestRestartAndDeadLetter(t *testing.T) {
	d := load(t, "testdata/good/restart.json")
	want := document.Restart{Max: 3, Backoff: time.Second, Hang: time.Minute}
	if got := d.Modules[0].Restart; got != want {
		t.Errorf("restart %+v", got)
	}
	if got := d.Modules[1].Restart; got != (document.Restart{Never: true}) {
		t.Errorf("restart %+v", got)
	}
	if d.DeadLetter != "a" {
		t.Errorf("dead letters go to %q", d.DeadLetter)
	}
}

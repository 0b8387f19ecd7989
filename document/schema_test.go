package document_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/millrace/millrace/document"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := document.Schema(kinds(t))
	if err != nil {
		t.Fatal(err)
	}
	resource, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("gateway.schema.json", resource); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("gateway.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSchemaAcceptsGoodDocuments validates every good document in JSON.
func TestSchemaAcceptsGoodDocuments(t *testing.T) {
	schema := compiled(t)
	files, err := filepath.Glob("testdata/good/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d documents, error %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// beyondSchema are the broken documents whose mistakes no schema can express.
var beyondSchema = map[string]string{
	"args-configure.json":      "what a module makes of its arguments",
	"args-panic.json":          "what a module makes of its arguments",
	"dangling.json":            "references",
	"dead-letter.json":         "references",
	"dead-letter-unknown.json": "references",
	"deaf.json":                "references",
	"default-variable.json":    "values of variables",
	"delivery-disagrees.json":  "two links together",
	"same-file.json":           "two modules together",
	"duplicate-key-args.json":  "gone once parsed",
	"duplicate-key.json":       "gone once parsed",
	"duplicate-link.json":      "two links together",
	"duplicate-name.json":      "two modules together",
	"filter.json":              "the language of filters",
	"last-line.json":           "the language of filters",
	"long-line.json":           "two modules together",
	"no-modules.json":          "references",
	"surrogate.json":           "gone once parsed",
	"unknown-library.json":     "file names",
	"variable-secrets.json":    "what a module makes of its arguments",
	"variable-types.json":      "values of variables",
	"variables.json":           "values of variables",
	"remote-addresses.json":    "file names and ports",
}

// TestSchemaRefusesBrokenDocuments validates every broken document that is JSON at all.
func TestSchemaRefusesBrokenDocuments(t *testing.T) {
	schema := compiled(t)
	tried := 0
	for _, file := range documents(t, "testdata/broken") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		if !strings.HasSuffix(name, ".json") || !json.Valid(text) || !utf8.Valid(text) {
			continue
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		tried++
		accepted := schema.Validate(value) == nil
		if _, beyond := beyondSchema[name]; accepted != beyond {
			t.Errorf("%s: accepted %v; want %v", name, accepted, beyond)
		}
	}
	if tried < 40 {
		t.Errorf("only %d documents tried", tried)
	}
}

// TestSchemaIsDescribed holds every key to a description, which is what editors show.
func TestSchemaIsDescribed(t *testing.T) {
	text, err := document.Schema(kinds(t))
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	properties, _ := schema["properties"].(map[string]any)
	undescribed(t, "document", properties)
	if len(properties) != 5 {
		t.Errorf("%d keys at the top; want 5", len(properties))
	}
}

func undescribed(t *testing.T, path string, properties map[string]any) {
	t.Helper()
	for name, value := range properties {
		s, _ := value.(map[string]any)
		place := path + "." + name
		if s["description"] == nil {
			t.Errorf("%s has no description", place)
		}
		inner, _ := s["properties"].(map[string]any)
		undescribed(t, place, inner)
		items, _ := s["items"].(map[string]any)
		inner, _ = items["properties"].(map[string]any)
		undescribed(t, place, inner)
	}
}

// What is wrong is named, and not only that a value fits none of several schemas.
func TestSchemaNamesTheMistake(t *testing.T) {
	schema := compiled(t)
	for args, want := range map[string]string{
		`{"filenam": "log.txt"}`:                    "filenam",
		`{"filename": 5}`:                           "want string",
		`{"filename": "log.txt", "format": "xml"}`:  "'jsonl'",
		`{"filename": "log.txt", "maxSize": false}`: "maxSize",
		`5`: "got number, want object",
	} {
		text := `{"modules": [{"name": "a", "module": "logger", "args": ` + args + `}], "links": []}`
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		err = schema.Validate(value)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "anyOf") {
			t.Errorf("%s: %v; want %q", args, err, want)
		}
	}
}

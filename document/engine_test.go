package document_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

func withEngine(t *testing.T, args string) (*document.Document, error) {
	t.Helper()
	text := fmt.Sprintf(`{"engine": %s, "modules": [{"name": "a", "module": "console"}], "links": []}`, args)
	return document.Parse("a.json", []byte(text), kinds(t), options)
}

func TestEngineOfADocument(t *testing.T) {
	for args, want := range map[string]engine.Options{
		`{}`:                   {},
		`{"memory": "128MiB"}`: {Memory: 128 << 20},
		`{"memory": "2GB", "overflow": "64 kB", "content": "4MiB", "propertyBytes": "2048B", "properties": 8, "keys": 16}`: {
			Memory: 2e9, Overflow: 64_000, Keys: 16,
			Limits: message.Limits{Content: 4 << 20, PropertyBytes: 2048, Properties: 8},
		},
	} {
		d, err := withEngine(t, args)
		if err != nil || d.Engine != want {
			t.Errorf("%s: %+v, %v", args, d, err)
		}
	}
}

func TestEngineOfADocumentIsChecked(t *testing.T) {
	const sizes = `want a size with its unit, such as "64MiB", from `
	for args, want := range map[string]string{
		`{"memory": "64"}`:                         `engine.memory: the string "64" where a size belongs; ` + sizes + "64 KiB to 1.0 TiB",
		`{"memory": 64}`:                           `engine.memory: the number 64 where a string belongs; ` + sizes,
		`{"memory": "1KiB"}`:                       sizes,
		`{"memory": "9999GiB"}`:                    sizes,
		`{"content": "-1MiB"}`:                     sizes,
		`{"content": "1.5MiB"}`:                    sizes,
		`{"properties": 0}`:                        "want a whole number from 1 to 10000",
		`{"keys": "16"}`:                           "where a number belongs",
		`{"memmory": "64MiB"}`:                     `did you mean "memory"?`,
		`{"memory": "256KiB"}`:                     "engine: messages of 1.0 MiB do not fit into a memory of 256 KiB; want more memory, or a smaller content",
		`{"memory": "256KiB", "content": "16KiB"}`: "",
		`"64MiB"`:                                  `want {"memory": "64MiB"}`,
	} {
		_, err := withEngine(t, args)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}

// What an engine may take is said once.
func TestNoEngineInAnUpdate(t *testing.T) {
	onto, err := withEngine(t, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	o := options
	o.Onto = onto
	_, err = document.Parse("b.json", []byte(`{"engine": {}, "links": []}`), kinds(t), o)
	var mistakes *document.Error
	if !errors.As(err, &mistakes) || !strings.Contains(err.Error(), `"engine" in an update; want it in the gateway's first document`) {
		t.Error(err)
	}
}

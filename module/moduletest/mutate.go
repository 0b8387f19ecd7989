package moduletest

import (
	"encoding/json"
	"maps"

	"github.com/millrace/millrace/module"
)

// mutate returns the spec's example with one mistake each: another shape, a required key removed,
// a value of the wrong type, an unknown key.
func mutate(s module.Spec) []json.RawMessage {
	example := exampleObject(s)
	mutants := []json.RawMessage{
		json.RawMessage(`"text"`), json.RawMessage(`[]`), json.RawMessage(`7`), json.RawMessage(`true`),
	}
	with := func(key string, value string) {
		broken := maps.Clone(example)
		if broken == nil {
			broken = map[string]json.RawMessage{}
		}
		broken[key] = json.RawMessage(value)
		if value == "" {
			delete(broken, key)
		}
		text, err := json.Marshal(broken)
		if s.List {
			text = append(append([]byte{'['}, text...), ']')
		}
		if err == nil {
			mutants = append(mutants, text)
		}
	}
	with("no such key", `1`)
	for _, a := range s.Args {
		if a.Required {
			with(a.Name, "")
		}
		for _, value := range wrongFor(a.Type) {
			with(a.Name, value)
		}
	}
	return mutants
}

// exampleObject returns the example's keys; of a list, those of its first object.
func exampleObject(s module.Spec) (example map[string]json.RawMessage) {
	text := s.Example
	if s.List {
		var list []json.RawMessage
		if json.Unmarshal(text, &list) == nil && len(list) > 0 {
			text = list[0]
		}
	}
	_ = json.Unmarshal(text, &example)
	return example
}

// wrongFor lists values that no argument of the type accepts.
func wrongFor(t module.Type) []string {
	wrong := []string{`null`, `{}`, `{"a":[]}`, `[[]]`}
	switch t {
	case module.String:
		return append(wrong, `1`, `true`, `[]`)
	case module.Strings:
		return append(wrong, `1`, `true`, `"text"`, `["text",1]`)
	case module.Choice:
		return append(wrong, `1`, `true`, `["text",1]`)
	case module.Bool:
		return append(wrong, `1`, `"true"`, `[]`)
	case module.Int:
		return append(wrong, `1.5`, `1e400`, `99999999999999999999`, `"1"`, `true`, `[]`)
	case module.Number:
		return append(wrong, `1e400`, `"1"`, `true`, `[]`)
	default:
		return append(wrong, `1.5`, `1e400`, `99999999999999999999`, `"soon"`, `true`, `[]`)
	}
}

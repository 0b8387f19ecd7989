package document

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/millrace/millrace/module"
)

// Schema returns the JSON Schema (2020-12) of gateway documents that use these kinds, for editors.
// It is made from the grammar that Parse checks with. What no schema can say (names that links
// refer to, duplicates, what a module itself makes of its arguments) is left to Parse.
func Schema(kinds *module.Registry) ([]byte, error) {
	root := schemaOf(grammar())
	root.Schema = "https://json-schema.org/draft/2020-12/schema"
	root.Title = "Millrace gateway document"
	modules := root.Properties["modules"]
	completeLinks(root)
	completeLoader(modules.Items.Properties["loader"])
	completeLoaders(root.Properties["loaders"].Items)
	completeModule(modules.Items, kinds)
	modules.Items.AllOf = append(modules.Items.AllOf, remoteRule())
	root.Defs = make(map[string]*schema)
	for _, name := range kinds.Names() {
		spec, _ := kinds.Lookup(name)
		root.Defs[name] = argsSchema(spec)
		modules.Items.AllOf = append(modules.Items.AllOf, argsRule(spec))
	}
	return json.MarshalIndent(root, "", "  ")
}

// schema is the part of JSON Schema that is used here.
type schema struct {
	Schema        string             `json:"$schema,omitempty"`
	Title         string             `json:"title,omitempty"`
	Description   string             `json:"description,omitempty"`
	Type          types              `json:"type,omitempty"`
	Const         string             `json:"const,omitempty"`
	Enum          []string           `json:"enum,omitempty"`
	Pattern       string             `json:"pattern,omitempty"`
	Encoding      string             `json:"contentEncoding,omitempty"`
	MinLength     int                `json:"minLength,omitempty"`
	MaxLength     int                `json:"maxLength,omitempty"`
	Minimum       *float64           `json:"minimum,omitempty"`
	Maximum       *float64           `json:"maximum,omitempty"`
	Items         *schema            `json:"items,omitempty"`
	MinItems      int                `json:"minItems,omitempty"`
	Contains      *schema            `json:"contains,omitempty"`
	Properties    map[string]*schema `json:"properties,omitempty"`
	Required      []string           `json:"required,omitempty"`
	Additional    *bool              `json:"additionalProperties,omitempty"`
	MaxProperties *int               `json:"maxProperties,omitempty"`
	Not           *schema            `json:"not,omitempty"`
	AnyOf         []*schema          `json:"anyOf,omitempty"`
	OneOf         []*schema          `json:"oneOf,omitempty"`
	AllOf         []*schema          `json:"allOf,omitempty"`
	If            *schema            `json:"if,omitempty"`
	Then          *schema            `json:"then,omitempty"`
	Else          *schema            `json:"else,omitempty"`
	Default       json.RawMessage    `json:"default,omitempty"`
	Examples      []json.RawMessage  `json:"examples,omitempty"`
	Ref           string             `json:"$ref,omitempty"`
	Defs          map[string]*schema `json:"$defs,omitempty"`
}

// types are the types that a value may have. What a schema asks of one type says nothing about the
// others, so that a mistake is reported where it is, and not as "none of these schemas".
type types []string

// MarshalJSON writes a single type as a text.
func (t types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// variable matches a string that holds a variable.
const variable = `\$\{`

// schemaOf translates a shape.
func schemaOf(s *shape) *schema {
	out := &schema{Description: s.doc, Enum: s.words}
	switch s.kind {
	case objectKind:
		out.Type = types{"object"}
		translateKeys(out, s)
	case arrayKind:
		out.Type, out.Items = types{"array"}, schemaOf(s.items)
	case stringKind:
		out.Type = types{"string"}
		if s.sizeMax > 0 {
			out.Pattern = "^" + sizeText + "$"
		} else if s.words == nil {
			out.Not = &schema{Pattern: variable}
		}
	case numberKind:
		out.Type, out.Minimum, out.Maximum = types{"integer"}, bound(s.min), bound(s.max)
	}
	if s.or == stringKind {
		out.Type, out.MinLength = append(out.Type, "string"), 1
	}
	if s.name {
		out.MinLength, out.MaxLength = 1, nameMax
		out.Pattern = `^[^\x00-\x1f\x7f-\x9f]*$`
		out.Not = &schema{AnyOf: []*schema{{Const: every}, {Pattern: variable}}}
	}
	return out
}

func translateKeys(out *schema, s *shape) {
	if s.keys == nil {
		return
	}
	out.Properties = make(map[string]*schema, len(s.keys))
	out.Additional = new(bool)
	for _, k := range s.keys {
		out.Properties[k.name] = schemaOf(k.shape)
		if k.required {
			out.Required = append(out.Required, k.name)
		}
	}
}

func bound(n int) *float64 {
	f := float64(n)
	return &f
}

// completeLinks adds that links may be absent only where a module has a filter.
func completeLinks(root *schema) {
	filtered := &schema{Contains: &schema{Required: []string{"filter"}}}
	root.AnyOf = []*schema{
		{Required: []string{"links"}},
		{Properties: map[string]*schema{"modules": filtered}},
	}
	link := root.Properties["links"].Items
	link.Properties["sink"].Not = &schema{AnyOf: []*schema{{Const: every}, {Pattern: variable}}}
	delivery := link.Properties["delivery"]
	delivery.If = &schema{Required: []string{"timeout"}}
	delivery.Then = &schema{Properties: map[string]*schema{"overflow": {Const: overflows[0]}}}
}

// completeLoader adds the entry points, of which one must be given.
func completeLoader(loader *schema) {
	loader.Not = &schema{Required: []string{"name", "type"}}
	entry := loader.Properties["entrypoint"]
	for _, t := range loaderTypes {
		entry.OneOf = append(entry.OneOf, schemaOf(entrypoint(t)))
	}
	completeRemote(entry.OneOf[len(entry.OneOf)-1])
	loader.Properties["type"].Enum = loaderTypes
}

func completeLoaders(entry *schema) {
	entry.Properties["type"].Enum = loaderTypes
	none := 0
	entry.Properties["configuration"].AnyOf = []*schema{
		{Type: types{"null"}},
		{Type: types{"object"}, MaxProperties: &none},
	}
}

// completeModule adds the known modules and that exactly one form names one of them.
func completeModule(entry *schema, kinds *module.Registry) {
	entry.Properties["module"].Enum = kinds.Names()
	entry.OneOf = []*schema{{Required: []string{"module"}}, {Required: []string{"loader"}}}
}

// argsRule binds a kind's arguments to the modules of that kind, in each form that names it.
func argsRule(spec module.Spec) *schema {
	rule := &schema{
		If:   &schema{AnyOf: namedBy(spec.Name)},
		Then: &schema{Properties: map[string]*schema{"args": {Ref: "#/$defs/" + spec.Name}}},
	}
	for _, a := range spec.Args {
		if a.Required {
			rule.Then.Required = []string{"args"}
		}
	}
	return rule
}

func namedBy(kind string) []*schema {
	library := `(^|[/\\])([lL][iI][bB])?` + anyCase(kind) + `(\.[sS][oO](\.[0-9]+)*|` +
		`\.[dD][lL][lL]|\.[dD][yY][lL][iI][bB])?$`
	return []*schema{
		within("module", &schema{Const: kind}),
		within("loader", within("entrypoint", within("module", &schema{Const: kind}))),
		within("loader", within("entrypoint", within("module.path", &schema{Pattern: library}))),
	}
}

// within is the schema of an object that has a key with such a value.
func within(key string, s *schema) *schema {
	return &schema{Properties: map[string]*schema{key: s}, Required: []string{key}}
}

// anyCase is a regular expression for a word in any case, without flags, which JSON Schema lacks.
func anyCase(word string) string {
	var b strings.Builder
	for _, r := range word {
		if unicode.IsLetter(r) {
			fmt.Fprintf(&b, "[%c%c]", unicode.ToLower(r), unicode.ToUpper(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

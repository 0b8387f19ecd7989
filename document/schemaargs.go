package document

import (
	"encoding/json"

	"github.com/millrace/millrace/module"
)

// argsSchema describes the arguments of a kind of module.
func argsSchema(spec module.Spec) *schema {
	out := &schema{Description: spec.Summary}
	if spec.Example != nil {
		out.Examples = []json.RawMessage{spec.Example}
	}
	if spec.AnyArgs {
		return out
	}
	object := &schema{
		Type:       types{"object"},
		Properties: make(map[string]*schema, len(spec.Args)),
		Additional: new(bool),
	}
	for _, a := range spec.Args {
		object.Properties[a.Name] = argSchema(a)
		if a.Required {
			object.Required = append(object.Required, a.Name)
		}
	}
	if spec.List {
		out.Type, out.Items, out.MinItems = types{"array"}, object, 1
		return out
	}
	if object.Required == nil {
		object.Type = append(object.Type, "null")
	}
	object.Description, object.Examples = out.Description, out.Examples
	return object
}

// argSchema describes one argument. A string with a variable may stand for any value but a list.
func argSchema(a module.Arg) *schema {
	out := &schema{Description: a.Doc}
	if a.Type != module.Strings {
		out.If, out.Else = &schema{Type: types{"string"}, Pattern: variable}, plainArg(a)
	} else {
		out.Type, out.Items = types{"array"}, &schema{Type: types{"string"}}
	}
	if a.Default != "" {
		out.Default = json.RawMessage(a.Default)
	}
	return out
}

// plainArg is an argument without variables.
func plainArg(a module.Arg) *schema {
	out := &schema{Minimum: a.Min, Maximum: a.Max}
	switch a.Type {
	case module.Choice:
		text := &schema{Type: types{"string"}}
		out.Type, out.Items = types{"string", "array"}, text
		out.If, out.Then = text, &schema{Enum: a.Enum}
	case module.String:
		out.Type, out.Enum = types{"string"}, a.Enum
		if a.Base64 {
			out.Encoding = "base64"
		}
		if a.Pattern != "" {
			out.Pattern = "^(?:" + a.Pattern + ")$"
		}
	case module.Duration:
		out.Type, out.Pattern = types{"integer", "string"}, durationPattern
	default:
		out.Type = types{string(a.Type)}
	}
	return out
}

const durationPattern = `^[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`

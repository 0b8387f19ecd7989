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
		Type:       "object",
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
		out.Type, out.Items, out.MinItems = "array", object, 1
		return out
	}
	if object.Required != nil {
		object.Description, object.Examples = out.Description, out.Examples
		return object
	}
	out.AnyOf = []*schema{object, {Type: "null"}}
	return out
}

// argSchema describes one argument. A string with a variable may stand for any value but a list.
func argSchema(a module.Arg) *schema {
	out := &schema{Description: a.Doc}
	if a.Default != "" {
		out.Default = json.RawMessage(a.Default)
	}
	plain := &schema{Minimum: a.Min, Maximum: a.Max}
	switch a.Type {
	case module.Strings:
		out.Type, out.Items = "array", &schema{Type: "string"}
		return out
	case module.Choice:
		out.AnyOf = append(out.AnyOf, &schema{Type: "array", Items: &schema{Type: "string"}})
		plain.Type, plain.Enum = "string", a.Enum
	case module.String:
		plain.Type, plain.Enum = "string", a.Enum
		if a.Pattern != "" {
			plain.Pattern = "^(?:" + a.Pattern + ")$"
		}
	case module.Duration:
		out.AnyOf = append(out.AnyOf, &schema{Type: "string", Pattern: durationPattern})
		plain.Type = "integer"
	default:
		plain.Type = string(a.Type)
	}
	out.AnyOf = append(out.AnyOf, plain, &schema{Type: "string", Pattern: variable})
	return out
}

const durationPattern = `^[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`

package document_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
)

// listing is a registry with a kind whose arguments are an array of objects.
func listing(t *testing.T) *module.Registry {
	t.Helper()
	r, err := module.NewRegistry(module.Spec{
		Name: "map", Summary: "Maps", List: true, New: accepting,
		Args: []module.Arg{
			{Name: "address", Type: module.String, Required: true, Doc: "What is mapped"},
			{Name: "rank", Type: module.Int, Doc: "What it is mapped to"},
		},
		Example: json.RawMessage(`[{"address":"a"}]`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func listOf(args string) string {
	return `{"modules":[{"name":"m","module":"map","args":` + args + `}],"links":[]}`
}

// TestListOfArguments: arguments in an array are checked one by one, with the place of each mistake,
// and variables take the type of their argument there too.
func TestListOfArguments(t *testing.T) {
	env := func(name string) (string, bool) { return "7", name == "SEVEN" }
	for args, want := range map[string]string{
		`[{"address":"a","rank":"${SEVEN}"},{"address":"${SEVEN}"}]`: "",
		`[{"address":"a"},{"address":"b","rank":"x"}]`: "m.json:1:86: modules[0].args[1].rank: " +
			"a string where a whole number belongs",
		`[{"address":"a"},{"addresss":"b"}]`: "modules[0].args[1].addresss: " +
			`unknown key "addresss"; did you mean "address"?`,
		`[]`:              "modules[0].args: an empty array; want an array of one or more objects",
		`{"address":"a"}`: "modules[0].args: an object; want an array of one or more objects",
	} {
		doc, err := document.Parse("m.json", []byte(listOf(args)), listing(t), document.Options{Env: env})
		switch {
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s:\n got %v\nwant %s", args, err, want)
		case want == "" && err != nil:
			t.Errorf("%s: %v", args, err)
		case want == "" && string(doc.Modules[0].Args) != `[{"address":"a","rank":7},{"address":"7"}]`:
			t.Errorf("%s became %s", args, doc.Modules[0].Args)
		}
	}
}

// TestSchemaOfLists: the schema says the same.
func TestSchemaOfLists(t *testing.T) {
	text, err := document.Schema(listing(t))
	if err != nil {
		t.Fatal(err)
	}
	resource, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("list.json", resource); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("list.json")
	if err != nil {
		t.Fatal(err)
	}
	for args, good := range map[string]bool{
		`[{"address":"a","rank":7},{"address":"b","rank":"${SEVEN}"}]`: true,
		`[]`: false, `{"address":"a"}`: false, `[{}]`: false, `[{"address":"a","rang":7}]`: false,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(listOf(args)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != good {
			t.Errorf("%s: %v", args, err)
		}
	}
}

package main

import (
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/modules/standard"
)

func TestEveryExampleOfAModuleIsRight(t *testing.T) {
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range kinds.Names() {
		spec, _ := kinds.Lookup(name)
		example, err := exampleOf(spec)
		if err != nil {
			t.Fatal(err)
		}
		text := `{"modules": [` + example + `], "links": []}`
		if _, err := document.Parse(name, []byte(text), kinds, document.Options{}); err != nil {
			t.Errorf("%v\n%s", err, example)
		}
		if _, err := describe(spec); err != nil {
			t.Error(err)
		}
	}
}

func TestDescribeShowsEveryRule(t *testing.T) {
	least, most := 1.0, 2500.0
	text, err := describe(module.Spec{
		Name: "x", Summary: "Does it",
		Args: []module.Arg{
			{Name: "a", Type: module.Duration, Required: true, Min: &least, Max: &most, Doc: "One"},
			{Name: "b", Type: module.String, Default: `"v"`, Enum: []string{"v", "w"}, Doc: "Two"},
			{Name: "c", Type: module.String, Pattern: ".+", Doc: "Three"},
			{Name: "d", Type: module.String, Pattern: "[a-z]", Doc: "Four"},
		},
		Writes: []module.Property{{Name: "p", Doc: "Five"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"x: Does it",
		"  a   duration   required      One; at least 1 ms; at most 2500 ms",
		`  b   string     default "v"   Two; one of v, w`,
		"  c   string     optional      Three; not empty",
		"  d   string     optional      Four; must match [a-z]",
		"Properties read\n  none",
		"Properties written\n  p   Five",
		`    "module": "x"`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

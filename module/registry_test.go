package module_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/module"
)

func TestRegistry(t *testing.T) {
	other := sample()
	other.Name = "another_one"
	r, err := module.NewRegistry(sample(), other)
	if err != nil {
		t.Fatal(err)
	}
	if names := r.Names(); !slices.Equal(names, []string{"another_one", "sample"}) {
		t.Error(names)
	}
	if s, ok := r.Lookup("sample"); !ok || s.Summary != sample().Summary {
		t.Error(s, ok)
	}
	if _, ok := r.Lookup("Sample"); ok {
		t.Error("found a name that was not registered")
	}
}

func TestRegistryRefuses(t *testing.T) {
	number := func(a module.Arg) module.Arg { a.Name, a.Doc = "n", "A number"; return a }
	for _, c := range []struct {
		want  string
		spoil func(s *module.Spec)
	}{
		{"sample: registered twice", func(*module.Spec) {}},
		{"Name: not a name", func(s *module.Spec) { s.Name = "Simulated" }},
		{"Name: not a name", func(s *module.Spec) { s.Name = "" }},
		{"x.Summary", func(s *module.Spec) { s.Name, s.Summary = "x", "" }},
		{"x.Summary", func(s *module.Spec) { s.Name, s.Summary = "x", "Ends in a stop." }},
		{"x.New: missing", func(s *module.Spec) { s.Name, s.New = "x", nil }},
		{"x.New: panics: no", func(s *module.Spec) { s.Name, s.New = "x", func() module.Module { panic("no") } }},
		{"x.New: makes nothing", func(s *module.Spec) { s.Name, s.New = "x", func() module.Module { return nil } }},
		{"x.Example: missing", func(s *module.Spec) { s.Name, s.Example = "x", nil }},
		{`x.Example: missing key "filename"`, func(s *module.Spec) {
			s.Name, s.Example = "x", json.RawMessage(`{}`)
		}},
		{"x.AnyArgs: set beside Args", func(s *module.Spec) { s.Name, s.AnyArgs = "x", true }},
		{"x.List: set without Args", func(s *module.Spec) { s.Name, s.List, s.Args = "x", true, nil }},
		{"x.Writes[0]", func(s *module.Spec) {
			s.Name, s.Writes = "x", []module.Property{{Name: "undescribed"}}
		}},
		{"x.Args.FILENAME: described twice", func(s *module.Spec) {
			s.Name = "x"
			s.Args = append(s.Args, module.Arg{Name: "FILENAME", Type: module.Bool, Doc: "Twice"})
		}},
		{"x.Args.n.Type: unknown type", func(s *module.Spec) {
			s.Name, s.Args = "x", append(s.Args, number(module.Arg{Type: "int"}))
		}},
		{"x.Args.n.Min: above Max", func(s *module.Spec) {
			s.Name = "x"
			s.Args = append(s.Args,
				number(module.Arg{Type: module.Int, Min: new(2.0), Max: new(1.0)}))
		}},
		{"x.Args.n.Min: a bound on", func(s *module.Spec) {
			s.Name = "x"
			s.Args = append(s.Args, number(module.Arg{Type: module.String, Max: new(1.0)}))
		}},
		{"x.Args.n.Enum", func(s *module.Spec) {
			s.Name = "x"
			s.Args = append(s.Args, number(module.Arg{Type: module.Int, Enum: []string{"a"}}))
		}},
		{"x.Args.n.Pattern", func(s *module.Spec) {
			s.Name = "x"
			s.Args = append(s.Args, number(module.Arg{Type: module.String, Pattern: "("}))
		}},
		{"x.Args.n.Default: 7 is too large", func(s *module.Spec) {
			s.Name = "x"
			s.Args = append(s.Args,
				number(module.Arg{Type: module.Int, Max: new(1.0), Default: "7"}))
		}},
		{"x.Args.n.Default: set on a required", func(s *module.Spec) {
			s.Name = "x"
			s.Args = append(s.Args,
				number(module.Arg{Type: module.Int, Required: true, Default: "7"}))
		}},
	} {
		s := sample()
		s.Args = slices.Clone(s.Args)
		c.spoil(&s)
		_, err := module.NewRegistry(sample(), s)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestPropertyCovers(t *testing.T) {
	for _, c := range []struct {
		declared, name string
		want           bool
	}{
		{"kind", "kind", true}, {"kind", "kinds", false}, {"*", "", true}, {"*", "any", true},
		{"property*", "property12", true}, {"property*", "prop", false},
	} {
		if got := (module.Property{Name: c.declared}).Covers(c.name); got != c.want {
			t.Errorf("%q covers %q: %v", c.declared, c.name, got)
		}
	}
}

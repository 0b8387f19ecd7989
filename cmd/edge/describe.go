package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/millrace/millrace/internal/cli"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/millrace/millrace/module"
)

// describe writes the manual page of a kind of module.
func describe(spec module.Spec) (string, error) {
	example, err := exampleOf(spec)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", spec.Name, spec.Summary)
	section(&b, "Arguments", argumentsOf(spec))
	section(&b, "Properties read", propertyTable(spec.Reads))
	section(&b, "Properties written", propertyTable(spec.Writes))
	section(&b, "Example, as an entry of the document's modules", example)
	return b.String(), nil
}

func section(b *strings.Builder, title, body string) {
	if body == "" {
		body = "none"
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for line := range strings.Lines(body) {
		b.WriteString("  " + strings.TrimRight(line, " \n") + "\n")
	}
}

func argumentsOf(spec module.Spec) string {
	if spec.AnyArgs {
		return "anything is accepted and ignored"
	}
	if len(spec.Args) == 0 {
		return ""
	}
	t := cli.NewTable(4, 0)
	for _, a := range spec.Args {
		t.AppendRow(table.Row{a.Name, string(a.Type), presence(a), strings.Join(rulesOf(a), "; ")})
	}
	if spec.List {
		return "an array of one or more objects, each with\n" + t.Render()
	}
	return t.Render()
}

// presence says what happens when an argument is left out.
func presence(a module.Arg) string {
	switch {
	case a.Required:
		return "required"
	case a.Default != "":
		return "default " + a.Default
	}
	return "optional"
}

// rulesOf says what an argument is for and what values it may have.
func rulesOf(a module.Arg) []string {
	rules := []string{a.Doc}
	add := func(name, value string) {
		if value != "" {
			rules = append(rules, name+" "+value)
		}
	}
	if a.Exclusive {
		rules = append(rules, "of one module only")
	}
	add("at least", boundOf(a, a.Min))
	add("at most", boundOf(a, a.Max))
	add("one of", strings.Join(a.Enum, ", "))
	switch a.Pattern {
	case ".+":
		rules = append(rules, "not empty")
	default:
		add("must match", a.Pattern)
	}
	return rules
}

func boundOf(a module.Arg, bound *float64) string {
	if bound == nil {
		return ""
	}
	text := strconv.FormatFloat(*bound, 'f', -1, 64)
	if a.Type == module.Duration {
		text += " ms"
	}
	return text
}

func propertyTable(properties []module.Property) string {
	if len(properties) == 0 {
		return ""
	}
	t := cli.NewTable(2, 0)
	for _, p := range properties {
		t.AppendRow(table.Row{p.Name, p.Doc})
	}
	return t.Render()
}

// entry is a module as a gateway document writes it.
type entry struct {
	Name   string          `json:"name"`
	Module string          `json:"module"`
	Args   json.RawMessage `json:"args,omitempty"`
}

func exampleOf(spec module.Spec) (string, error) {
	text, err := json.Marshal(entry{"my_" + spec.Name, spec.Name, spec.Example})
	if err != nil {
		return "", fmt.Errorf("the example of %s: %w", spec.Name, err)
	}
	var b bytes.Buffer
	err = json.Indent(&b, text, "", "  ")
	return b.String(), err
}

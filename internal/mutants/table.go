package main

import (
	"fmt"
	"io"
	"strings"
)

// writeTable writes what became of the mutants as Markdown.
func writeTable(w io.Writer, list []verdict) error {
	killed := 0
	for _, v := range list {
		if v.killed {
			killed++
		}
	}
	b := &strings.Builder{}
	fmt.Fprintf(b, "%d mutants, %d killed.\n\n", len(list), killed)
	fmt.Fprintln(b, "| mutant | what it breaks | killed by | by what it said | schedules | seconds |")
	fmt.Fprintln(b, "|---|---|---|---|---:|---:|")
	for _, v := range list {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n",
			v.patch.name, v.patch.breaks, v.killer(), cell(v.how), v.count(), v.seconds())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v *verdict) killer() string {
	switch {
	case v.err != nil:
		return "**not tried**"
	case v.killed && v.patch.with == "race":
		return v.by + " with -race"
	case v.killed:
		return v.by
	case v.patch.survives != "":
		return "nobody: " + v.patch.survives
	}
	return "**nobody**"
}

func (v *verdict) count() string {
	if v.schedules == 0 {
		return "-"
	}
	return fmt.Sprint(v.schedules)
}

func (v *verdict) seconds() string {
	if !v.killed {
		return "-"
	}
	return fmt.Sprintf("%.2f", v.elapsed.Seconds())
}

// cell makes a text fit a cell of a table.
func cell(text string) string {
	const most = 70
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.ReplaceAll(text, "|", "/")
}

package filter

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// page is docs/FILTERS.md, whose examples are executed here.
func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../docs/FILTERS.md")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// fences returns the blocks of a kind.
func fences(t *testing.T, kind string, least int) []string {
	t.Helper()
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```"+kind+"\n(.*?)^```$").FindAllStringSubmatch(page(t), -1) {
		blocks = append(blocks, m[1])
	}
	if len(blocks) < least {
		t.Fatalf("%d blocks of %s, want %d or more", len(blocks), kind, least)
	}
	return blocks
}

// rows returns the rows of all tables with that head, code without its marks.
func rows(t *testing.T, head string, least int) [][]string {
	t.Helper()
	var all [][]string
	_, rest, found := strings.Cut(page(t), "\n| "+head+" |\n")
	for ; found; _, rest, found = strings.Cut(rest, "\n| "+head+" |\n") {
		table, _, _ := strings.Cut(rest, "\n\n")
		for _, line := range strings.Split(table, "\n")[1:] {
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i, cell := range cells {
				cells[i] = strings.Trim(strings.ReplaceAll(strings.TrimSpace(cell), "**", ""), "`")
			}
			all = append(all, cells)
		}
	}
	if len(all) < least {
		t.Fatalf("%d rows below %s, want %d or more", len(all), head, least)
	}
	return all
}

func parsed(t *testing.T, text string) Filter {
	t.Helper()
	f, err := Parse(text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
	return f
}

func TestPageSideBySide(t *testing.T) {
	for _, row := range rows(t, "SQL | JSON pattern", 15) {
		pattern, err := ParsePattern([]byte(row[1]))
		if f := parsed(t, row[0]); err != nil || !reflect.DeepEqual(f, pattern) {
			t.Errorf("%s is %v, but %s is %v, %v", row[0], f, row[1], pattern, err)
		}
	}
}

func TestPageTruths(t *testing.T) {
	for _, row := range rows(t, "filter | message | is", 30) {
		var message values
		if err := json.Unmarshal([]byte(row[1]), &message); err != nil {
			t.Fatal(row, err)
		}
		f := parsed(t, row[0])
		if truth, _ := match(f, message); truth.String() != row[2] {
			t.Errorf("%s of %s is %v, want %s", row[0], row[1], truth, row[2])
		}
	}
}

func TestPageTruthTables(t *testing.T) {
	of := map[string]Filter{"true": parts[True], "unknown": parts[Unknown], "false": parts[False]}
	columns := []string{"true", "unknown", "false"}
	for word, join := range map[string]func(...Filter) Filter{"AND": And, "OR": Or} {
		for _, row := range rows(t, word+" | true | unknown | false", 3) {
			for i, column := range columns {
				if truth, _ := match(join(of[row[0]], of[column]), message); truth.String() != row[i+1] {
					t.Errorf("%s %s %s is %v, want %s", row[0], word, column, truth, row[i+1])
				}
			}
		}
	}
	for _, row := range rows(t, "| NOT", 3) {
		if truth, _ := match(Not(of[row[0]]), message); truth.String() != row[1] {
			t.Errorf("NOT %s is %v, want %s", row[0], truth, row[1])
		}
	}
}

func TestPagePrinted(t *testing.T) {
	for _, row := range rows(t, "written | printed", 8) {
		if f := parsed(t, row[0]); f.String() != row[1] {
			t.Errorf("%s is printed %v, want %s", row[0], f, row[1])
		}
		if f := parsed(t, row[1]); f.String() != row[1] {
			t.Errorf("%s is printed %v", row[1], f)
		}
	}
}

func TestPageBlocks(t *testing.T) {
	for _, block := range fences(t, "sql", 2) {
		for line := range strings.Lines(block) {
			parsed(t, line)
		}
	}
	for _, block := range fences(t, "json", 1) {
		var link struct{ Filter string }
		if err := json.Unmarshal([]byte(block), &link); err != nil || link.Filter == "" {
			t.Errorf("%s: %v", block, err)
		}
		parsed(t, link.Filter)
	}
	for _, block := range fences(t, "mistake", 4) {
		text, want, _ := strings.Cut(block, "\n")
		_, err := Parse(text)
		if e, ok := err.(*SyntaxError); !ok || e.Render() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestPageRoutes(t *testing.T) {
	for _, row := range rows(t, "route | source | output | filter | sink | input", 4) {
		r, err := ParseRoute(row[0])
		want := Route{row[1], row[2], parsed(t, row[3]), row[4], row[5]}
		if err != nil || !reflect.DeepEqual(r, want) {
			t.Errorf("%s is %+v, %v, want %+v", row[0], r, err, want)
		}
	}
}

// The grammar names every keyword and comparison, and nothing else in capitals.
func TestPageGrammar(t *testing.T) {
	grammar := fences(t, "ebnf", 1)[0]
	functions := append([]string{"PREFIX"}, valueFunctions...)
	for _, word := range append(functions, keywords...) {
		if !strings.Contains(grammar, `"`+word+`"`) {
			t.Errorf("the grammar does not have %s", word)
		}
	}
	for symbol := range comparisons {
		if !strings.Contains(grammar, `"`+symbol+`"`) {
			t.Errorf("the grammar does not have %s", symbol)
		}
	}
	for _, m := range regexp.MustCompile(`"([A-Z]{2,})"`).FindAllStringSubmatch(grammar, -1) {
		if !slices.Contains(functions, m[1]) && !reserved(m[1]) {
			t.Errorf("the grammar has %s", m[1])
		}
	}
	if !strings.Contains(strings.Join(strings.Fields(page(t)), " "), "keywords are "+strings.Join(keywords, ", ")+";") {
		t.Error("the list of keywords is another")
	}
}

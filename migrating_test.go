package millrace

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A test in MIGRATING.md, as `package: TestName`.
var testMention = regexp.MustCompile("`([a-z0-9_/]+): ((?:Test|Fuzz|Example)[A-Za-z0-9_]+)`")

// Every row of MIGRATING.md that says what v1 does names a test that exists, or says why there is none.
func TestMigratingNamesTests(t *testing.T) {
	text, mentions := read(t, "MIGRATING.md"), 0
	held := false // the table at hand says what holds its rows
	for number, line := range strings.Split(text, "\n") {
		switch {
		case !strings.HasPrefix(line, "|"):
			held = false
		case strings.HasSuffix(line, "| held by |"):
			held = true
		case held && !strings.HasPrefix(line, "|---"):
			cells := strings.Split(strings.Trim(line, "| "), " | ")
			if last := cells[len(cells)-1]; !testMention.MatchString(last) && !strings.HasPrefix(last, "left out: ") {
				t.Errorf("line %d: nothing holds it: %s", number+1, last)
			}
		}
		for _, m := range testMention.FindAllStringSubmatch(line, -1) {
			mentions++
			if !testExists(t, m[1], m[2]) {
				t.Errorf("line %d: there is no %s in %s", number+1, m[2], m[1])
			}
		}
	}
	if mentions < 100 {
		t.Errorf("%d tests are named; want those of every row", mentions)
	}
}

// The inventory of v1 is complete: its broker, documents, bytes, remote modules and faults, and what its
// users asked for, row by row.
func TestMigratingHasEveryRow(t *testing.T) {
	text := read(t, "MIGRATING.md")
	for section, want := range map[string]int{
		"Functions": 28, "Samples": 10, "The broker": 12, "Documents": 21, "Bytes": 6, "Remote modules": 13,
		"Faults of v1 that are gone": 20, "What v1's users asked for": 8,
	} {
		_, rest, _ := strings.Cut(text, "\n## "+section+"\n")
		body, _, _ := strings.Cut(rest, "\n## ")
		_, table, found := strings.Cut(body, "| held by |\n|---|---|---|\n")
		if rows := len(regexp.MustCompile(`(?m)^\| `).FindAllString(table, -1)); rows < want || !found {
			t.Errorf("%s: %d rows that say what holds them, want %d", section, rows, want)
		}
	}
}

// A test is looked for in the sources: one that is built for another system is a test, too.
func testExists(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}

// The program in MIGRATING.md is the example of package gateway, which is run.
func TestMigratingShowsTheExample(t *testing.T) {
	_, shown, _ := strings.Cut(read(t, "MIGRATING.md"), "```go\n")
	shown, _, _ = strings.Cut(shown, "```")
	_, body, _ := strings.Cut(read(t, "gateway/example_test.go"), "func ExampleGateway_Update() {\n")
	body, _, _ = strings.Cut(body, "\t// Output:")
	if want := strings.ReplaceAll("\n"+body, "\n\t", "\n")[1:]; shown == "" || shown != want {
		t.Errorf("MIGRATING.md shows\n%s\nbut the example does\n%s", shown, want)
	}
}

// What MIGRATING.md links to is there.
func TestMigratingLinksLead(t *testing.T) {
	for _, m := range regexp.MustCompile(`\]\(([^)#]+)`).FindAllStringSubmatch(read(t, "MIGRATING.md"), -1) {
		if _, err := os.Stat(m[1]); err != nil {
			t.Error(err)
		}
	}
}

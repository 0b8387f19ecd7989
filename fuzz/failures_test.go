package fuzz

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var holder = regexp.MustCompile("`([a-z/_]+): ((?:Test|Fuzz)[A-Za-z0-9]+)`")

// TestFailuresAreHeld holds the tests that FAILURES.md names to exist.
func TestFailuresAreHeld(t *testing.T) {
	text, err := os.ReadFile("../FAILURES.md")
	if err != nil {
		t.Fatal(err)
	}
	named := holder.FindAllStringSubmatch(string(text), -1)
	if len(named) < 30 {
		t.Errorf("%d tests named only", len(named))
	}
	for _, n := range named {
		if !hasTest(t, n[1], n[2]) {
			t.Errorf("FAILURES.md names %s of %s, which is not there", n[2], n[1])
		}
	}
}

func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, isFunc := d.(*ast.FuncDecl); isFunc && f.Name.Name == name {
				return true
			}
		}
	}
	return false
}

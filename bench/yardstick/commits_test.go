package yardstick

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// What an earlier commit's ours.go takes from this package is still here: nobody compiles it but
// scripts/versus, beside that commit.
func TestEarlierCommitsFindWhatTheyUse(t *testing.T) {
	files, err := filepath.Glob("testdata/*/ours.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	shared := declared(t)
	for _, name := range files {
		file := parse(t, name)
		for _, used := range file.Unresolved {
			if types.Universe.Lookup(used.Name) == nil && !shared[used.Name] && !imports(file, used.Name) {
				t.Errorf("%s uses %s, which this package does not have any more", name, used.Name)
			}
		}
	}
}

// declared returns what the package's files declare, but for ours.go.
func declared(t *testing.T) map[string]bool {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, name := range files {
		if name == "ours.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for declaration := range parse(t, name).Scope.Objects {
			names[declaration] = true
		}
	}
	return names
}

func parse(t *testing.T, name string) *ast.File {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func imports(file *ast.File, name string) bool {
	for _, i := range file.Imports {
		if strings.HasSuffix(strings.Trim(i.Path.Value, `"`), "/"+name) || i.Path.Value == `"`+name+`"` {
			return true
		}
	}
	return false
}

package fuzz

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var limitRow = regexp.MustCompile("(?m)^\\| [^|]+ \\| ([0-9]+)( bytes| KiB| MiB|) \\| `([a-z]+)\\.([A-Za-z]+)` \\|$")

// TestLimitsAreAsWritten holds the numbers of SECURITY.md to the constants that they name.
func TestLimitsAreAsWritten(t *testing.T) {
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "\n## Limits\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := limitRow.FindAllStringSubmatch(table, -1)
	if want := strings.Count(table, "\n| ") - 1; len(rows) != want || want < 20 {
		t.Errorf("%d rows of the %d are understood", len(rows), want)
	}
	for _, row := range rows {
		n, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n *= map[string]int64{"": 1, " bytes": 1, " KiB": 1 << 10, " MiB": 1 << 20}[row[2]]
		if got, ok := constantOf(t, row[3], row[4]); !ok || got != n {
			t.Errorf("%s.%s is %d (%v), SECURITY.md says %d", row[3], row[4], got, ok, n)
		}
	}
}

// constantOf reads an integer constant, exported or not, from a package's sources.
func constantOf(t *testing.T, pkg, name string) (int64, bool) {
	t.Helper()
	folder := filepath.Join("..", pkg)
	for _, other := range []string{"../modules", "../internal"} {
		if _, err := os.Stat(folder); err != nil {
			folder = filepath.Join(other, pkg)
		}
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, source := range names {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	ignore := types.Config{Error: func(error) {}, IgnoreFuncBodies: true} // imports are not looked up
	checked, _ := ignore.Check(pkg, set, files, nil)
	found, isConstant := checked.Scope().Lookup(name).(*types.Const)
	if !isConstant {
		return 0, false
	}
	return constant.Int64Val(constant.ToInt(found.Val()))
}

package fuzz

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var tableRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `(Fuzz[^`]+)` \\| (.*) \\|$")

// TestEveryTargetIsListed holds README.md to the targets that there are, and each to an oracle in
// words and to seeds.
func TestEveryTargetIsListed(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[string]string)
	for _, row := range tableRow.FindAllStringSubmatch(string(text), -1) {
		listed[row[1]+" "+row[2]] = row[3]
	}
	for _, fault := range registryFaults(listed, targets(t, os.DirFS(".."))) {
		t.Error(fault)
	}
	if !slices.IsSorted(tableRow.FindAllString(string(text), -1)) {
		t.Error("README.md: the rows are not sorted")
	}
}

// The test itself must not be blind.
func TestRegistrySeesFaults(t *testing.T) {
	found := map[string]bool{"wire FuzzFrame": true}
	for name, c := range map[string]struct {
		listed map[string]string
		found  map[string]bool
	}{
		"not listed": {nil, found},
		"gone":       {map[string]string{"wire FuzzFrame": "a decoder", "wire FuzzGone": "a decoder"}, found},
		"no oracle":  {map[string]string{"wire FuzzFrame": " "}, found},
		"no seeds":   {map[string]string{"wire FuzzFrame": "a decoder"}, map[string]bool{"wire FuzzFrame": false}},
	} {
		if faults := registryFaults(c.listed, c.found); len(faults) != 1 {
			t.Errorf("%s: %q", name, faults)
		}
	}
}

// registryFaults compares what is listed, with its oracle, with what is found, with or without seeds.
func registryFaults(listed map[string]string, found map[string]bool) (faults []string) {
	for _, target := range slices.Sorted(maps.Keys(found)) {
		oracle, there := listed[target]
		switch {
		case !there:
			pkg, name, _ := strings.Cut(target, " ")
			faults = append(faults, "fuzz/README.md lacks | `"+pkg+"` | `"+name+"` | what holds it |")
		case strings.TrimSpace(oracle) == "":
			faults = append(faults, "fuzz/README.md says nothing of what holds "+target)
		case !found[target]:
			faults = append(faults, target+" has no seeds: want f.Add or files in testdata/fuzz")
		}
	}
	for _, target := range slices.Sorted(maps.Keys(listed)) {
		if _, there := found[target]; !there {
			faults = append(faults, "fuzz/README.md lists "+target+", which is not there")
		}
	}
	return faults
}

// targets finds every fuzz target of the repository, and whether it has seeds.
func targets(t *testing.T, tree fs.FS) map[string]bool {
	t.Helper()
	found := make(map[string]bool)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(path.Base(name), ".") && name != "."
		switch {
		case err != nil:
			return err
		case d.IsDir() && (hidden || path.Base(name) == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		return addTargets(tree, name, found)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 20 {
		t.Fatalf("found %d targets only", len(found))
	}
	return found
}

func addTargets(tree fs.FS, name string, found map[string]bool) error {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		f, isFunc := d.(*ast.FuncDecl)
		if !isFunc || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Fuzz") {
			continue
		}
		folder := path.Dir(name)
		kept, _ := fs.ReadDir(tree, path.Join(folder, "testdata/fuzz", f.Name.Name)) // there may be none
		found[folder+" "+f.Name.Name] = len(kept) > 0 || seeds(f)
	}
	return nil
}

// seeds tells whether a target calls Add.
func seeds(f *ast.FuncDecl) (does bool) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if call, isSelector := n.(*ast.SelectorExpr); isSelector && call.Sel.Name == "Add" {
			does = true
		}
		return true
	})
	return does
}

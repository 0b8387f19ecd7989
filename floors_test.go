package millrace

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/millrace/millrace"

// floors is the house of ARCHITECTURE.md: a package imports only packages of lower floors. The
// longest prefix that ends at a slash or at the name's end decides; a new package must choose.
var floors = map[string]int{
	"internal/explore":             0,
	"internal/redact":              1,
	"fault":                        1,
	"internal/assert":              1,
	"internal/atom":                1,
	"internal/explore/exploretest": 1,
	"internal/park":                2,
	"ring":                         3,
	"internal/completion":          3,
	"internal/layout":              4,
	"internal/arena":               5,
	"property":                     5,
	"filter":                       6,
	"wire":                         6,
	"message":                      6,
	"routing/index":                7,
	"routing":                      8,
	"engine":                       9,
	"module":                       10,
	"typed":                        10,
	"internal/sp":                  10,
	"module/moduletest":            11,
	"modules/internal":             11,
	"outprocess":                   11,
	"modules":                      12,
	"document":                     12,
	"modules/standard":             13,
	"gateway":                      13,
	"migrate":                      13,
	"profile":                      13,
	"report":                       13,
	"bench":                        14,
	"bench/goals":                  15,
	"bench/scale":                  15,
	"bench/series":                 1,
	"bench/versus":                 15,
	"internal/cli":                 14,
	"internal/cli/clitest":         14,
	"remote":                       14,
	"cmd":                          15,
	"examples":                     15,
	"fuzz":                         15,
	"internal/mutants":             15,
	"internal/proofs":              13,
	".":                            16,
}

// light lists what engine, and what it stands on, may import beyond the standard library.
var light = []string{
	"github.com/cespare/xxhash/v2",
	"github.com/valyala/bytebufferpool",
}

// fastPath lists the packages that hold the fast path, where atomics come from internal/atom only.
var fastPath = []string{
	"ring", "property", "internal/layout", "internal/arena", "message", "filter", "routing", "engine", "internal/park", "internal/completion",
}

// It parses the sources itself: a test that asks the go command is answered from the test cache
// even when an import has changed.
func TestFloors(t *testing.T) {
	imports := sourceImports(t, os.DirFS("."))
	if len(imports) < 10 {
		t.Fatalf("found %d packages only", len(imports))
	}
	for _, fault := range floorFaults(imports) {
		t.Error(fault)
	}
}

// The floors test itself must not be blind.
func TestFloorsSeesViolations(t *testing.T) {
	for name, imports := range map[string]map[string][]string{
		"upward":      {"ring": {module + "/engine"}},
		"sideways":    {"message": {module + "/routing"}},
		"no floor":    {"cellar": {"fmt"}},
		"heavy":       {"engine": {"github.com/spf13/cobra"}},
		"raw atomics": {"ring": {"sync/atomic"}},
		"unsafe":      {"engine": {"unsafe"}},
	} {
		if len(floorFaults(imports)) != 1 {
			t.Errorf("%s: found %v", name, floorFaults(imports))
		}
	}
}

func floorFaults(imports map[string][]string) (faults []string) {
	for dir, paths := range imports {
		floor, known := floorOf(dir)
		if !known {
			faults = append(faults, dir+": a new package must choose its floor in floors_test.go")
			continue
		}
		for _, p := range paths {
			if fault := importFault(dir, floor, p); fault != "" {
				faults = append(faults, fault)
			}
		}
	}
	slices.Sort(faults)
	return faults
}

func importFault(dir string, floor int, imported string) string {
	engineFloor := floors["engine"]
	own, isOwn := strings.CutPrefix(imported, module+"/")
	switch {
	case isOwn:
		below, known := floorOf(own)
		if !known || below >= floor {
			return fmt.Sprintf("%s (floor %d) imports %s (floor %d)", dir, floor, own, below)
		}
	case imported == "unsafe":
		return dir + " imports unsafe outside a file named _unsafe.go"
	case imported == "sync/atomic" && slices.Contains(fastPath, dir):
		return dir + " imports sync/atomic instead of internal/atom"
	case floor <= engineFloor && strings.Contains(imported, ".") && !slices.Contains(light, imported):
		return dir + " must stay light, but imports " + imported
	}
	return ""
}

func floorOf(dir string) (int, bool) {
	for name := dir; ; name = path.Dir(name) {
		if floor, known := floors[name]; known && (name != "." || dir == ".") {
			return floor, true
		}
		if name == "." {
			return 0, false
		}
	}
}

// sourceImports returns the imports of each package's sources, by folder. Nested modules, tests and
// files for other uses are left out.
func sourceImports(t *testing.T, tree fs.FS) map[string][]string {
	found := make(map[string][]string)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipDir(tree, name)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		return readImports(tree, name, found)
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func skipDir(tree fs.FS, name string) error {
	base := path.Base(name)
	nested := false
	if name != "." {
		_, err := fs.Stat(tree, path.Join(name, "go.mod"))
		nested = err == nil
	}
	if nested || base == "testdata" || (base != "." && strings.HasPrefix(base, ".")) {
		return fs.SkipDir
	}
	return nil
}

func readImports(tree fs.FS, name string, found map[string][]string) error {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return err
	}
	dir := path.Dir(filepath.ToSlash(name))
	found[dir] = append(found[dir], []string{}...)
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if imported != "unsafe" || !strings.HasSuffix(name, "_unsafe.go") {
			found[dir] = append(found[dir], imported)
		}
	}
	return nil
}

// An embedder's program that imports only engine pulls in nothing but the standard library and the
// card's packages. The closure is read from the sources, as above.
func TestEngineIsLight(t *testing.T) {
	imports := sourceImports(t, os.DirFS("."))
	seen := make(map[string]bool)
	var visit func(dir string)
	visit = func(dir string) {
		for _, imported := range imports[dir] {
			own, isOwn := strings.CutPrefix(imported, module+"/")
			if isOwn && !seen[own] {
				seen[own] = true
				visit(own)
			}
			if !isOwn && strings.Contains(imported, ".") {
				seen[imported] = true
				if !slices.Contains(light, imported) {
					t.Errorf("engine pulls in %s by way of %s", imported, dir)
				}
			}
		}
	}
	visit("engine")
	if !seen["ring"] || !seen["github.com/cespare/xxhash/v2"] {
		t.Errorf("the closure is too small to be true: %v", seen)
	}
	t.Logf("engine pulls in %v", slices.Sorted(func(yield func(string) bool) {
		for name := range seen {
			if !yield(name) {
				return
			}
		}
	}))
}

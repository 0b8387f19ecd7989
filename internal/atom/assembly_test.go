//go:build explore

package atom_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Builds without the tag explore are compiled to the same instructions as if their sources used
// sync/atomic by its name and declared no accesses. Only what follows from the declarations being
// generic and inlined differs: the places of entries in the dictionaries of generic code, with them
// the order of two loads here and there, and which padding is also a mark for tracebacks. So each
// function is compared by its sequence of instructions, without their operands and without padding.
func TestTheExplorerCostsNothing(t *testing.T) {
	root := moduleRoot(t)
	packages := []string{"ring", "property", "message", "engine"}
	as := compile(t, root, packages, "")
	plain := compile(t, root, packages, plainly(t, root, packages))
	if len(as) < 500 {
		t.Fatalf("%d functions only", len(as))
	}
	instructions := 0
	for _, name := range slices.Sorted(maps.Keys(plain)) {
		instructions += strings.Count(plain[name], "\n")
		if as[name] != plain[name] {
			t.Errorf("%s is compiled differently:\n%s\ninstead of\n%s", name, as[name], plain[name])
		}
	}
	for name := range as {
		if _, there := plain[name]; !there && !declaration.MatchString(name) {
			t.Errorf("%s is compiled in addition", name)
		}
	}
	t.Logf("%d functions of %d instructions", len(plain), instructions)
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(strings.TrimSpace(string(out)))
}

var (
	declaration = regexp.MustCompile(`internal/atom\.(Reads|Writes)`)
	declares    = regexp.MustCompile(`(?m)^\s*atom\.(Reads|Writes)(Run)?\(.*\)$`)
	byName      = regexp.MustCompile(`\batom\.`)
)

// plainly writes the packages' sources as they would be without internal/atom, line by line, and
// returns an overlay of them.
func plainly(t *testing.T, root string, packages []string) (overlay string) {
	t.Helper()
	dir, replace := t.TempDir(), make(map[string]string)
	for _, pkg := range packages {
		sources, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			bytes, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			if text, changed := withoutAtom(string(bytes)); changed && !strings.HasSuffix(source, "_test.go") {
				copied := filepath.Join(dir, fmt.Sprint(len(replace), ".go"))
				replace[source] = copied
				write(t, copied, []byte(text))
			}
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	write(t, overlay, list)
	return overlay
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func withoutAtom(text string) (plain string, changed bool) {
	const own = `"github.com/millrace/millrace/internal/atom"`
	if !strings.Contains(text, own) || strings.Contains(text, "//go:build explore") {
		return text, false
	}
	plain = declares.ReplaceAllString(text, "")
	if byName.MatchString(plain) {
		return byName.ReplaceAllString(strings.Replace(plain, own, `"sync/atomic"`, 1), "atomic."), true
	}
	return strings.Replace(plain, own, `_ "sync/atomic"`, 1), true
}

var (
	function    = regexp.MustCompile(`^(\S.*) STEXT `)
	instruction = regexp.MustCompile(`^\t0x\w+ \d+ \(.*?\)\t(([A-Z]\w*).*)`)
	bookkeeping = regexp.MustCompile(`^(TEXT|PCDATA|FUNCDATA|NOP|XCHGL\tAX, AX)\b`)
)

// compile returns the instructions of each function of the packages.
func compile(t *testing.T, root string, packages []string, overlay string) map[string]string {
	t.Helper()
	args := []string{"build", "-gcflags=-S", "-overlay", overlay}
	for _, pkg := range packages {
		args = append(args, "./"+pkg)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	functions := make(map[string]string)
	pkg, name := "", ""
	for line := range strings.Lines(string(out)) {
		if text, begins := strings.CutPrefix(line, "# "); begins {
			pkg = strings.TrimSpace(text)
		}
		if m := function.FindStringSubmatch(line); m != nil {
			name = pkg + ": " + m[1]
			functions[name] = ""
		}
		if m := instruction.FindStringSubmatch(line); m != nil && !bookkeeping.MatchString(m[1]) {
			functions[name] += m[2] + "\n"
		}
	}
	return functions
}

package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// Every kind of mutation, and what it makes of the code. Each line has a place that has one.
func TestMutationsOf(t *testing.T) {
	const source = `package p

const limit = 7

func f(list []int, err error) (n int, _ error) {
	if err != nil {
		return 0, err
	}
	for i := 0; i < limit; i++ {
		if list[i] == n && true {
			continue
		}
		switch {
		case n > 2:
			n--
		}
		n += g(n, i) - 2
	}
	defer g('a', 0)
	assert.That(n > 5)
	if assert.Enabled && n == 6 {
		n = 0
	}
	n = 1.5
	return n, nil
}
`
	list, err := mutationsOf("p/p.go", "example/p", source)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		changed := strings.Split(m.apply(source), "\n")
		got = append(got, m.kind+": "+strings.TrimSpace(changed[m.line-1]))
	}
	want := []string{
		"change a constant: const limit = (7 + 1)",
		"change a constant: const limit = (7 - 1)",
		"return early: func f(list []int, err error) (n int, _ error) { return *new(int), *new(error);",
		"drop an error check: if false && (err != nil) {",
		"negate a condition: if err == nil {",
		"drop an error: return 0, error(nil)",
		"change a constant: return (0 + 1), err",
		"change a constant: for i := (0 + 1); i < limit; i++ {",
		"negate a condition: for i := 0; !(i < limit); i++ {",
		"move a boundary: for i := 0; i <= limit; i++ {",
		"negate a condition: for i := 0; i >= limit; i++ {",
		"drop a statement: for i := 0; i < limit;  {",
		"change an operator: for i := 0; i < limit; i-- {",
		"return early: for i := 0; i < limit; i++ { return *new(int), *new(error);",
		"drop a check: if false && (list[i] == n && true) {",
		"negate a condition: if !(list[i] == n && true) {",
		"change an operator: if list[i] == n || true {",
		"negate a condition: if list[i] != n && true {",
		"change a constant: if list[i] == n && false {",
		"return early: if list[i] == n && true { return *new(int), *new(error);",
		"drop a statement: ",
		"swap break and continue: break",
		"drop a case: ",
		"move a boundary: case n >= 2:",
		"negate a condition: case n <= 2:",
		"change a constant: case n > (2 + 1):",
		"change a constant: case n > (2 - 1):",
		"return early: case n > 2: return *new(int), *new(error);",
		"drop a statement: ",
		"change an operator: n++",
		"drop a statement: ",
		"change an operator: n -= g(n, i) - 2",
		"swap operands: n += 2 - g(n, i)",
		"swap arguments: n += g(i, n) - 2",
		"change an operator: n += g(n, i) + 2",
		"change a constant: n += g(n, i) - (2 + 1)",
		"change a constant: n += g(n, i) - (2 - 1)",
		"drop a statement: ",
		"swap arguments: defer g(0, 'a')",
		"change a constant: defer g(('a' + 1), 0)",
		"change a constant: defer g('a', (0 + 1))",
		"drop a statement: ",
		"change a constant: n = (1.5 + 1)",
		"change a constant: n = (1.5 - 1)",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("more than wanted: %q\nmissing: %q", without(got, want), without(want, got))
	}
}

func without(list, other []string) (rest []string) {
	for _, s := range list {
		if !slices.Contains(other, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

func TestMutationsKnowTheirFunction(t *testing.T) {
	const source = `package p

var first = 1

type list[T any] struct{ size int }

func (l *list[T]) grow() { l.size++ }

func (l list[T]) empty() bool { return l.size == 0 }

func f() { _ = func() error { g(); return nil } }
`
	all, err := mutationsOf("p/p.go", "example/p", source)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all {
		got = append(got, m.described())
		if m.kind == "return early" && strings.Contains(m.text, "error") && !strings.Contains(m.apply(source), "error { return *new(error); g()") {
			t.Errorf("a function in a function returns what is its own: %s", m.apply(source))
		}
	}
	for _, want := range []string{
		"change a constant", "drop a statement in (*list).grow", "change a constant in list.empty", "return early in f",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

// A seed says what is tried, and every line that can be broken is as likely as any other.
func TestChoose(t *testing.T) {
	var all []mutation
	for line := range 10 {
		for way := range 1 + line*line {
			all = append(all, mutation{file: "a.go", line: line, start: way})
		}
	}
	first := choose(all, 7)
	if len(first) != 10 || !slices.Equal(first, choose(all, 7)) {
		t.Errorf("%d places of 10; the same seed, the same order: %v", len(first), slices.Equal(first, choose(all, 7)))
	}
	begins := make(map[int]int)
	for seed := range uint64(2000) {
		begins[choose(all, seed)[0].line]++
	}
	for line := range 10 {
		if n := begins[line]; n < 100 || n > 300 {
			t.Errorf("line %d comes first in %d of 2000 seeds, 200 are its share", line, n)
		}
	}
}

// house is a module of two packages and a helper of tests. Nothing in sum's own tests sees what
// Twice returns; the tests of double do.
func house(t *testing.T) *tree {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module house\n\ngo 1.26\n",
		"sum/sum.go": `package sum

func Sum(a, b int) int {
	return a - -b
}

func Twice(a int) int {
	return a * 2
}

func Nobody() int {
	return 3
}

func Wait(n int) {
	for n > 0 {
		n--
	}
}
`,
		"sum/sum_test.go":       "package sum\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {\n\tif Sum(2, 2) != 4 {\n\t\tt.Fatal(\"two and two\")\n\t}\n\tWait(3)\n}\n",
		"double/double.go":      "package double\n\nimport \"house/sum\"\n\nfunc Double(a int) int { return sum.Twice(a) }\n",
		"double/double_test.go": "package double\n\nimport \"testing\"\n\nfunc TestDouble(t *testing.T) {\n\tif Double(2) != 4 {\n\t\tt.Fatal(\"twice two\")\n\t}\n}\n",
		"helptest/help.go":      "package helptest\n\nfunc Help() int { return 1 }\n",
		"command/main.go":       "package main\n\nfunc main() { println(7) }\n",
	} {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := readTree(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestImporters(t *testing.T) {
	tree := &tree{list: []pkg{
		{ImportPath: "top", Imports: []string{"middle"}, TestGoFiles: []string{"a"}},
		{ImportPath: "aside", XTestImports: []string{"low"}, XTestGoFiles: []string{"a"}},
		{ImportPath: "middle", Imports: []string{"low"}, TestGoFiles: []string{"a"}},
		{ImportPath: "untested", Imports: []string{"low"}},
		{ImportPath: "beyond", Imports: []string{"aside"}, TestGoFiles: []string{"a"}},
		{ImportPath: "low", TestGoFiles: []string{"a"}},
	}}
	if got := tree.importers("low"); !slices.Equal(got, []string{"aside", "middle", "top"}) {
		t.Errorf("%q", got)
	}
}

// What may become of a mutant: its package's tests notice it, those of another package, or nobody; it
// hangs, or is no program.
func TestOutcomes(t *testing.T) {
	tree := house(t)
	all, err := tree.mutations()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.pkg == "house/helptest" {
			t.Errorf("a helper of tests is mutated: %+v", m)
		}
	}
	r := runner{tree: tree, limit: 5 * time.Second}
	for _, c := range []struct{ where, text, result, pkg, test, said string }{
		{"Sum", "+", killed, "house/sum", "TestSum", "two and two"},
		{"Twice", "/", killed, "house/double", "TestDouble", "twice two"},
		{"Nobody", "(3 + 1)", survived, "", "", ""},
		{"main", "(7 + 1)", survived, "", "", ""},
		{"Wait", "++", hung, "house/sum", "TestSum", "panic: test timed out after 5s"},
	} {
		i := slices.IndexFunc(all, func(m mutation) bool { return m.where == c.where && m.text == c.text })
		if i < 0 {
			t.Fatalf("no mutation of %s to %s", c.where, c.text)
		}
		o, err := r.try(t.Context(), all[i])
		if err != nil || o.Result != c.result || o.Package != c.pkg || o.Test != c.test || o.Said != c.said {
			t.Errorf("%s: %+v, %v", c.where, o, err)
		}
		if (o.Patch != "") != (c.result == survived) {
			t.Errorf("%s: patch %q", c.where, o.Patch)
		}
	}
	if left, err := filepath.Glob(filepath.Join(tree.root, "*")); err != nil || len(left) != 5 {
		t.Errorf("what trying leaves behind: %q, %v", left, err)
	}
	o, err := r.try(t.Context(), mutation{file: "sum/sum.go", pkg: "house/sum", text: "no Go"})
	if err != nil || o.Result != uncompiled {
		t.Errorf("%+v, %v", o, err)
	}
}

// A test that fails anyway kills nothing.
func TestAFailingTestIsNoKill(t *testing.T) {
	tree := house(t)
	name := filepath.Join(tree.root, "sum", "more_test.go")
	if err := os.WriteFile(name, []byte("package sum\n\nimport \"testing\"\n\nfunc TestBad(t *testing.T) { t.Fatal() }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := runner{tree: tree, limit: time.Minute, own: true}
	_, err := r.try(t.Context(), mutation{file: "sum/sum.go", pkg: "house/sum"})
	if err == nil || !strings.Contains(err.Error(), "house/sum fail without any mutant") {
		t.Error(err)
	}
}

// A survivor is printed as a patch that says which place is meant, and is known again by its reason.
func TestSurvivorsAreKnownAgain(t *testing.T) {
	const source = "package p\n\nfunc a() {\n\tf()\n}\n\nfunc b() {\n\tf()\n}\n"
	all, err := mutationsOf("p/p.go", "p", source)
	if err != nil {
		t.Fatal(err)
	}
	root := fstest.MapFS{"p/p.go": {Data: []byte(source)}}
	for _, m := range all {
		text := strings.Replace(m.patch(source), "survives: ", "survives: because", 1)
		p, err := parsePatch("one", text)
		if err != nil {
			t.Fatal(err)
		}
		files, err := p.apply(root)
		if err != nil || files["p/p.go"] != m.apply(source) {
			t.Errorf("%v: %s", err, text)
		}
		root[survivors+"/one.txt"] = &fstest.MapFile{Data: []byte(text)}
		known, err := readKnown(root)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range all {
			want := ""
			if other == m {
				want = "because"
			}
			if got := known.reason(&outcome{Patch: other.patch(source)}); got != want {
				t.Errorf("%+v: %q", other, got)
			}
		}
	}
	root["p/p.go"] = &fstest.MapFile{Data: []byte("package p\n")}
	if _, err := readKnown(root); err == nil || !strings.Contains(err.Error(), "0 times") {
		t.Errorf("the code has changed, and the reason stands: %v", err)
	}
}

func TestReasonsFitTheCode(t *testing.T) {
	if _, err := readKnown(os.DirFS(filepath.Join("..", ".."))); err != nil {
		t.Error(err)
	}
}

func TestASurvivorNeedsAReason(t *testing.T) {
	root := fstest.MapFS{
		"sum/sum.go":            {Data: []byte("\treturn a + b\n")},
		survivors + "/good.txt": {Data: []byte(good)},
	}
	if _, err := readKnown(root); err == nil || !strings.Contains(err.Error(), "says why it survives") {
		t.Error(err)
	}
}

// A run goes on where its journal ends, and other seeds' lines are not its own.
func TestJournal(t *testing.T) {
	name := filepath.Join(t.TempDir(), "journal")
	j, err := openJournal(name, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []outcome{
		{Seed: 1, Position: 0, Result: killed}, {Seed: 2, Position: 1, Result: killed}, {Seed: 1, Position: 2, Result: uncompiled},
	} {
		if err := j.add(o); err != nil {
			t.Fatal(err)
		}
	}
	if j, err = openJournal(name, 1); err != nil {
		t.Fatal(err)
	}
	if !j.tried(0) || j.tried(1) || !j.tried(2) || j.mutants() != 1 {
		t.Errorf("%+v", j.list)
	}
}

func TestSummary(t *testing.T) {
	list := []outcome{
		{Position: 2, Result: survived, Kind: "a", File: "p.go", Line: 3, Patch: "open"},
		{Position: 0, Result: killed, Kind: "a"}, {Position: 1, Result: hung, Kind: "a"},
		{Position: 3, Result: uncompiled, Kind: "b"}, {Position: 4, Result: explored, Kind: "c"},
	}
	s := sum(list, &known{})
	s.seed, s.places = 9, 100
	const line = "seed 9: 4 mutants, 3 killed (1 of them by a hang, 1 by explorations only), 1 survived, " +
		"of which nobody can notice 0: 75.0 % of those that somebody could notice."
	if s.line() != line || s.rate() != 75 {
		t.Errorf("%s %v", s.line(), s.rate())
	}
	s.reasons[2] = "why | not"
	var b strings.Builder
	if err := s.write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"100 places to choose from; 1 more mutants were no programs", "| a | 3 | 2 |\n| c | 1 | 1 |\n\n", "| p.go:3 | a: ", "| why / not |",
		"nobody can notice 1: 100.0 %",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// The whole command, on a module of its own.
func TestRandomRun(t *testing.T) {
	t.Chdir(house(t).root)
	r := random{seed: 4, n: 5, limit: 5 * time.Second, least: 100, journal: "journal"}
	var b strings.Builder
	err := r.run(t.Context(), selection{"sum/", 1, 0}, "out", &b)
	if err == nil || !strings.Contains(err.Error(), "% were noticed, 100.0 are wanted") {
		t.Errorf("%v\n%s", err, b.String())
	}
	if !strings.Contains(b.String(), "survives: \nfile: sum/sum.go\n-- old\n") {
		t.Errorf("no survivor is shown:\n%s", b.String())
	}
	r.least = 0
	if err := r.run(t.Context(), selection{"sum/", 1, 0}, "", io.Discard); err != nil {
		t.Errorf("what the journal holds is tried again: %v", err)
	}
}

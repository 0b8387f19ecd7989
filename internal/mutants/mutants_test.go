package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// The patches are for the code as it is now: whoever changes a line that one of them breaks changes
// the patch, or takes it away.
func TestEveryPatchFits(t *testing.T) {
	list, err := readPatches(os.DirFS("patches"))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 50 {
		t.Errorf("%d mutants only", len(list))
	}
	root := os.DirFS(filepath.Join("..", ".."))
	for _, p := range list {
		if _, err := p.apply(root); err != nil {
			t.Error(err)
		}
	}
}

const good = `breaks: the sum
run: ./sum TestSum
with: plain
file: sum/sum.go
-- old
	return a + b
-- new
	return a - b
`

func TestPatchesAreReadStrictly(t *testing.T) {
	if _, err := parsePatch("good", good); err != nil {
		t.Fatal(err)
	}
	for says, broken := range map[string]string{
		"bad.txt:1: \"brakes":     strings.Replace(good, "breaks", "brakes", 1),
		"all wanted":              strings.Replace(good, " TestSum", "", 1),
		"not \"fast\"":            strings.Replace(good, "plain", "fast", 1),
		"without a file":          strings.Replace(good, "file: sum/sum.go\n", "", 1),
		"without a change":        strings.Replace(good, "a - b", "a + b", 1),
		"bad.txt:5: \"-- new\"":   strings.Replace(good, "-- old\n\treturn a + b\n", "", 1),
		"without old text":        strings.Replace(good, "\treturn a + b\n", "\n", 1),
		"bad.txt:1: \"\" is none": "\n" + good,
	} {
		if _, err := parsePatch("bad", broken); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, wanted %q, of\n%s", err, says, broken)
		}
	}
}

func TestAPatchThatDoesNotFitSaysSo(t *testing.T) {
	p, err := parsePatch("good", good)
	if err != nil {
		t.Fatal(err)
	}
	for says, text := range map[string]string{
		"":                 "\treturn a + b\n",
		"0 times":          "\treturn b + a\n",
		"2 times":          "\treturn a + b\n\treturn a + b\n",
		"does not exist":   "",
		"0 times instead ": "return a + b",
	} {
		root := fstest.MapFS{}
		if text != "" {
			root["sum/sum.go"] = &fstest.MapFile{Data: []byte(text)}
		}
		files, err := p.apply(root)
		if says == "" && (err != nil || files["sum/sum.go"] != "\treturn a - b\n") {
			t.Errorf("%v, %q", err, files)
		}
		if says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%v, wanted %q", err, says)
		}
	}
}

// module writes a small module with a test to a folder of its own.
func module(t *testing.T) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module sums\n\ngo 1.26\n",
		"sum/sum.go":      "package sum\n\n// Sum adds.\nfunc Sum(a, b int) int {\n\treturn a + b\n}\n",
		"sum/sum_test.go": "package sum\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {\n\tif Sum(2, 2) != 4 {\n\t\tt.Fatal(\"two and two\")\n\t}\n}\n",
	} {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// Each thing that can become of a mutant, and what the command says of it.
func TestVerdicts(t *testing.T) {
	root := module(t)
	for name, c := range map[string]struct{ before, after, fault string }{
		"killed":       {"", "", ""},
		"survives":     {"a - b", "b + a", "no test of ./sum notices that the sum"},
		"as it should": {"with:", "survives: addition commutes\nwith:", "killed, though it should survive"},
		"no Go":        {"a - b", "a - c", "it does not compile"},
		"no such test": {"TestSum", "TestDifference", "./sum has no test TestDifference"},
		"does not fit": {"-- old\n\treturn a", "-- old\n\treturn b", "0 times instead of once"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := parsePatch(name, strings.Replace(good, c.before, c.after, 1))
			if err != nil {
				t.Fatal(err)
			}
			list, err := tryAll(t.Context(), root, []patch{p}, io.Discard)
			switch {
			case c.fault == "" && (err != nil || list[0].by != "TestSum" || list[0].how != "two and two"):
				t.Errorf("%v %+v", err, list)
			case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
				t.Errorf("%v, wanted %q", err, c.fault)
			}
		})
	}
	if _, err := tryAll(t.Context(), root, nil, io.Discard); err == nil {
		t.Error("none chosen, and nothing said")
	}
}

func TestJudge(t *testing.T) {
	const explored = `--- FAIL: TestExploreRing (0.25s)
    --- FAIL: TestExploreRing/size=2 (0.12s)
        ring_test.go:8: 216 schedules (0 more pruned), exhausted, longest 9 operations
        ring_test.go:9: deadlock: consumer waits to take
        after 17 schedules; this one: ab
FAIL
`
	for name, c := range map[string]struct {
		out  string
		want verdict
		err  string
	}{
		"explored": {explored, verdict{
			killed: true, by: "TestExploreRing/size=2", how: "deadlock: consumer waits to take",
			schedules: 17, elapsed: 120 * time.Millisecond,
		}, ""},
		"raced": {"WARNING: DATA RACE\n--- FAIL: TestA (1.50s)\n    a_test.go:1: wrong\n    testing.go:1: race\n", verdict{
			killed: true, by: "TestA", how: "WARNING: DATA RACE", elapsed: 1500 * time.Millisecond,
		}, ""},
		"crashed": {"panic: too bad\n\ngoroutine 1:\nFAIL\n", verdict{killed: true, how: "panic: too bad"}, ""},
		"hangs":   {"panic: test timed out after 10m0s\nFAIL\n", verdict{}, "it hangs"},
		"no Go":   {"# ring\nring.go:1:1: undefined: x\nFAIL ring [build failed]\n", verdict{}, "does not compile"},
	} {
		t.Run(name, func(t *testing.T) {
			var v verdict
			v.judge(c.out)
			if c.err != "" {
				if v.err == nil || !strings.Contains(v.err.Error(), c.err) {
					t.Fatal(v.err)
				}
				return
			}
			if v.killed != c.want.killed || v.by != c.want.by || v.how != c.want.how ||
				v.schedules != c.want.schedules || v.elapsed != c.want.elapsed || v.err != nil {
				t.Fatalf("%+v, wanted %+v", v, c.want)
			}
		})
	}
}

func TestSelection(t *testing.T) {
	var all []patch
	for _, name := range strings.Fields("a-1 a-2 a-3 b-1 b-2") {
		all = append(all, patch{name: name})
	}
	for _, c := range []struct {
		selection
		want string
	}{
		{selection{"", 1, 0}, "a-1 a-2 a-3 b-1 b-2"},
		{selection{"a-", 1, 7}, "a-1 a-2 a-3"},
		{selection{"", 2, 0}, "a-1 a-3 b-2"},
		{selection{"", 2, 1}, "a-2 b-1"},
	} {
		var names []string
		for _, p := range c.of(all) {
			names = append(names, p.name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	err := writeTable(&b, []verdict{
		{patch: patch{name: "a", breaks: "one"}, killed: true, by: "TestA", how: "x | y", schedules: 3, elapsed: time.Second / 4},
		{patch: patch{name: "b", breaks: "two", survives: "it is the same"}},
		{patch: patch{name: "c", breaks: "three"}},
	})
	want := "3 mutants, 1 killed.\n\n" +
		"| mutant | what it breaks | killed by | by what it said | schedules | seconds |\n" +
		"|---|---|---|---|---:|---:|\n" +
		"| a | one | TestA | x / y | 3 | 0.25 |\n" +
		"| b | two | nobody: it is the same |  | - | - |\n" +
		"| c | three | **nobody** |  | - | - |\n"
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
}

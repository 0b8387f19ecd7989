package filter

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/millrace/millrace/property"
)

var goodTexts = []string{
	"a = 'x' AND NOT (b <> 30 OR c >= -1.5e3)", "a IN ('x', 1, TRUE) AND b NOT IN ('y')", "a LIKE 'x%_!%' ESCAPE '!'",
	"a BETWEEN 1 AND 2 OR b IS NOT NULL", "exists([a b]) and user.\"c\" = 'it''s'", "1 = 1", "PREFIX(a, '%')",
	"(a + b) * -2 > LENGTH(c) - (1 / d)", "LOWER(a) = UPPER([b c]) OR a <> b", "a BETWEEN ('1') AND '2' AND b BETWEEN c AND d + 1",
	"LOWER(a) LIKE '%x%' AND +a = b AND UPPER(a) NOT IN ('X', 'Y')", "- - a < (((3)))",
	"NOT a BETWEEN 1 AND 2 AND 3 < b", "größe = 1 -- x", "NOT NOT NOT (((a = 1)))",
}

// FuzzParse holds Parse to a bounded effort, errors with a place, and a print that parses to the same.
func FuzzParse(f *testing.F) {
	for _, text := range append(goodTexts, mistakes...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		filter, err := Parse(text)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20+uint64(len(text))*2000 {
			t.Fatalf("%d bytes taken to read %d", taken, len(text))
		}
		checkExplained(t, filter)
		if err != nil {
			checkPlace(t, text, err)
			return
		}
		printed := filter.String()
		again, err := Parse(printed)
		if len(printed) <= textMax && (err != nil || !reflect.DeepEqual(filter, again)) {
			t.Fatalf("%.500q printed as %.500q came back as %.500v, %v", text, printed, again, err)
		}
	})
}

// FuzzParseRoute does the same for routes.
func FuzzParseRoute(f *testing.F) {
	for _, text := range append(goodRoutes(), badRoutes...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRoute(text)
		if err != nil {
			checkPlace(t, text, err)
			if r.Filter.String() != "FALSE" {
				t.Fatalf("%v beside %v", r, err)
			}
		} else if r.Source == "" || r.Sink == "" || r.Sink != Upstream && r.Input == "" {
			t.Fatalf("%q gives %+v", text, r)
		}
	})
}

func checkPlace(t *testing.T, text string, err error) {
	t.Helper()
	var e *SyntaxError
	if !errors.As(err, &e) || e.Problem == "" || e.Want == "" {
		t.Fatalf("no SyntaxError with words: %#v", err)
	}
	lines := strings.Split(text, "\n")
	if e.Offset > len(text) || e.Line < 1 || e.Line > len(lines) || e.Column < 1 ||
		e.Column > utf8.RuneCountInString(lines[e.Line-1])+1 {
		t.Fatalf("%q: place %d, %d:%d", text, e.Offset, e.Line, e.Column)
	}
	shown := strings.Split(strings.TrimSuffix(e.Render(), "\n"), "\n")
	if len(shown) != 3 || len(shown[1]) > 1000 || strings.ContainsAny(e.Render(), "\x1b\x00\r") {
		t.Fatalf("%q is shown as %q", text, e.Render())
	}
}

// checkExplained compares Explain with Match on a message that has some of the properties.
func checkExplained(t *testing.T, f Filter) {
	t.Helper()
	keys := property.NewKeys(8)
	v := viewOf(keys, values{"a": "x", "b": "1e3", "c": ""})
	var p Probe
	if got, want := f.Explain(v).Truth, Compile(f, keys).Match(v, &p); got != want {
		t.Fatalf("%v is explained as %v, but is %v", f, got, want)
	}
}

// repeated makes a text of almost 64 KiB.
func repeated(before, piece, after string) string {
	n := (textMax - len(before) - len(after)) / len(piece)
	return before + strings.Repeat(piece, n) + after
}

// worst are texts of the greatest length that would show a parser whose time is not linear.
func worst() map[string]string {
	return map[string]string{
		"conditions":      repeated("a=1", " OR a=1", ""),
		"parentheses":     repeated("", "(", ""),
		"closed":          strings.Repeat("(", textMax/2-4) + "a = 1" + strings.Repeat(")", textMax/2-4),
		"NOTs":            repeated("", "NOT ", ""),
		"list":            repeated("a IN ('x'", ",'x'", ")"),
		"numbers":         repeated("a IN (1", ",1", ")"),
		"digits":          repeated("a = ", "9", ""),
		"blanks":          repeated("", " ", ""),
		"line ends":       repeated("", "\n", "x"),
		"open quote":      repeated("a = '", "''", "'"),
		"quotes":          repeated("a = '", "''", ""),
		"name":            repeated("", "x", " = 1"),
		"dots":            repeated("a", ".a", " = 1"),
		"hyphens":         repeated("a", "-a", " = 1"),
		"operators":       repeated("a ", "=", " 1"),
		"pattern":         repeated("a LIKE '", "%_", "'"),
		"escapes":         repeated("a LIKE '", "!!", "' ESCAPE '!'"),
		"invalid":         repeated("", "\xff", ""),
		"mistake at end":  repeated("a=1", " OR a=1", " b"),
		"lines":           repeated("a=1", "\nOR a=1", "\nb"),
		"long keyed list": repeated("", "k", " IN (1,2,3,4,5,6,7,8,9,10,11,12)"),
	}
}

// A parser whose time grows with the square of the length would take minutes for some of these.
func TestWorstTexts(t *testing.T) {
	for name, text := range worst() {
		if len(text) > textMax || len(text) < textMax-20 {
			t.Fatalf("%s: %d bytes", name, len(text))
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		for _, read := range []func(string) error{
			func(s string) error { f, err := Parse(s); _ = f.String(); return err },
			func(s string) error { _, err := ParseRoute("FROM /* WHERE " + s[:textMax-50]); return err },
		} {
			if err := read(text); err != nil {
				_ = err.(*SyntaxError).Render()
			}
		}
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 100 || took > 10*time.Second {
			t.Errorf("%s: %v and %d MiB for 64 KiB", name, took, taken)
		}
	}
}

// alternating nests a condition in parentheses that are needed.
func alternating(levels int, condition string) string {
	for i := range levels {
		word := []string{" OR ", " AND "}[i%2]
		condition = "(" + condition + word + "a = 1)"
	}
	return condition + []string{" OR ", " AND "}[levels%2] + "b = 1"
}

func TestBounds(t *testing.T) {
	const tooMuch = "too much to search for: more than 256 texts between two %"
	deep := func(n int) string { return strings.Repeat("(", n) + "a = 1" + strings.Repeat(")", n) }
	many := func(n int) string { return "a=1" + strings.Repeat(" OR a=1", n-1) }
	for _, c := range []struct {
		name, text, want string
	}{
		{"64 levels", deep(nestingMax), ""},
		{"65 levels", deep(nestingMax + 1), "nested more than 64 levels deep"},
		{"64 NOTs", strings.Repeat("NOT ", nestingMax) + "(a=1 AND b=1)", "nested more than 64 levels deep"},
		{"63 NOTs", strings.Repeat("NOT ", nestingMax-1) + "(a=1 AND b=1)", ""},
		{"62 NOTs around NOT IN", strings.Repeat("NOT ", nestingMax-2) + "a NOT IN ('x', 1)", ""},
		{"63 NOTs around NOT IN", strings.Repeat("NOT ", nestingMax-1) + "a NOT IN ('x', 1)",
			"nested more than 64 levels deep"},
		{"64 NOTs around NOT BETWEEN", strings.Repeat("NOT ", nestingMax) + "a NOT BETWEEN 1 AND 2", ""},
		{"IS NULL 63 levels deep", alternating(nestingMax-1, "z IS NULL"), ""},
		{"IS NULL 64 levels deep", alternating(nestingMax, "z IS NULL"), "nested more than 64 levels deep"},
		{"<> 64 levels deep", alternating(nestingMax, "z <> 1"), ""},
		{"a sum 64 levels deep", alternating(nestingMax, "z + 1 > 2"), ""},
		{"parentheses in a sum 64 levels deep", alternating(nestingMax, "z - (y - 1) > 2"), "nested more than 64 levels deep"},
		{"64 parentheses in a sum", strings.Repeat("(", nestingMax) + "a" + strings.Repeat(")", nestingMax) + " > b", ""},
		{"65 parentheses in a sum", strings.Repeat("(", nestingMax+1) + "a" + strings.Repeat(")", nestingMax+1) + " > b",
			"nested more than 64 levels deep"},
		{"64 signs", strings.Repeat("- ", nestingMax) + "a > 1", "nested more than 64 levels deep"},
		{"64 signs that change nothing", strings.Repeat("+ ", nestingMax) + "a > 1", ""},
		{"65 signs that change nothing", strings.Repeat("+ ", nestingMax+1) + "a > 1", "nested more than 64 levels deep"},
		{"signs side by side", "-a > 1" + strings.Repeat(" OR -a > 1", 100), ""},
		{"parentheses in sums side by side", "(a) > 1" + strings.Repeat(" OR (a) > 1", 100), ""},
		{"32 signs", strings.Repeat("- ", nestingMax/2) + "a > 1", ""},
		{"4096 operands", "a" + strings.Repeat(" + a", conditionsMax-1) + " > 1", ""},
		{"4097 operands", "a" + strings.Repeat(" + a", conditionsMax) + " > 1", "more than 4096 conditions"},
		{"4097 texts in parentheses", "a IN (('x')" + strings.Repeat(",('x')", conditionsMax) + ")", ""},
		{"NOTs side by side", "NOT a=1" + strings.Repeat(" OR NOT a=1", 100), ""},
		{"parentheses side by side", "(a=1)" + strings.Repeat(" OR (a=1)", 100), ""},
		{"2048 BETWEENs", "a=1" + strings.Repeat(" OR a BETWEEN 1 AND 2", conditionsMax/2), "more than 4096 conditions"},
		{"4096 conditions", many(conditionsMax), ""},
		{"4097 conditions", many(conditionsMax + 1), "more than 4096 conditions"},
		{"4097 numbers", "a IN (1" + strings.Repeat(",1", conditionsMax) + ")", "more than 4096 conditions"},
		{"10000 texts", "a IN ('x'" + strings.Repeat(",'x'", 9999) + ")", ""},
		{"64 KiB", "a = '" + strings.Repeat("x", textMax-6) + "'", ""},
		{"64 KiB and a byte", "a = '" + strings.Repeat("x", textMax-5) + "'", "a filter of 65537 bytes"},
		{"a pattern of 1 KiB", "a LIKE '%" + strings.Repeat("x", patternMax) + "'", ""},
		{"a longer pattern", "a LIKE '%" + strings.Repeat("x", patternMax+1) + "'",
			"a pattern of more than 1024 bytes beside its %"},
		{"a pattern of too many characters", "a LIKE 'x" + strings.Repeat("_", patternMax) + "'",
			"a pattern of more than 1024 bytes beside its %"},
		{"256 searches", "a=1" + strings.Repeat(" OR a LIKE '%x%'", searchesMax), ""},
		{"257 searches", "a=1" + strings.Repeat(" OR a LIKE '%x%'", searchesMax+1), tooMuch},
		{"64 searches with a _", "a=1" + strings.Repeat(" OR a LIKE '%x_x%'", searchesMax/4), ""},
		{"65 searches with a _", "a=1" + strings.Repeat(" OR a LIKE '%x_x%'", searchesMax/4+1), tooMuch},
		{"searches of 64 characters", "a=1" + strings.Repeat(" OR a LIKE '%x_"+strings.Repeat("y", 62)+"%'", searchesMax/4), ""},
		{"searches of 65 characters", "a=1" + strings.Repeat(" OR a LIKE '%x_"+strings.Repeat("y", 63)+"%'", searchesMax/4), tooMuch},
		{"ends and beginnings", "a=1" + strings.Repeat(" OR a LIKE '%x' OR a LIKE 'x%y_'", 1000), ""},
		{"a long prefix", "a LIKE '" + strings.Repeat("x", 2*patternMax) + "%'", ""},
		{"a long text", "a LIKE '" + strings.Repeat("x", 2*patternMax) + "'", ""},
		{"a pattern to escape", "a LIKE '_!%" + strings.Repeat(`\`, patternMax-2) + "' ESCAPE '!'", ""},
	} {
		f, err := Parse(c.text)
		got := ""
		if err != nil {
			got = err.(*SyntaxError).Problem
		} else if again, err := Parse(f.String()); len(f.String()) <= textMax && (err != nil || again.String() != f.String()) {
			t.Errorf("%s: does not come back: %v", c.name, err)
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// What a route's functions make is bounded as what LIKE makes.
func TestBoundsOfRoutes(t *testing.T) {
	for _, c := range []struct{ condition, want string }{
		{"CONTAINS(a, '" + strings.Repeat("x", patternMax) + "')", ""},
		{"CONTAINS(a, '" + strings.Repeat("x", patternMax+1) + "')", "a pattern of more than 1024 bytes beside its %"},
		{"a=1" + strings.Repeat(" OR CONTAINS(a, 'x')", searchesMax), ""},
		{"a=1" + strings.Repeat(" OR CONTAINS(a, 'x')", searchesMax+1),
			"too much to search for: more than 256 texts between two %"},
	} {
		_, err := ParseRoute("FROM /* WHERE " + c.condition + " INTO $upstream")
		if got := problemOf(err); got != c.want {
			t.Errorf("%.40s: got %q, want %q", c.condition, got, c.want)
		}
	}
}

func problemOf(err error) string {
	if err == nil {
		return ""
	}
	return err.(*SyntaxError).Problem
}

// Tokens neither overlap nor are empty, so there are no more of them than bytes.
func TestTokensCoverTheTextOnce(t *testing.T) {
	for name, text := range worst() {
		l := lexer{text: text}
		steps, last := 0, 0
		for token := l.next(); token.kind != endToken; token = l.next() {
			if token.at < last || token.end <= token.at {
				t.Fatalf("%s: a token from %d to %d after %d", name, token.at, token.end, last)
			}
			last, steps = token.end, steps+1
		}
		if steps > len(text) {
			t.Errorf("%s: %d tokens of %d bytes", name, steps, len(text))
		}
	}
}

func ExampleSyntaxError() {
	_, err := Parse("kind = 'cpu'\nAND name LKIE 'cpu%'")
	fmt.Println(err)
	fmt.Print(err.(*SyntaxError).Render())
	// Output:
	// 2:10: unknown word "LKIE"; did you mean "LIKE"?
	// 2:10: unknown word "LKIE"; did you mean "LIKE"?
	//   AND name LKIE 'cpu%'
	//            ^
}

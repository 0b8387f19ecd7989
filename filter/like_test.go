package filter

import (
	"fmt"
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/assert"
)

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		want           Truth
	}{
		{"", "", True},
		{"", "a", False},
		{"abc", "abc", True},
		{"abc", "ABC", False},
		{"%", "", True},
		{"%", "anything\nat all", True},
		{"_", "a", True},
		{"_", "", False},
		{"_", "ab", False},
		{"_", "é", True}, // a character, not a byte
		{"_", "😀", True},
		{"__", "é", False},
		{"a%", "a", True},
		{"a%", "ba", False},
		{"%a", "ba", True},
		{"%a", "ab", False},
		{"%a%", "bab", True},
		{"%a%", "b", False},
		{"a%b", "ab", True},
		{"a%b", "axxb", True},
		{"a%a", "a", False}, // beginning and end must not overlap
		{"ab%ba", "aba", False},
		{"%ab%ab%", "ab", False},
		{"%ab%ab%", "abab", True},
		{"%ab%ba", "abba", True},
		{"%ab%ba", "aba", False},
		{"a_c", "abc", True},
		{"a_c", "aéc", True},
		{"a_c", "ac", False},
		{"%_", "", False},
		{"%_", "x", True},
		{"_%_", "x", False},
		{"_%_", "xy", True},
		{"%a_c%", "aaabc", True}, // the first place of a does not do
		{"%a_c", "abcabc", True},
		{"%é_", "aéö", True},
		{`50\%`, "50%", True},
		{`50\%`, "50x", False},
		{`a\_b`, "a_b", True},
		{`a\_b`, "axb", False},
		{`a\\b`, `a\b`, True},
		{`\x`, "x", True},
		{`x\`, `x\`, True},
		{`%\%%`, "100% sure", True},
		{`%\%%`, "sure", False},
		{"\xff%_", "\xffa", True},
		{"_", "\xff", True},
		{"%\xff_b%", "a\xffab", True},
		{"%\xff_b%", "a\xfeab", False},
		{"%a_\xff%", "aa\xff", True},
		{"%a_\xff%", "aa\xfe", False},
		{"%\ufffd_b%", "\xffab", False},
		{"%\ufffd_b%", "\ufffdab", True},
		{"%é_b%", "éab", True},
		{"%é_b%", "ëab", False},
		{"%b_é%", "b\xffé", True},
		{"%a%", "\xffa\xfe", True},
	} {
		wantTruth(t, Like("k", c.pattern), values{"k": c.value}, c.want)
		wantTruth(t, Not(Like("k", c.pattern)), values{"k": c.value}, True-c.want)
		wantTruth(t, Like("k", c.pattern), values{}, Unknown)
	}
}

// One pattern in many spellings is one filter, and the simplest.
func TestLikeHasOneForm(t *testing.T) {
	for pattern, want := range map[string]string{
		"abc":    "k = 'abc'",
		"abc%":   "k LIKE 'abc%'",
		"abc%%%": "k LIKE 'abc%'",
		"%":      "k LIKE '%'",
		"a%%b":   "k LIKE 'a%b'",
		"a%_%b":  "k LIKE 'a_%b'",
		"%_%_":   "k LIKE '__%'",
		`a\%`:    "k = 'a%'",
		`\a\b%`:  "k LIKE 'ab%'",
		`a\%_`:   `k LIKE 'a\%_' ESCAPE '\'`,
		`a\\_`:   `k LIKE 'a\_'`,
		"it's_":  "k LIKE 'it''s_'",
	} {
		f := Like("k", pattern)
		if f.String() != want {
			t.Errorf("%s is %v, want %s", pattern, f, want)
		}
	}
	if Like("k", "ab%").node.op != opPrefix || Like("k", "ab").node.op != opEqual || Like("k", "a%b").node.op != opLike {
		t.Error("not the simplest operator")
	}
}

func TestLikeAllocatesNothing(t *testing.T) {
	var p Probe
	message := values{"k": strings.Repeat("xy", 100) + "zé"}
	for _, pattern := range []string{"%yx%z_", "x_x%", "%y_y%_"} {
		like := compileLike(Like("k", pattern).node.text)
		value := []byte(message["k"])
		if n := testing.AllocsPerRun(100, func() { like.matches(value, &p) }); n != 0 || !like.matches(value, &p) {
			t.Errorf("%s: %v allocations, matches %v", pattern, n, like.matches(value, &p))
		}
	}
}

// longPattern reads one of many characters, most of them the same: its runs have several words.
func (t *tape) longPattern() string {
	var b strings.Builder
	for range 1 + t.next(8) {
		piece := []string{"a", "a", "a_", "_", "é", "ab", "%", `\%`}[t.next(8)]
		b.WriteString(strings.Repeat(piece, []int{1, 2, 31, 63, 64, 65, 130}[t.next(7)]))
	}
	return "%" + b.String() + "%"
}

func (t *tape) longValue() string {
	var b strings.Builder
	for range t.next(12) {
		b.WriteString(strings.Repeat([]string{"a", "é", "b", "日", "%"}[t.next(5)], []int{1, 2, 60, 64, 129}[t.next(5)]))
	}
	return b.String()
}

func checkLongPattern(numbers []uint16) (bool, error) {
	t := &tape{numbers: numbers}
	pattern := t.longPattern()
	f, naive := Like("k", pattern), likeness(pattern)
	for range 4 {
		value := t.longValue()
		if got, _ := match(f, values{"k": value}); got.String() != fmt.Sprint(naive(value)) {
			return false, fmt.Errorf("%q LIKE %q is %v", value, pattern, got)
		}
	}
	return true, nil
}

func TestLongPatternsFollowTheNaiveEvaluator(t *testing.T) {
	forAllTapes(t, "same truth", 3000, 60, checkLongPattern)
}

// A pattern from Go may be longer than one that is parsed.
func TestPatternsBeyondTheBound(t *testing.T) {
	value := strings.Repeat("ab", 1000)
	wantTruth(t, Like("k", "%"+strings.Repeat("a_", 900)+"%"), values{"k": value}, True)
	wantTruth(t, Like("k", "%"+strings.Repeat("a_", 1001)+"%"), values{"k": value}, False)
	wantTruth(t, Like("k", "%"+strings.Repeat("_b", 900)+"a%"), values{"k": value}, True)
	wantTruth(t, Like("k", "%b"+strings.Repeat("_b", 900)+"b%"), values{"k": value}, False)
}

// However bad the pattern, a search looks at each byte of a value once for each unit of its weight.
func TestSearchesLookOnce(t *testing.T) {
	if !assert.Enabled {
		t.Skip("steps are counted in assertion builds only")
	}
	value := []byte(strings.Repeat("a", 16000))
	for _, pattern := range []string{"%a_b%", "%" + strings.Repeat("a_", 480) + "b%", "%" + strings.Repeat("a", 960) + "b%",
		"%a_b%a_a%", "%a%a%a%b%", "%" + strings.Repeat("a_a%", 200) + "b%"} {
		var p Probe
		like := compileLike(Like("k", pattern).node.text)
		if like.matches(value, &p); p.steps == 0 || p.steps > len(value)*like.weight() {
			t.Errorf("%.20s: %d steps for %d bytes and a weight of %d", pattern, p.steps, len(value), like.weight())
		}
	}
}

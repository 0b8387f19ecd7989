package filter

import (
	"strings"
	"testing"
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
	message := values{"k": strings.Repeat("xy", 100) + "zé"}
	for _, pattern := range []string{"%yx%z_", "x_x%", "%y_y%_"} {
		like := compileLike(Like("k", pattern).node.text)
		value := []byte(message["k"])
		if n := testing.AllocsPerRun(100, func() { like.matches(value) }); n != 0 || !like.matches(value) {
			t.Errorf("%s: %v allocations, matches %v", pattern, n, like.matches(value))
		}
	}
}

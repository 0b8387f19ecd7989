package cli

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	long := strings.Repeat("x", 100)
	for line, want := range map[string]string{
		"  short":   "  short",
		"":          "",
		"  " + long: "  " + long,
		"  a " + strings.Repeat("bcd ", 19) + "e": "  a " + strings.Repeat("bcd ", 18) + "bcd\n    e",
		"a " + long + " b":                        "a\n    " + long + "\n    b",
		strings.Repeat("é", 79) + " é":            strings.Repeat("é", 79) + "\n    é",
	} {
		if got := Wrap(line, "    "); got != want {
			t.Errorf("%q: %q; want %q", line, got, want)
		}
	}
}

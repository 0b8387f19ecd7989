package cli

import (
	"strings"
	"testing"
)

func TestReflow(t *testing.T) {
	word := strings.Repeat("w", 30)
	text := word + " " + word + " " + word + "\n" + word + "\n\n  {\"a\": 1,\n    \"b\": 2}\n\nCodes:\n" +
		"  0  " + word + " " + word + " " + word + "\n     more\n  1  b\n"
	want := word + " " + word + "\n" + word + " " + word + "\n\n  {\"a\": 1,\n    \"b\": 2}\n\nCodes:\n" +
		"  0  " + word + " " + word + "\n     " + word + " more\n  1  b\n"
	if got := Reflow(text); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Reflow(want); got != want {
		t.Errorf("again\n%s", got)
	}
}

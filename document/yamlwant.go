package document

import (
	"bytes"
	"regexp"
	"strings"
)

const wantWhole = "want quotes around the whole text: '…' (a ' inside is written twice)"

// yamlWant says what would be right for the commonest slips. The mistake is at a column of the line.
func yamlWant(message string, line []byte, column int) string {
	switch {
	case bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("\t")):
		return "want spaces, not tabs, for indentation"
	case strings.Contains(message, "did not find expected") && goesOn(line, column):
		return wantWhole
	case strings.Contains(message, "mapping values are not allowed"):
		return "want quotes around a text with a colon, or a key indented like its neighbours"
	case strings.Contains(message, "expected alphabetic or numeric character"):
		return `want quotes around a text that begins with * or &: "*"`
	case strings.Contains(message, "unknown anchor"):
		return "want quotes around a text that begins with *, or an anchor (&name) before its alias"
	case strings.Contains(message, "unknown escape"):
		return "want single quotes around a text with backslashes"
	case strings.Contains(message, "cannot start any token"):
		return "want quotes around a text that begins with such a character"
	case strings.Contains(message, "incompatible YAML document"):
		return "want %YAML 1.2, or no such line"
	}
	return ""
}

// closedValue is what a line gives before the place where the parser met more: a value in quotes or
// brackets that has ended.
var closedValue = regexp.MustCompile(`(^|[:\-,\[{] +)("[^"]*"|'[^']*'|\[.*\]|\{.*\}) *$`)

// goesOn tells whether a value that begins with a quote or a bracket has ended before the column, and
// its text goes on there: YAML takes "a" = 'x' for the text "a" and something more.
func goesOn(line []byte, column int) bool {
	runes := []rune(string(line))
	before := min(max(column-1, 0), len(runes))
	return len(bytes.TrimSpace([]byte(string(runes[before:])))) > 0 && closedValue.MatchString(string(runes[:before]))
}

var version12 = regexp.MustCompile(`(?m)^((?:[ \t]*(?:#.*)?\r?\n|%.*\n)*%YAML[ \t]+1\.)2([ \t]*(?:#.*)?\r?)$`)

// withoutVersion makes the directive of YAML 1.2 that of 1.1, the only one that the library takes,
// though it reads both alike. What they read differently is refused value by value: see scalar. The
// text is not written to, and no place in it moves.
func withoutVersion(text []byte) []byte {
	const first = `%YAML`
	if !bytes.Contains(text, []byte(first)) {
		return text
	}
	at := version12.FindSubmatchIndex(text)
	if at == nil || at[0] != 0 {
		return text
	}
	changed := bytes.Clone(text)
	changed[at[3]] = '1'
	return changed
}

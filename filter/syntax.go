package filter

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError is the first mistake in the text of a filter or route. It may be shared.
type SyntaxError struct {
	Offset  int    // of the mistake in the text, in bytes
	Line    int    // from 1
	Column  int    // in characters, from 1
	Problem string // what is wrong, for example `unknown word "LKIE"`
	Want    string // what would be right, for example `did you mean "LIKE"?`

	text string // all of it
}

// Error says place, problem and remedy on one line.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%d:%d: %s; %s", e.Line, e.Column, e.Problem, e.Want)
}

// Render returns Error's line, the line of the text that it is about, and a caret under the place.
// It is plain text.
func (e *SyntaxError) Render() string {
	begin := strings.LastIndexByte(e.text[:e.Offset], '\n') + 1
	line, _, _ := strings.Cut(e.text[begin:], "\n")
	lead := excerpt(line[:e.Offset-begin], true)
	rest := excerpt(strings.TrimSuffix(line[e.Offset-begin:], "\r"), false)
	caret := strings.Repeat(" ", utf8.RuneCountInString(lead)) + "^"
	return fmt.Sprintf("%s\n  %s\n  %s\n", e.Error(), strings.TrimRight(lead+rest, " "), caret)
}

// excerpt returns the end of a text near a mistake, or its beginning, as a terminal may show it.
func excerpt(text string, end bool) string {
	const shown = 60 // characters
	runes := []rune(printable(text))
	switch {
	case len(runes) <= shown:
		return string(runes)
	case end:
		return "…" + string(runes[len(runes)-shown:])
	}
	return string(runes[:shown]) + "…"
}

// printable puts one harmless character in the place of each that a terminal would act upon.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return '·'
	}, text)
}

// failure makes the error for a mistake at an offset. It alone counts lines and columns, so that
// reading text without mistakes does not.
func failure(text string, at int, s slip) *SyntaxError {
	before := text[:at]
	begin := strings.LastIndexByte(before, '\n') + 1
	return &SyntaxError{
		Offset:  at,
		Line:    1 + strings.Count(before, "\n"),
		Column:  1 + utf8.RuneCountInString(before[begin:]),
		Problem: s.problem,
		Want:    s.want,
		text:    text,
	}
}

// clip shortens a piece of the text for an error.
func clip(text string) string { return shortened(text, 40) }

// shortened cuts a text that is shown to people after so many bytes.
func shortened(text string, most int) string {
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return printable(text)
}

package document

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

const (
	excerptMax = 100 // columns of the screen that a quoted line takes
	leadMax    = 60  // of them before the place of the mistake
	tabWidth   = 4
)

// Render returns the mistakes as Error does, each followed by the line of the text it is in and a
// caret under its place. It is plain text and quotes the document as written, variables unexpanded.
func (e *Error) Render() string {
	var b strings.Builder
	r := renderer{lines: splitLines(e.text)}
	for _, f := range e.Faults {
		b.WriteString(e.headline(f) + "\n")
		if e.text != nil && f.Line > 0 && f.Line <= r.lines.count() {
			r.excerpt(&b, f)
		}
	}
	for _, line := range e.trailer() {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// renderer finds the places of faults in a text. It goes forward through a line while it can, since
// a document may be one long line with many mistakes.
type renderer struct {
	lines  lines
	place  position // found last
	offset int      // of that place in its line, in bytes
}

func (r *renderer) excerpt(b *strings.Builder, f Fault) {
	line := r.lines.line(f.Line - 1)
	at := r.find(line, position{f.Line, f.Column})
	head, lead := tail(printable(line[:at], true), leadMax)
	rest := fit(printable(line[at:], false), excerptMax-lead)
	number := fmt.Sprintf("%5d", f.Line)
	fmt.Fprintf(b, "%s | %s\n", number, strings.TrimRight(head+rest, " "))
	fmt.Fprintf(b, "%s | %s^\n", strings.Repeat(" ", len(number)), strings.Repeat(" ", lead))
}

// find returns the offset of a place in its line.
func (r *renderer) find(line []byte, to position) int {
	if to.line != r.place.line || to.column < r.place.column {
		r.place, r.offset = position{to.line, 1}, 0
	}
	for ; r.place.column < to.column && r.offset < len(line); r.place.column++ {
		_, size := utf8.DecodeRune(line[r.offset:])
		r.offset += size
	}
	return r.offset
}

// printable replaces what a terminal would act upon, in one end of a text at least.
func printable(text []byte, end bool) string {
	const enough = 8 * excerptMax // bytes
	switch {
	case len(text) <= enough:
	case end:
		text = text[len(text)-enough:]
	default:
		text = text[:enough]
	}
	var b strings.Builder
	for _, r := range string(text) {
		switch {
		case r == '\t':
			b.WriteString(strings.Repeat(" ", tabWidth))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteRune('·')
		}
	}
	return b.String()
}

// screen measures characters as a Western terminal shows them, whatever this process's locale.
var screen = runewidth.Condition{}

// fit returns the beginning of a text that takes at most so many columns.
func fit(s string, columns int) string {
	width := 0
	for i, r := range s {
		if width += screen.RuneWidth(r); width > columns {
			return s[:i] + "…"
		}
	}
	return s
}

// tail returns the end of a text that takes at most so many columns, and how many it takes.
func tail(s string, columns int) (string, int) {
	width := 0
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if w := screen.RuneWidth(r); width+w > columns {
			return "…" + s[i:], width + 1
		} else {
			width += w
		}
		i -= size
	}
	return s, width
}

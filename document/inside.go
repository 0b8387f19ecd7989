package document

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// places finds places inside strings of the text.
type places struct {
	text   []byte
	finder *renderer // made when first needed
}

// inside returns the place of the byte at offset in what a string says. A string is written in many
// ways, in YAML above all; where one is not understood it is the place of the string as a whole.
func (p *places) inside(n *node, offset int) position {
	if p.finder == nil {
		p.finder = &renderer{lines: splitLines(p.text)}
	}
	if n.at.line > p.finder.lines.count() {
		return n.at
	}
	line := p.finder.lines.line(n.at.line - 1)
	w := walker{lines: p.finder.lines, line: line, offset: p.finder.find(line, n.at), at: n.at}
	w.begin()
	for i, want := range n.text {
		w.approach(want)
		if i >= offset {
			return w.at
		}
		if r := w.take(); r != want && (!blank(r) || !blank(want)) {
			return n.at
		}
	}
	return w.at
}

// walker goes through the source of a string, character by character of what it says.
type walker struct {
	lines  lines
	line   []byte // the one it is in
	offset int    // in that line
	at     position
	style  rune // ", ', | (a block) or 0
}

const endOfText = -1

// peek returns the next character of the source; a line ends with \n.
func (w *walker) peek() rune {
	switch {
	case w.offset < len(w.line):
		r, _ := utf8.DecodeRune(w.line[w.offset:])
		return r
	case w.at.line < w.lines.count():
		return '\n'
	}
	return endOfText
}

func (w *walker) next() rune {
	r := w.peek()
	switch {
	case w.offset < len(w.line):
		_, size := utf8.DecodeRune(w.line[w.offset:])
		w.offset += size
		w.at.column++
	case w.at.line < w.lines.count():
		w.line, w.offset, w.at = w.lines.line(w.at.line), 0, position{w.at.line + 1, 1}
	}
	return r
}

// begin steps over what comes before the first character.
func (w *walker) begin() {
	switch r := w.peek(); r {
	case '"', '\'':
		w.style = r
		w.next()
	case '|', '>':
		w.style = '|'
		for w.peek() != endOfText && w.next() != '\n' {
		}
	}
}

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

// approach steps over indentation and folded lines before a character that is not blank.
func (w *walker) approach(want rune) {
	for !blank(want) && blank(w.peek()) {
		w.next()
	}
}

// take returns the next character that the source says.
func (w *walker) take() rune {
	r := w.next()
	switch {
	case r == '\\' && w.style == '"':
		return w.escape()
	case r == '\'' && w.style == '\'':
		return w.next()
	}
	return r
}

func (w *walker) escape() rune {
	switch r := w.next(); r {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'u':
		return w.unit()
	default:
		return r
	}
}

// unit reads the digits of \u, and the other half of a surrogate pair.
func (w *walker) unit() rune {
	r := w.hex()
	if utf16.IsSurrogate(r) && w.next() == '\\' && w.next() == 'u' {
		return utf16.DecodeRune(r, w.hex())
	}
	return r
}

func (w *walker) hex() rune {
	digits := make([]rune, 4)
	for i := range digits {
		digits[i] = w.next()
	}
	n, err := strconv.ParseUint(string(digits), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}

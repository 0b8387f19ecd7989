package document

import "bytes"

// jsonLexer walks JSON text once, without recursion, before the standard library's parser sees it:
// it bounds depth and size, and blanks out comments and trailing commas, which it reports, so that
// the rest of the document can still be checked.
type jsonLexer struct {
	text    []byte // a copy, blanked in place
	cursor  *cursor
	report  *report
	open    []int // offsets of the brackets not closed yet
	comma   int   // offset of a comma that nothing but blanks has followed; -1: none
	values  int
	cut     bool // the text ends inside a string
	refused bool
}

func newJSONLexer(text []byte, r *report) *jsonLexer {
	return &jsonLexer{text: bytes.Clone(text), cursor: newCursor(text), report: r, comma: -1}
}

// run returns false when the text must not be parsed.
func (l *jsonLexer) run() bool {
	for i := 0; i < len(l.text) && !l.refused; {
		i = l.step(i)
	}
	return !l.refused
}

// step handles the byte at i and returns where to go on.
func (l *jsonLexer) step(i int) int {
	switch l.text[i] {
	case ' ', '\t', '\r', '\n':
		return i + 1
	case '/':
		return l.comment(i)
	case '"':
		l.comma = -1
		return l.string(i)
	case ',':
		l.comma = i
		l.count(i)
	case '{', '[':
		l.opening(i)
	case '}', ']':
		l.closing()
	default:
		l.comma = -1
	}
	return i + 1
}

func (l *jsonLexer) opening(i int) {
	l.comma = -1
	l.open = append(l.open, i)
	if len(l.open) > depthMax {
		tooDeep(l.report, l.cursor.to(i))
		l.refused = true
	}
	l.count(i)
}

func (l *jsonLexer) closing() {
	if l.comma >= 0 {
		l.report.add(l.cursor.to(l.comma), nil, "a trailing comma",
			"want no comma after the last element")
		l.text[l.comma] = ' '
	}
	l.comma = -1
	if len(l.open) > 0 {
		l.open = l.open[:len(l.open)-1]
	}
}

func (l *jsonLexer) count(i int) {
	l.values++
	if l.values > valuesMax && !l.refused {
		tooMany(l.report, l.cursor.to(i))
		l.refused = true
	}
}

// string returns the offset after a string; a line break ends one too, as a slip of the pen.
func (l *jsonLexer) string(i int) int {
	for i++; i < len(l.text); i++ {
		switch l.text[i] {
		case '\\':
			i++
		case '"', '\n':
			return i + 1
		}
	}
	l.cut = true
	return len(l.text)
}

// comment blanks a comment and returns the offset after it.
func (l *jsonLexer) comment(i int) int {
	end := commentEnd(l.text, i)
	if end == i {
		l.comma = -1
		return i + 1
	}
	l.report.add(l.cursor.to(i), nil, "a comment, which JSON does not have",
		"want none (a document in YAML can have comments)")
	for j := i; j < end; j++ {
		l.text[j] = ' '
	}
	return end
}

// commentEnd returns the offset after the comment that starts at i, or i when none does.
func commentEnd(text []byte, i int) int {
	rest, closing := text[i:], ""
	switch {
	case bytes.HasPrefix(rest, []byte("//")):
		closing = "\n"
	case bytes.HasPrefix(rest, []byte("/*")):
		closing = "*/"
	default:
		return i
	}
	n := bytes.Index(rest[2:], []byte(closing))
	if n < 0 {
		return len(text)
	}
	return i + 2 + n + len(closing)
}

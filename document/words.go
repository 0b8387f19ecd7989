package document

import (
	"strconv"
	"strings"
)

// quote shows a text of the document in an error, without flooding it.
func quote(s string) string { return strconv.Quote(clip(s)) }

// clip shortens a text for an error.
func clip(s string) string {
	const bytesMax = 64
	if len(s) <= bytesMax {
		return s
	}
	return strings.ToValidUTF8(s[:bytesMax], "") + "…"
}

// describe names a value in an error: its type and, where short, what is written.
func describe(n *node) string {
	switch n.kind {
	case stringKind:
		return "the string " + quote(n.source())
	case numberKind, booleanKind:
		return "the " + strings.TrimPrefix(n.kind.article(), "a ") + " " + clip(n.text)
	default:
		return n.kind.article()
	}
}

// source is a text as the document has it; variables are not expanded in it.
func (n *node) source() string {
	if n.written != "" {
		return n.written
	}
	return n.text
}

// oneOf lists words to choose from.
func oneOf(words []string) string {
	const wordsMax = 30
	quoted := make([]string, 0, len(words))
	for _, w := range words[:min(len(words), wordsMax)] {
		quoted = append(quoted, quote(w))
	}
	if len(words) > wordsMax {
		quoted = append(quoted, "…")
	}
	return strings.Join(quoted, ", ")
}

package console

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// appendVisible appends text for a terminal: lines, tabs and what can be seen as they are, and all
// else, which would move the cursor, change colours or turn the direction of the text, as an escape.
func appendVisible(dst, text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(dst, '\\', 'x')
			dst = append(dst, hex[text[0]>>4], hex[text[0]&15])
		case isVisible(r) || r == '\r' && len(text) > 1 && text[1] == '\n':
			dst = append(dst, text[:size]...)
		default:
			quoted := strconv.AppendQuoteRuneToASCII(nil, r)
			dst = append(dst, quoted[1:len(quoted)-1]...)
		}
		text = text[size:]
	}
	return dst
}

const hex = "0123456789abcdef"

// isVisible reports whether a terminal may have the character. Joiners are a part of some letters.
func isVisible(r rune) bool {
	switch r {
	case '\n', '\t', '\u200c', '\u200d':
		return true
	}
	return unicode.IsGraphic(r)
}

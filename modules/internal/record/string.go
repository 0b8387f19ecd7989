package record

import "unicode/utf8"

const hex = "0123456789abcdef"

// AppendString appends text as a JSON string. Bytes that are not UTF-8 become U+FFFD, one each, as
// in encoding/json. All control characters are escaped, those of Latin-1 (C1) too, so that none
// reaches a terminal; so are U+2028 and U+2029, which end lines in some readers, and the characters
// that turn the direction of the text behind them.
func AppendString(dst, text []byte) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if plain(c) {
				i++
				continue
			}
			dst = append(dst, text[done:i]...)
			dst = appendEscaped(dst, rune(c))
			i++
			done = i
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if invalid := r == utf8.RuneError && size == 1; invalid || unsafeRune(r) {
			dst = append(dst, text[done:i]...)
			dst = appendEscaped(dst, r)
			done = i + size
		}
		i += size
	}
	dst = append(dst, text[done:]...)
	return append(dst, '"')
}

func plain(c byte) bool { return c >= ' ' && c != '"' && c != '\\' && c != 0x7f }

func unsafeRune(r rune) bool {
	switch {
	case r < 0xa0:
		return true
	case r < '\u061c':
		return false
	case r > '\u2069':
		return false
	}
	return r == '\u061c' || r == '\u200e' || r == '\u200f' ||
		'\u2028' <= r && r <= '\u202e' || '\u2066' <= r
}

func appendEscaped(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	default:
		return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	}
}

package record

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// IsJSON reports whether text is one JSON value, as AppendJSON takes it.
func IsJSON(text []byte) bool { return utf8.Valid(text) && json.Valid(text) }

// IsObjectOrArray reports whether text is a JSON object or array.
func IsObjectOrArray(text []byte) bool {
	start := bytes.TrimLeft(text, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[') && IsJSON(text)
}

// AppendJSON appends a JSON value on one line: without the blanks between its parts, and with the
// characters escaped in its strings that AppendString escapes. The value is the same.
func AppendJSON(dst, value []byte) []byte {
	for len(value) > 0 {
		switch c := value[0]; c {
		case ' ', '\t', '\r', '\n':
			value = value[1:]
		case '"':
			end := endOfString(value)
			dst = appendInside(append(dst, '"'), value[1:end])
			dst = append(dst, '"')
			value = value[end+1:]
		default:
			dst = append(dst, c)
			value = value[1:]
		}
	}
	return dst
}

// endOfString returns the index of the quote that ends the string at the beginning of text.
func endOfString(text []byte) int {
	for i := 1; ; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
}

// appendInside appends what stands between the quotes of a JSON string.
func appendInside(dst, text []byte) []byte {
	done := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == 0x7f || r >= utf8.RuneSelf && unsafeRune(r) {
			dst = append(dst, text[done:i]...)
			dst = appendEscaped(dst, r)
			done = i + size
		}
		i += size
	}
	return append(dst, text[done:]...)
}

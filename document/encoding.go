package document

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// byteOrderMark is what some editors put before a text in UTF-8. It is not part of it.
const byteOrderMark = "\uFEFF"

// decode returns the text without a byte order mark, or false after reporting why it is no text.
func decode(raw []byte, r *report) ([]byte, bool) {
	text := bytes.TrimPrefix(raw, []byte(byteOrderMark))
	start := position{1, 1}
	switch {
	case len(text) > textMax:
		r.add(start, nil, "the document is larger than 4 MiB", "want 4 MiB at most")
	case wide(text):
		r.add(start, nil, "the text is UTF-16 or UTF-32", "want UTF-8: save the file in that encoding")
	case len(bytes.TrimSpace(text)) == 0:
		r.add(start, nil, "the document is empty", wantDocument)
	default:
		return text, decodable(text, r)
	}
	return text, false
}

// wide recognises UTF-16 and UTF-32, with a byte order mark or by the zero half of an ASCII letter.
func wide(text []byte) bool {
	if bytes.HasPrefix(text, []byte{0xfe, 0xff}) || bytes.HasPrefix(text, []byte{0xff, 0xfe}) {
		return true
	}
	return len(text) > 1 && (text[0] == 0) != (text[1] == 0)
}

func decodable(text []byte, r *report) bool {
	if i := bytes.IndexByte(text, 0); i >= 0 {
		r.add(newCursor(text).to(i), nil, "a NUL byte", "want text; a NUL has no place in a document")
		return false
	}
	if i := firstInvalid(text); i >= 0 {
		problem := fmt.Sprintf("the byte 0x%02X is not UTF-8", text[i])
		r.add(newCursor(text).to(i), nil, problem, "want UTF-8: save the file in that encoding")
		return false
	}
	return true
}

// firstInvalid returns the offset of the first byte that is not UTF-8, or -1.
func firstInvalid(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; ; {
		c, size := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
}

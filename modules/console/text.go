package console

import (
	"io"
	"os"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
	"golang.org/x/term"
)

// palette holds the terminal's codes for the parts of a line; the zero palette has no colours.
type palette struct{ time, key, reset string }

// newPalette decides about colours. See https://no-color.org for the variable.
func newPalette(color string, out io.Writer) palette {
	if color == colorAlways || color == colorAuto && isTerminal(out) &&
		os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" {
		return palette{time: "\x1b[2m", key: "\x1b[36m", reset: "\x1b[0m"}
	}
	return palette{}
}

func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// text says how a line for people looks.
type text struct {
	palette             palette
	properties, content bool // whether they are shown
}

// append appends a line: the time, the properties, the content.
//
//	20:54:06.120 kind=cpu name=total value=12.5 {"value":12.5}
func (t text) append(dst []byte, at time.Time, m message.Message) []byte {
	dst = append(dst, t.palette.time...)
	dst = at.AppendFormat(dst, "15:04:05.000")
	dst = append(dst, t.palette.reset...)
	if t.properties {
		dst = t.palette.appendProperties(dst, m.Properties())
	}
	if t.content {
		dst = appendReadable(dst, m.Content())
	}
	return append(dst, '\n')
}

func (p palette) appendProperties(dst []byte, list property.View) []byte {
	for key, value := range list.All() {
		dst = append(dst, ' ')
		dst = append(dst, p.key...)
		dst = appendWord(dst, key)
		dst = append(dst, p.reset...)
		dst = append(dst, '=')
		dst = appendWord(dst, value)
	}
	return dst
}

// appendWord appends a key or a value; in quotes when it would not be seen as one word otherwise.
func appendWord(dst, word []byte) []byte {
	if len(word) > 0 && isPrintable(word, func(r rune) bool {
		return r != ' ' && r != '=' && r != '"'
	}) {
		return append(dst, word...)
	}
	return strconv.AppendQuote(dst, string(word))
}

// shownMax is how much of a content is shown, in bytes.
const shownMax = 1024

// appendReadable appends a content: as it is if every character can be printed, in quotes if it is
// text with control characters, and else how long it is.
func appendReadable(dst, content []byte) []byte {
	shown, rest := clip(content)
	switch {
	case len(content) == 0:
		return dst
	case !utf8.Valid(shown):
		return appendCount(append(dst, " ("...), len(content), " bytes)")
	case isPrintable(shown, func(rune) bool { return true }):
		dst = append(append(dst, ' '), shown...)
	default:
		dst = strconv.AppendQuote(append(dst, ' '), string(shown))
	}
	if rest > 0 {
		dst = appendCount(append(dst, "… ("...), rest, " bytes more)")
	}
	return dst
}

func appendCount(dst []byte, n int, what string) []byte {
	return append(strconv.AppendInt(dst, int64(n), 10), what...)
}

// clip returns the beginning of a content, which ends between two characters, and how many bytes
// are left out.
func clip(content []byte) (shown []byte, rest int) {
	if len(content) <= shownMax {
		return content, 0
	}
	end := shownMax
	for end > shownMax-utf8.UTFMax && !utf8.RuneStart(content[end]) {
		end--
	}
	return content[:end], len(content) - end
}

// isPrintable reports whether text is UTF-8 made of characters that a terminal shows and that the
// caller allows.
func isPrintable(text []byte, allowed func(r rune) bool) bool {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) || !allowed(r) {
			return false
		}
		text = text[size:]
	}
	return true
}

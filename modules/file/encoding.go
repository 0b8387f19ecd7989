package file

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const encodingAuto, encodingUTF8, encodingUTF16LE, encodingUTF16BE = "auto", "utf-8", "utf-16le", "utf-16be"

// marks are the byte order marks that a text may begin with.
var marks = []struct {
	mark     []byte
	encoding string
}{
	{[]byte("\xef\xbb\xbf"), encodingUTF8},
	{[]byte("\xff\xfe"), encodingUTF16LE},
	{[]byte("\xfe\xff"), encodingUTF16BE},
}

// findMark returns the byte order mark at the beginning of a text and the encoding that it stands
// for; more says that it takes more text to tell.
func findMark(text []byte) (mark []byte, encoding string, more bool) {
	for _, m := range marks {
		if bytes.HasPrefix(text, m.mark) {
			return m.mark, m.encoding, false
		}
		more = more || bytes.HasPrefix(m.mark, text)
	}
	return nil, "", more
}

// looksWide reports whether a text without a mark seems to be UTF-16: every other byte of its
// beginning is a NUL.
func looksWide(text []byte) bool {
	return len(text) >= 4 && (text[0] == 0) != (text[1] == 0) &&
		(text[0] == 0) == (text[2] == 0) && (text[1] == 0) == (text[3] == 0)
}

// wide turns UTF-16 into UTF-8, as it comes.
type wide struct {
	decoder *encoding.Decoder
	raw     []byte // read, and not yet turned
}

// newWide makes one for an encoding; nil for UTF-8, which is taken as it is.
func newWide(name string) *wide {
	order := unicode.LittleEndian
	switch name {
	case encodingUTF16LE:
	case encodingUTF16BE:
		order = unicode.BigEndian
	default:
		return nil
	}
	return &wide{decoder: unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()}
}

// space returns room to read into.
func (w *wide) space() []byte {
	w.raw = slices.Grow(w.raw, readSize)
	return w.raw[len(w.raw):cap(w.raw)]
}

// turn appends to dst what n more bytes in the space make. Half a character waits for the rest of
// it, unless the text has ended.
func (w *wide) turn(dst []byte, n int, ended bool) []byte {
	w.raw = w.raw[:len(w.raw)+n]
	rest := w.raw
	for {
		dst = slices.Grow(dst, 3*len(rest)/2+utf8.UTFMax)
		wrote, used, err := w.decoder.Transform(dst[len(dst):cap(dst)], rest, ended)
		dst, rest = dst[:len(dst)+wrote], rest[used:]
		if !errors.Is(err, transform.ErrShortDst) {
			break
		}
	}
	w.raw = w.raw[:copy(w.raw, rest)]
	return dst
}

// width returns how many bytes of UTF-16 a text was.
func width(text []byte) int64 {
	n := int64(0)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		n += 2
		if r > 0xffff {
			n += 2
		}
		text = text[size:]
	}
	return n
}

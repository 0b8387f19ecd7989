package document

import (
	"bytes"
	"unicode/utf8"
)

// position is a place in the text. Lines and columns count from 1, columns in characters.
type position struct{ line, column int }

// cursor turns byte offsets into positions. Asked in ascending order it reads the text once.
type cursor struct {
	text   []byte
	offset int
	place  position
}

func newCursor(text []byte) *cursor { return &cursor{text: text, place: position{1, 1}} }

// to returns the position of the byte at offset; the end of the text has a position too.
func (c *cursor) to(offset int) position {
	if offset < c.offset {
		*c = *newCursor(c.text)
	}
	passed := c.text[c.offset:offset]
	if last := bytes.LastIndexByte(passed, '\n'); last >= 0 {
		c.place.line += bytes.Count(passed, []byte{'\n'})
		c.place.column = 1
		passed = passed[last+1:]
	}
	c.place.column += utf8.RuneCount(passed)
	c.offset = offset
	return c.place
}

// clamp moves a position that lies outside the text to the nearest place inside.
func clamp(text []byte, at position) position {
	end := newCursor(text).to(len(text))
	switch {
	case at.line < 1:
		return position{1, 1}
	case at.line > end.line:
		return end
	}
	line := lineOf(text, at.line)
	return position{at.line, min(max(at.column, 1), utf8.RuneCount(line)+1)}
}

// lineOf returns a line of the text without its line break; lines count from 1.
func lineOf(text []byte, number int) []byte {
	for ; number > 1; number-- {
		_, text, _ = bytes.Cut(text, []byte{'\n'})
	}
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	return bytes.TrimSuffix(line, []byte{'\r'})
}

// lines are those of a text. It takes four bytes a line: a hostile text is nothing but line feeds.
type lines struct {
	text []byte
	ends []uint32 // of each line, its line feed excluded
}

// splitLines splits a text at its line feeds.
func splitLines(text []byte) lines {
	ends := make([]uint32, 0, bytes.Count(text, []byte{'\n'})+1)
	for i, c := range text {
		if c == '\n' {
			ends = append(ends, uint32(i))
		}
	}
	return lines{text, append(ends, uint32(len(text)))}
}

func (l lines) count() int { return len(l.ends) }

// line returns a line without its line break; the first is 0.
func (l lines) line(i int) []byte {
	from := 0
	if i > 0 {
		from = int(l.ends[i-1]) + 1
	}
	return bytes.TrimSuffix(l.text[from:l.ends[i]], []byte{'\r'})
}

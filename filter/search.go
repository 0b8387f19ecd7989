package filter

import (
	"bytes"
	"unicode/utf8"

	"github.com/millrace/millrace/internal/assert"
)

// search looks for a run at its leftmost place. In normal form a run between two % begins with a
// text; the _ at its end are skipped once the rest is found.
type search struct {
	text []byte    // of a run without a _ between two texts
	any  *shiftAnd // of any other
	skip int       // characters after it
}

func newSearch(r run) search {
	n := len(r)
	for n > 1 && len(r[n-1]) == 0 {
		n--
	}
	s := search{text: r[0], skip: len(r) - n}
	if n > 1 {
		s.any = newShiftAnd(r[:n])
	}
	return s
}

// weight is what the search costs for each byte of a value, in about the time that a processor takes
// to look for a text.
func (s *search) weight() int {
	if s.any == nil {
		return 1
	}
	return 3 + s.any.words
}

// cut returns what follows the run at its leftmost place in value.
func (s *search) cut(value []byte, p *Probe) (rest []byte, ok bool) {
	if s.any != nil {
		rest, ok = s.any.cut(value)
	} else {
		_, rest, ok = bytes.Cut(value, s.text)
	}
	if assert.Enabled {
		p.steps += (len(value) - len(rest)) * s.weight()
	}
	if !ok {
		return nil, false
	}
	return skip(rest, s.skip)
}

// shiftAnd finds a run that has a _ in it in one pass: bit i of the state says that the last i+1
// characters of the value are the first of the run (Shift-And: Baeza-Yates and Gonnet 1992; its _ is
// a class of characters). All places have as many characters, so that the first one to end is the
// leftmost.
//
// A character has a class, of which a mask says where in the run it may stand. Class 0 is that of
// all characters that are not in the run: they may stand where a _ is.
type shiftAnd struct {
	words int
	last  uint64          // the bit of the run's last character, in the last word
	short [256]uint16     // classes of characters of one byte: of ASCII, and such as are none in UTF-8
	other map[rune]uint16 // of all others
	masks []uint64        // by class, words each
}

// anyCharacter is a _: neither a character nor a byte that is none.
const anyCharacter = -256

// fewWords are those of a state that needs no memory of its own: enough for any run that was parsed.
const fewWords = patternMax / 64

func newShiftAnd(r run) *shiftAnd {
	var characters []rune
	for i, text := range r {
		if i > 0 {
			characters = append(characters, anyCharacter)
		}
		for len(text) > 0 {
			c, size := character(text)
			characters = append(characters, c)
			text = text[size:]
		}
	}
	s := &shiftAnd{words: (len(characters) + 63) / 64, last: 1 << ((len(characters) - 1) % 64)}
	s.masks = make([]uint64, s.words)
	for i, c := range characters {
		if c == anyCharacter {
			s.masks[i/64] |= 1 << (i % 64)
		}
	}
	for i, c := range characters {
		if c != anyCharacter {
			s.masks[s.classFor(c)*s.words+i/64] |= 1 << (i % 64)
		}
	}
	return s
}

// character returns the first character of a text. A byte that is none in UTF-8 is one of its own, a
// negative one.
func character(text []byte) (c rune, size int) {
	c, size = utf8.DecodeRune(text)
	if c == utf8.RuneError && size == 1 {
		c = -rune(text[0])
	}
	return c, size
}

// classFor returns the class of a character, which gets one if it has none.
func (s *shiftAnd) classFor(c rune) int {
	if known := s.class(c); known > 0 {
		return known
	}
	n := len(s.masks) / s.words
	s.masks = append(s.masks, s.masks[:s.words]...)
	if c < utf8.RuneSelf {
		s.short[max(c, -c)] = uint16(n)
		return n
	}
	if s.other == nil {
		s.other = make(map[rune]uint16)
	}
	s.other[c] = uint16(n)
	return n
}

func (s *shiftAnd) class(c rune) int {
	switch {
	case c < utf8.RuneSelf:
		return int(s.short[max(c, -c)])
	case s.other == nil:
		return 0
	}
	return int(s.other[c])
}

// cut returns what follows the leftmost place in value.
func (s *shiftAnd) cut(value []byte) (rest []byte, ok bool) {
	if s.words > 1 {
		return s.cutLong(value)
	}
	state := uint64(0)
	for i := 0; i < len(value); {
		class, size := int(s.short[value[i]]), 1
		if value[i] >= utf8.RuneSelf {
			class, size = s.next(value[i:])
		}
		i += size
		state = (state<<1 | 1) & s.masks[class]
		if state&s.last != 0 {
			return value[i:], true
		}
	}
	return nil, false
}

// next returns the class and the length of the first character.
func (s *shiftAnd) next(value []byte) (class, size int) {
	c, size := character(value)
	return s.class(c), size
}

// cutLong is cut for a run of more than 64 characters. Beyond the word top the state is zero.
func (s *shiftAnd) cutLong(value []byte) (rest []byte, ok bool) {
	var few [fewWords]uint64
	state, top := few[:], 0
	if s.words > fewWords {
		state = make([]uint64, s.words)
	}
	for i := 0; i < len(value); {
		class, size := int(s.short[value[i]]), 1
		if value[i] >= utf8.RuneSelf {
			class, size = s.next(value[i:])
		}
		i += size
		if top < s.words-1 && state[top]>>63 != 0 {
			top++
		}
		shiftIn(state[:top+1], s.masks[class*s.words:])
		for top > 0 && state[top] == 0 {
			top--
		}
		if state[s.words-1]&s.last != 0 {
			return value[i:], true
		}
	}
	return nil, false
}

// shiftIn moves all of a state on by one character, and a new beginning in.
func shiftIn(state, mask []uint64) {
	mask = mask[:len(state)]
	carry := uint64(1)
	for i, word := range state {
		state[i] = (word<<1 | carry) & mask[i]
		carry = word >> 63
	}
}

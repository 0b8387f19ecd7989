package filter

import (
	"bytes"
	"unicode/utf8"
)

// likeTest is a pattern made ready: the runs between its %, of which the first begins the value,
// the last ends it, and those between follow in order. Taking the leftmost place for each finds a
// match if there is one, so time is linear but for runs with a _ in them.
type likeTest []run

// run is a part of a pattern without %: texts with one _ between each two.
type run [][]byte

func compileLike(pattern string) likeTest {
	runs := likeTest{run{nil}}
	for _, w := range split(pattern, '\\') {
		last := &runs[len(runs)-1]
		switch w.special {
		case '%':
			runs = append(runs, run{nil})
		case '_':
			*last = append(*last, nil)
		default:
			text := &(*last)[len(*last)-1]
			*text = append(*text, w.text...)
		}
	}
	return runs
}

func (t likeTest) matches(value []byte) bool {
	rest, ok := t[0].cutFront(value)
	if len(t) == 1 || !ok {
		return ok && len(rest) == 0
	}
	for _, r := range t[1 : len(t)-1] {
		if rest, ok = r.cutFirst(rest); !ok {
			return false
		}
	}
	return t[len(t)-1].ends(rest)
}

// cutFront returns what follows the run at the beginning of value.
func (r run) cutFront(value []byte) ([]byte, bool) {
	for i, text := range r {
		if i > 0 {
			if len(value) == 0 {
				return nil, false
			}
			_, size := utf8.DecodeRune(value)
			value = value[size:]
		}
		if !bytes.HasPrefix(value, text) {
			return nil, false
		}
		value = value[len(text):]
	}
	return value, true
}

// cutFirst returns what follows the leftmost place of the run in value.
func (r run) cutFirst(value []byte) ([]byte, bool) {
	if len(r) == 1 {
		_, rest, ok := bytes.Cut(value, r[0])
		return rest, ok
	}
	for {
		if rest, ok := r.cutFront(value); ok {
			return rest, true
		}
		if len(value) == 0 {
			return nil, false
		}
		_, size := utf8.DecodeRune(value)
		value = value[size:]
	}
}

func (r run) ends(value []byte) bool {
	for i := len(r) - 1; i >= 0; i-- {
		if !bytes.HasSuffix(value, r[i]) {
			return false
		}
		value = value[:len(value)-len(r[i])]
		if i > 0 {
			if len(value) == 0 {
				return false
			}
			_, size := utf8.DecodeLastRune(value)
			value = value[:len(value)-size]
		}
	}
	return true
}

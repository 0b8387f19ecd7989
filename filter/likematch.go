package filter

import (
	"bytes"
	"unicode/utf8"
)

// likeTest is a pattern made ready: the run that begins the value, the runs between its %, which
// follow in order, and the run that ends it. Taking the leftmost place for each finds a match if
// there is one, so that no byte is looked at again, but for as often as a search has words.
type likeTest struct {
	front, back run
	middle      []search
	open        bool // there is a %; else front is all of the pattern
}

// run is a part of a pattern without %: texts with one _ between each two.
type run [][]byte

func compileLike(pattern string) likeTest {
	runs := runsOf(split(pattern, '\\'))
	last := len(runs) - 1
	t := likeTest{front: runs[0], back: runs[last], open: last > 0}
	for i := 1; i < last; i++ {
		t.middle = append(t.middle, newSearch(runs[i]))
	}
	return t
}

func runsOf(pattern []wild) []run {
	runs := []run{{nil}}
	for _, w := range pattern {
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

func (t *likeTest) matches(value []byte, p *Probe) bool {
	rest, ok := t.front.cut(value)
	if !t.open || !ok {
		return ok && len(rest) == 0
	}
	for i := range t.middle {
		if rest, ok = t.middle[i].cut(rest, p); !ok {
			return false
		}
	}
	return t.back.ends(rest)
}

// cut returns what follows the run at the beginning of value.
func (r run) cut(value []byte) (rest []byte, ok bool) {
	for i, text := range r {
		if i > 0 {
			if value, ok = skip(value, 1); !ok {
				return nil, false
			}
		}
		if !bytes.HasPrefix(value, text) {
			return nil, false
		}
		value = value[len(text):]
	}
	return value, true
}

// skip returns what follows the first n characters.
func skip(value []byte, n int) (rest []byte, ok bool) {
	for ; n > 0; n-- {
		if len(value) == 0 {
			return nil, false
		}
		_, size := utf8.DecodeRune(value)
		value = value[size:]
	}
	return value, true
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

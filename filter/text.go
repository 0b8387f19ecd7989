package filter

import (
	"unicode"
	"unicode/utf8"
)

// fold is the case that a property's text is brought to before it is compared.
type fold uint8

const (
	asIs fold = iota
	lower
	upper
)

func (f fold) String() string { return [...]string{"", "LOWER", "UPPER"}[f] }

// text is a property's text, or that text in one case.
type text struct {
	key  string
	fold fold
}

// Between is true where the property's text is low or high, or comes between them in the order of
// bytes; false where low comes after high.
func Between(key, low, high string) Filter { return text{key: key}.between(low, high) }

// Suffix is true where the property ends with text.
func Suffix(key, text string) Filter { return Like(key, "%"+escaped(text)) }

func (t text) node(op operator) *node { return &node{op: op, key: t.key, fold: t.fold} }

func (t text) equal(to string) Filter {
	n := t.node(opEqual)
	n.text = to
	return Filter{n}
}

func (t text) in(texts []string) Filter {
	switch len(texts) {
	case 0:
		return Not(t.prefix(""))
	case 1:
		return t.equal(texts[0])
	}
	n := t.node(opIn)
	n.texts = append([]string(nil), texts...)
	return Filter{n}
}

func (t text) prefix(prefix string) Filter {
	n := t.node(opPrefix)
	n.text = prefix
	return Filter{n}
}

func (t text) between(low, high string) Filter {
	if low > high {
		return t.in(nil)
	}
	n := t.node(opBetween)
	n.text, n.high = low, high
	return Filter{n}
}

// same is true where both texts are there and equal.
func (t text) same(other text) Filter {
	n := t.node(opSame)
	n.other = other
	return Filter{n}
}

// folded returns a text in the case.
func (f fold) folded(s string) string { return string(f.append(nil, []byte(s))) }

// append appends a text in the case: character by character, as Unicode has it, with no regard to
// language. Bytes that are no character stay as they are.
func (f fold) append(into, s []byte) []byte {
	for len(s) > 0 {
		if c := s[0]; c < utf8.RuneSelf {
			into, s = append(into, f.ascii(c)), s[1:]
			continue
		}
		c, size := utf8.DecodeRune(s)
		if c == utf8.RuneError && size == 1 {
			into = append(into, s[0])
		} else {
			into = utf8.AppendRune(into, f.rune(c))
		}
		s = s[size:]
	}
	return into
}

func (f fold) ascii(c byte) byte {
	if f == lower && c >= 'A' && c <= 'Z' || f == upper && c >= 'a' && c <= 'z' {
		return c ^ 0x20
	}
	return c
}

func (f fold) rune(c rune) rune {
	if f == lower {
		return unicode.ToLower(c)
	}
	return unicode.ToUpper(c)
}

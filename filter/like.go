package filter

import (
	"strings"
	"unicode/utf8"
)

// A LIKE pattern in a node is in normal form: a backslash takes the special meaning from %, _ and
// itself and stands before nothing else; of neighbouring wildcards every _ comes before one %; and
// there is a wildcard that is not just one % at the end, for that would be opEqual or opPrefix.

// Like is true where the property looks like pattern: % stands for any run of characters, _ for any
// one, and a backslash takes the special meaning from the character after it. Patterns without
// wildcards are Equal, those with one % at the end only are Prefix.
func Like(key, pattern string) Filter { return text{key: key}.like(split(pattern, '\\')) }

// wild is a character of a pattern: a literal one, % or _.
type wild struct {
	text    string // of a literal character
	special byte   // '%', '_', or 0 for a literal
}

// split reads a pattern. An escape before an ordinary character stands for that character.
func split(pattern string, escape rune) []wild {
	var all []wild
	for i := 0; i < len(pattern); {
		r, size := utf8.DecodeRuneInString(pattern[i:])
		switch {
		case r == escape && i+size < len(pattern):
			i += size
			_, size = utf8.DecodeRuneInString(pattern[i:])
			all = append(all, wild{text: pattern[i : i+size]})
		case r == '%' || r == '_':
			all = append(all, wild{special: byte(r)})
		default:
			all = append(all, wild{text: pattern[i : i+size]})
		}
		i += size
	}
	return all
}

// like chooses the simplest operator for a pattern.
func (t text) like(pattern []wild) Filter {
	pattern = sorted(pattern)
	first := 0
	for first < len(pattern) && pattern[first].special == 0 {
		first++
	}
	switch {
	case first == len(pattern):
		return t.equal(literal(pattern))
	case first == len(pattern)-1 && pattern[first].special == '%':
		return t.prefix(literal(pattern[:first]))
	}
	n := t.node(opLike)
	n.text = normal(pattern)
	return Filter{n}
}

// wilds returns the pattern that opPrefix or opLike matches.
func (n *node) wilds() []wild {
	if n.op == opPrefix {
		return split(escaped(n.text)+"%", '\\')
	}
	return split(n.text, '\\')
}

// escaped takes the special meaning out of a text.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text)
}

// sorted puts every run of wildcards into normal form.
func sorted(pattern []wild) []wild {
	var out []wild
	many := false
	for _, w := range pattern {
		if w.special == '%' {
			many = true
			continue
		}
		if w.special == 0 && many {
			out, many = append(out, wild{special: '%'}), false
		}
		out = append(out, w)
	}
	if many {
		out = append(out, wild{special: '%'})
	}
	return out
}

func literal(pattern []wild) string {
	var b strings.Builder
	for _, w := range pattern {
		b.WriteString(w.text)
	}
	return b.String()
}

// normal writes a pattern as a node holds it.
func normal(pattern []wild) string {
	var b strings.Builder
	for _, w := range pattern {
		switch {
		case w.special != 0:
			b.WriteByte(w.special)
		case w.text == "%" || w.text == "_" || w.text == `\`:
			b.WriteString(`\` + w.text)
		default:
			b.WriteString(w.text)
		}
	}
	return b.String()
}

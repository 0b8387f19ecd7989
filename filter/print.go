package filter

import (
	"math"
	"strconv"
	"strings"
)

var symbols = [...]string{less: "<", atMost: "<=", equal: "=", atLeast: ">=", greater: ">"}

// String writes the filter the way a WHERE clause says it: kind = 'cpu' AND value > 30. Parse reads
// it back.
func (f Filter) String() string {
	if f.node == nil {
		return "TRUE"
	}
	n := f.node
	switch n.op {
	case opAnd:
		return strings.Join(n.written(), " AND ")
	case opOr:
		if len(n.parts) == 0 {
			return "FALSE"
		}
		return strings.Join(n.written(), " OR ")
	case opNot:
		return n.parts[0].negated()
	}
	return n.leaf("")
}

// leaf writes a predicate, or its negation where not is "NOT ".
func (n *node) leaf(not string) string {
	key := name(n.key)
	switch n.op {
	case opExists:
		return not + "EXISTS(" + key + ")"
	case opIn:
		return key + " " + not + "IN (" + quoteAll(n.texts) + ")"
	case opPrefix, opLike:
		return key + " " + not + "LIKE " + quotePattern(n.wilds())
	case opEqual:
		return key + equality(not) + quote(n.text)
	}
	number := digitsOf(n.number)
	if n.relation == equal {
		return key + equality(not) + number
	}
	return not + key + " " + symbols[n.relation] + " " + number
}

// digitsOf writes a number exactly, with an exponent only where it would be long without.
func digitsOf(n float64) string {
	format := byte('f')
	if size := math.Abs(n); size != 0 && size < 1e-6 || size >= 1e21 {
		format = 'e'
	}
	return strconv.FormatFloat(n, format, -1, 64)
}

func equality(not string) string {
	if not == "" {
		return " = "
	}
	return " <> "
}

// negated writes Not(f), the word NOT where SQL has it in the middle.
func (f Filter) negated() string {
	n := f.node
	switch {
	case n.op > opNot:
		return n.leaf("NOT ")
	case f.predicate() && len(n.parts) > 0:
		return n.shorthand(n.parts, "NOT ")
	}
	return "NOT " + f.nested()
}

// nested writes a filter within another.
func (f Filter) nested() string {
	if f.compound() {
		return "(" + f.String() + ")"
	}
	return f.String()
}

// compound tells whether a filter needs parentheses within another.
func (f Filter) compound() bool { return f.node.op <= opOr && !f.predicate() }

// predicate tells whether a filter is written without AND, OR and NOT around it.
func (f Filter) predicate() bool {
	n := f.node
	return n.op > opNot || n.op < opNot && n.shorthandOf(n.parts) == len(n.parts)
}

// levels counts how deep parentheses and NOTs nest in what String writes.
func (f Filter) levels() int {
	if f.All() || f.predicate() {
		return 0
	}
	deepest := 0
	for _, p := range f.node.parts {
		below := p.levels()
		if p.compound() {
			below++
		}
		deepest = max(deepest, below)
	}
	if f.node.op == opNot && !f.node.parts[0].predicate() {
		deepest++
	}
	return deepest
}

// name writes a property's name: bare where every dialect of SQL would read it so, or quoted.
func name(key string) string {
	for i, r := range key {
		letter := r == '_' || (r|0x20 >= 'a' && r|0x20 <= 'z')
		if !letter && (i == 0 || r < '0' || r > '9') {
			return quoteName(key)
		}
	}
	if key == "" || reserved(key) {
		return quoteName(key)
	}
	return key
}

func quoteName(key string) string { return `"` + strings.ReplaceAll(key, `"`, `""`) + `"` }

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = quote(t)
	}
	return strings.Join(quoted, ", ")
}

// quotePattern writes a pattern, with an escape only where one is needed.
func quotePattern(pattern []wild) string {
	var plain strings.Builder
	for _, w := range pattern {
		switch {
		case w.text == "%" || w.text == "_":
			return quote(normal(pattern)) + ` ESCAPE '\'`
		case w.special != 0:
			plain.WriteByte(w.special)
		default:
			plain.WriteString(w.text)
		}
	}
	return quote(plain.String())
}

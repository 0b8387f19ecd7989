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
	switch n.op {
	case opExists:
		return not + "EXISTS(" + name(n.key) + ")"
	case opNumber:
		return n.compared(not, name(n.key), digitsOf(n.number))
	case opCompare:
		return n.compared(not, n.sign()+n.left.String(), n.right.String())
	}
	subject := text{n.key, n.fold}.written(quoteName)
	switch n.op {
	case opIn:
		return subject + " " + not + "IN (" + quoteAll(n.texts) + ")"
	case opPrefix, opLike:
		return subject + " " + not + "LIKE " + quotePattern(n.wilds())
	case opBetween:
		return subject + " " + not + "BETWEEN " + n.bounds()
	case opSame:
		return subject + equality(not) + n.other.written(bracketName)
	}
	return subject + equality(not) + quote(n.text)
}

// compared writes a comparison of numbers.
func (n *node) compared(not, left, right string) string {
	if n.relation == equal {
		return left + equality(not) + right
	}
	return not + left + " " + symbols[n.relation] + " " + right
}

// sign marks two properties that are compared as numbers where = would compare texts.
func (n *node) sign() string {
	if n.relation == equal && n.left.op == exNumber && n.right.op == exNumber {
		return "+"
	}
	return ""
}

// bounds writes the bounds of texts. Where they read as numbers, parentheses say that texts are meant.
func (n *node) bounds() string {
	low := quote(n.text)
	if n.numericBounds() {
		low = "(" + low + ")"
	}
	return low + " AND " + quote(n.high)
}

func (n *node) numericBounds() bool {
	_, low := parseNumber([]byte(n.text))
	_, high := parseNumber([]byte(n.high))
	return low && high
}

// written writes a property's text; quoted quotes a name that cannot stand bare.
func (t text) written(quoted func(string) string) string {
	key := t.key
	if !bare(key) {
		key = quoted(key)
	}
	if t.fold == asIs {
		return key
	}
	return t.fold.String() + "(" + key + ")"
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
	switch {
	case f.All():
		return 0
	case f.node.op > opNot:
		return f.node.leafLevels()
	case f.predicate():
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
	if f.node.op == opNot && f.node.parts[0].node.negatedBefore() {
		deepest++
	}
	return deepest
}

// negatedBefore tells whether the NOT of a negation comes before it, where it is a level.
func (n *node) negatedBefore() bool {
	switch {
	case n.op > opNot:
		return n.op == opExists || (n.op == opNumber || n.op == opCompare) && n.relation != equal
	case (Filter{n}).predicate():
		return len(n.parts) == 0
	}
	return true
}

// leafLevels counts the parentheses and signs within a predicate.
func (n *node) leafLevels() int {
	switch {
	case n.op == opCompare:
		return max(len(n.sign())+n.left.levels(), n.right.levels())
	case n.op == opBetween && n.numericBounds():
		return 1
	}
	return 0
}

// name writes a property's name: bare where every dialect of SQL would read it so, or quoted.
func name(key string) string { return text{key: key}.written(quoteName) }

func bare(key string) bool {
	for i, r := range key {
		letter := r == '_' || (r|0x20 >= 'a' && r|0x20 <= 'z')
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return key != "" && !reserved(key)
}

func bracketName(key string) string { return "[" + strings.ReplaceAll(key, "]", "]]") + "]" }

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

package index

import "github.com/millrace/millrace/filter"

// cell is where one conjunction of a filter goes: a schema, the values it wants, and its entry. With
// lists of texts a conjunction goes to several cells, one after the other.
type cell struct {
	limits   *limits
	terms    []term
	operands []operand // of terms but for the absent ones
	absent   []term
	hashed   int    // of terms
	cells    int    // that the lists multiply to
	bounded  bool   // a term is isWithin
	tests    []byte // the entry's rest
	opaque   bool   // the filter itself must be evaluated

	schema uint32
	salt   uint64
	hash   uint64
	values []byte
	entry  entry
}

// operand is what a hashed term compares with.
type operand struct {
	text  string
	texts []string // any of them, if there are more than one
	n     float64
}

func (c *cell) reset(word uint32, limits *limits) {
	c.limits = limits
	c.terms, c.operands, c.absent = c.terms[:0], c.operands[:0], c.absent[:0]
	c.tests, c.values = c.tests[:0], c.values[:0]
	c.hashed, c.cells, c.opaque, c.bounded = 0, 1, false, false
	c.entry = entry{word: word, low: noLow, high: noHigh}
}

// lay lays a conjunction out; column returns the column of a key.
func (c *cell) lay(conjunction *filter.Conjunction, column func(key string) uint32) {
	for i := range conjunction.Conditions {
		if i == c.limits.conditions {
			c.opaque = true
			break
		}
		c.layCondition(&conjunction.Conditions[i], column(conjunction.Conditions[i].Key))
	}
	c.terms = append(c.terms, c.absent...)
	if len(c.tests) > c.limits.rest-2 {
		c.tests, c.opaque = c.tests[:0], true
	}
	if c.opaque {
		c.tests = append(c.tests, 0, byte(filters))
	}
	if len(c.tests) > 0 {
		c.entry.rest = c.tests
		c.entry.word |= restBit
	}
}

func (c *cell) layCondition(k *filter.Condition, column uint32) {
	c.opaque = c.opaque || k.Opaque
	if k.Absent {
		c.absent = append(c.absent, term{column: column, kind: isAbsent})
		return
	}
	before := len(c.terms)
	c.layTexts(k, column)
	c.layList(k.Lower, isLower, column)
	c.layList(k.Upper, isUpper, column)
	c.layNumber(k, column)
	c.layPrefix(k.Prefix, column)
	if len(c.terms) == before {
		c.add(term{column: column, kind: isThere}, operand{})
	}
	c.layTests(k, before, byte(len(c.terms)-1))
}

func (c *cell) add(t term, o operand) {
	c.terms = append(c.terms, t)
	c.operands = append(c.operands, o)
	if t.kind.hashed() {
		c.hashed++
	}
}

func (c *cell) layTexts(k *filter.Condition, column uint32) {
	if len(k.Texts) == 1 && len(k.Texts[0]) > c.limits.text { // the rest will say that the filter decides
		c.layPrefix(k.Texts[0], column)
		return
	}
	c.layList(k.Texts, isText, column)
}

func (c *cell) layList(texts []string, k kind, column uint32) {
	n := len(texts)
	switch {
	case n == 0 || c.hashed == c.limits.hashed || c.tooLong(texts):
	case n == 1:
		c.add(term{column: column, kind: k}, operand{text: texts[0]})
	case c.cells == 1 || c.cells*n <= c.limits.cells:
		c.cells *= n
		c.add(term{column: column, kind: k}, operand{texts: texts})
	}
}

func (c *cell) tooLong(texts []string) bool {
	for _, t := range texts {
		if len(t) > c.limits.text {
			return true
		}
	}
	return false
}

func (c *cell) layNumber(k *filter.Condition, column uint32) {
	switch {
	case !k.Number:
	case k.Low == k.High && c.hashed < c.limits.hashed:
		c.add(term{column: column, kind: isNumber}, operand{n: k.Low})
	case !c.bounded:
		c.bounded = true
		c.add(term{column: column, kind: isWithin}, operand{})
		c.entry.low, c.entry.high = k.Low, k.High
	}
}

func (c *cell) layPrefix(prefix string, column uint32) {
	if n := min(len(prefix), c.limits.prefix); n > 0 && c.hashed < c.limits.hashed {
		c.add(term{column, isPrefix, uint8(n)}, operand{text: prefix[:n]})
	}
}

// layTests writes as tests what of a condition is not in its terms, which begin at first.
func (c *cell) layTests(k *filter.Condition, first int, t byte) {
	var laid [isAbsent + 1]bool
	length := 0
	for _, term := range c.terms[first:] {
		laid[term.kind] = true
		length = int(term.length)
	}
	c.opaque = c.opaque || len(k.Lower) > 0 && !laid[isLower] || len(k.Upper) > 0 && !laid[isUpper]
	if len(k.Texts) > 0 && !laid[isText] && !c.opaque {
		c.testTexts(t, oneOf, k.Texts)
	}
	if k.Number && !laid[isNumber] && !laid[isWithin] {
		c.tests = appendFloat(appendFloat(append(c.tests, t, byte(within)), k.Low), k.High)
	}
	if len(k.Prefix) > 0 && (!laid[isPrefix] || length < len(k.Prefix)) {
		c.testPrefix(t, begins, k.Prefix)
	}
	if len(k.NotTexts) > 0 {
		c.testTexts(t, noneOf, k.NotTexts)
	}
	for _, p := range k.NotPrefixes {
		c.testPrefix(t, beginsNo, p)
	}
	for _, n := range k.NotNumbers {
		c.tests = appendFloat(append(c.tests, t, byte(isNot)), n)
	}
}

func (c *cell) testTexts(t byte, op restOp, texts []string) {
	if len(texts) > c.limits.rest || c.tooLong(texts) {
		c.opaque = true
		return
	}
	c.tests = appendTexts(append(c.tests, t, byte(op)), texts)
}

func (c *cell) testPrefix(t byte, op restOp, prefix string) {
	if len(prefix) > c.limits.text {
		c.opaque = true
		return
	}
	c.tests = append(append(c.tests, t, byte(op), byte(len(prefix))), prefix...)
}

// combine calls visit with the hash and the values of each cell that the terms from t on make.
func (c *cell) combine(h *hasher, t int, sum uint64, visit func(c *cell)) {
	if t == len(c.operands) {
		c.hash = h.final(sum)
		visit(c)
		return
	}
	o := &c.operands[t]
	if !c.terms[t].kind.hashed() {
		c.combine(h, t+1, sum, visit)
		return
	}
	multiplier, n := h.multiplier(c.terms[t]), len(c.values)
	if c.terms[t].kind == isNumber {
		c.values = appendFloat(c.values, o.n)
		c.combine(h, t+1, sum+h.number(o.n)*multiplier, visit)
	} else if len(o.texts) == 0 {
		c.appendText(t, o.text)
		c.combine(h, t+1, sum+h.string(o.text)*multiplier, visit)
	}
	for _, text := range o.texts {
		c.values = c.values[:n]
		c.appendText(t, text)
		c.combine(h, t+1, sum+h.string(text)*multiplier, visit)
	}
	c.values = c.values[:n]
}

func (c *cell) appendText(t int, text string) {
	if c.terms[t].kind.isWhole() {
		c.values = append(c.values, byte(len(text)))
	}
	c.values = append(c.values, text...)
}

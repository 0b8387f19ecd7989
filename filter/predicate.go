package filter

// comparator is an operator between two sides.
type comparator struct {
	relation relation
	not      bool
}

var comparisons = map[string]comparator{
	"=":  {relation: equal},
	"<>": {relation: equal, not: true},
	"!=": {relation: equal, not: true}, // Service Bus has both
	"<":  {relation: less},
	"<=": {relation: atMost},
	">":  {relation: greater},
	">=": {relation: atLeast},
}

// mirrored is the comparator that says the same with its sides exchanged.
func (c comparator) mirrored() comparator {
	c.relation = greater - c.relation
	return c
}

func (p *parser) seesComparator() bool {
	_, found := comparisons[p.token.text]
	return found && p.token.kind == symbolToken
}

// predicate = operand comparator operand | name IS [ NOT ] NULL | name [ NOT ] test .
func (p *parser) predicate(left operand) Filter {
	p.count(left.token)
	switch {
	case p.seesComparator():
		return p.comparison(left)
	case left.kind != nameOperand:
		p.literalAlone(left)
	case p.ends(), p.seesWord("AND"), p.seesWord("OR"):
		p.refuse(left.token, nameAlone(left.text))
	case p.takeWord("IS"):
		return p.null(left.text)
	case p.takeWord("NOT"):
		return Not(p.test(left.text, notAfterName(p.token)))
	default:
		return p.test(left.text, noTest(left.text, p.token))
	}
	return Filter{}
}

// test = IN list | LIKE pattern | BETWEEN bounds . What else stands there is a slip.
func (p *parser) test(key string, otherwise slip) Filter {
	switch {
	case p.seesWord("IN"):
		return p.in(key, p.advance())
	case p.takeWord("LIKE"):
		return p.like(key)
	case p.takeWord("BETWEEN"):
		return p.between(key)
	}
	p.refuse(p.token, otherwise)
	return Filter{}
}

func (p *parser) comparison(left operand) Filter {
	symbol := p.advance().text
	right := p.operand("want a text, a number, TRUE or FALSE")
	if p.sees("(") && right.kind == nameOperand {
		p.call(right.token)
	}
	if s, wrong := notComparable(left, symbol, right); wrong {
		p.refuse(right.token, s)
	}
	if p.seesComparator() {
		p.refuse(p.token, slip{"a comparison has two sides only",
			"want AND between two comparisons, or BETWEEN"})
	}
	return compared(left, comparisons[symbol], right)
}

func compared(left operand, c comparator, right operand) Filter {
	if left.kind != nameOperand && right.kind == nameOperand {
		left, right, c = right, left, c.mirrored()
	}
	if left.kind != nameOperand {
		return constant(c.ofLiterals(left, right))
	}
	f := Equal(left.text, right.text)
	if right.kind == numberOperand {
		f = number(left.text, c.relation, right.number)
	}
	if c.not {
		return Not(f)
	}
	return f
}

// ofLiterals compares two constants, such as the 1=1 of Service Bus's default rule.
func (c comparator) ofLiterals(left, right operand) bool {
	holds := left.text == right.text
	if left.kind == numberOperand {
		holds = c.relation.holds(left.number, right.number)
	}
	return holds != c.not
}

func (p *parser) null(key string) Filter {
	not := p.takeWord("NOT")
	if !p.takeWord("NULL") {
		p.refuse(p.token, slip{"IS goes with NULL only", "want IS NULL or IS NOT NULL"})
		return Filter{}
	}
	if not {
		return Exists(key)
	}
	return Not(Exists(key))
}

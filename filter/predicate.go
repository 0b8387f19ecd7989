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

func (p *parser) seesComparator() bool {
	_, found := comparisons[p.token.text]
	return found && p.token.kind == symbolToken
}

// predicate = operand comparator operand | name IS [ NOT ] NULL | operand [ NOT ] test .
func (p *parser) predicate(left operand) Filter {
	p.count(left.token)
	switch {
	case p.seesComparator():
		return p.comparison(left)
	case left.isLiteral(), left.kind == nullOperand:
		p.literalAlone(left)
	case p.ends(), p.seesWord("AND"), p.seesWord("OR"):
		p.refuse(left.token, p.alone(left))
	case p.seesWord("IS") && left.kind != nameOperand:
		p.refuse(left.token, slip{kindOf(left) + " on the left of IS", "want a property there"})
	case p.takeWord("IS"):
		return p.null(left.text)
	case p.takeWord("NOT"):
		return Not(p.test(left, notAfterName(p.token)))
	default:
		return p.test(left, p.noTest(left, p.token))
	}
	return Filter{}
}

// test = IN list | LIKE pattern | BETWEEN bounds . What else stands there is a slip.
func (p *parser) test(subject operand, otherwise slip) Filter {
	switch {
	case p.seesWord("IN"):
		return p.in(subject, p.advance())
	case p.takeWord("LIKE"):
		return p.like(subject)
	case p.takeWord("BETWEEN"):
		return p.between(subject)
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
	if s, wrong := p.notComparable(left, symbol, right); wrong {
		p.refuse(right.token, s)
	}
	if p.seesComparator() {
		p.refuse(p.token, slip{"a comparison has two sides only",
			"want AND between two comparisons, or BETWEEN"})
	}
	if p.err != nil {
		return Filter{}
	}
	return compared(left, comparisons[symbol], right)
}

// compared compares numbers where either side is one, or where the operator wants an order; else texts.
func compared(left operand, c comparator, right operand) Filter {
	var f Filter
	switch {
	case left.isLiteral() && right.isLiteral():
		return constant(c.ofLiterals(left, right))
	case left.isNumber() || right.isNumber() || c.relation != equal:
		f = compare(left.expression(), c.relation, right.expression())
	case left.isLiteral():
		f = right.property().equal(left.text)
	case right.isLiteral():
		f = left.property().equal(right.text)
	default:
		f = left.property().same(right.property())
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

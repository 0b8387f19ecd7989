package filter

import "strings"

// The slips of this file are about operands and what is done with them.

func kindOf(o operand) string {
	return [...]string{"nothing", "a property", "a text", "a number", "TRUE or FALSE", "NULL"}[o.kind]
}

// literalAlone is about a literal that nothing is compared with.
func (p *parser) literalAlone(left operand) {
	next, said := p.token, found(left.token)
	switch {
	case isArithmetic(next):
		p.refuse(next, slip{arithmetic, wantPlain})
	case isSymbolSlip(next):
		p.refuse(next, operatorSlip(next))
	case left.kind == nullOperand:
		p.refuse(left.token, slip{"NULL alone is no condition", "want name IS NULL"})
	case isTestWord(next):
		p.refuse(left.token, slip{said + " on the left of " + strings.ToUpper(next.text),
			"want a property there"})
	default:
		p.refuse(left.token, slip{said + " alone is no condition", wantPrimary})
	}
}

// nameAlone is about a name that nothing is compared with.
func nameAlone(key string) slip {
	key = clip(name(key))
	return slip{"the property " + key + " alone is no condition",
		"want " + key + " = TRUE, or EXISTS(" + key + ")"}
}

// noTest is about what follows a name and is no operator.
func noTest(key string, next token) slip {
	switch {
	case isArithmetic(next):
		return slip{arithmetic, wantPlain}
	case isSymbolSlip(next):
		return operatorSlip(next)
	case next.kind == wordToken:
		return wordSlip(next)
	}
	return slip{"no operator between " + clip(name(key)) + " and " + found(next), wantTest}
}

// notAfterName is about what follows a name and NOT.
func notAfterName(next token) slip {
	_, compared := comparisons[next.text]
	switch {
	case next.text == "=":
		return slip{"NOT before =", "want <>, or NOT before the property"}
	case compared:
		return slip{"NOT before " + next.text, "want NOT before the property"}
	case isWord(next, "NULL"):
		return slip{"NOT NULL without IS", "did you mean IS NOT NULL?"}
	}
	return slip{"NOT after a property goes with IN, LIKE and BETWEEN", "want one of these three"}
}

// notAName is about an argument of a function.
func notAName(of string, o operand) slip {
	problem := of + " takes a property's name, not " + kindOf(o)
	if o.kind == textOperand {
		return slip{problem, "did you mean " + clip(name(o.text)) + "? single quotes make a text"}
	}
	return slip{problem, "want " + of + "(name)"}
}

// notAText is about a pattern, an escape or an argument.
func notAText(o operand, want string) slip {
	if o.kind == nameOperand {
		return slip{"the property " + clip(name(o.text)) + " where a text belongs", meantText(o)}
	}
	return slip{kindOf(o) + " where a text belongs", want}
}

// meantText proposes a text for a name.
func meantText(o operand) string {
	meant := "did you mean " + clip(quote(o.text)) + "?"
	if o.token.kind == nameToken {
		return meant + " double quotes and brackets name a property"
	}
	return meant + " a text stands in single quotes"
}

// notComparable says why two sides cannot be compared, or false if they can.
func notComparable(left operand, symbol string, right operand) (slip, bool) {
	c, literal := comparisons[symbol], right
	if right.kind == nameOperand {
		literal = left
	}
	switch {
	case literal.kind == nameOperand:
		return slip{"two properties cannot be compared", meantText(right)}, true
	case left.kind == nullOperand || right.kind == nullOperand:
		return slip{"a comparison with NULL is never true", insteadOfNull(c)}, true
	case left.kind != nameOperand && right.kind != nameOperand && left.kind != right.kind:
		return slip{kindOf(left) + " cannot be compared with " + kindOf(right), wantPlain}, true
	case literal.kind != numberOperand && c.relation != equal:
		return slip{symbol + " compares numbers, not " + kindOf(literal), insteadOfText(literal)}, true
	}
	return slip{}, false
}

func insteadOfNull(c comparator) string {
	switch {
	case c.relation != equal:
		return "want IS NULL or IS NOT NULL"
	case c.not:
		return "did you mean IS NOT NULL?"
	}
	return "did you mean IS NULL?"
}

// insteadOfText proposes a number for a text that reads as one.
func insteadOfText(o operand) string {
	if _, ok := parseNumber([]byte(o.text)); ok {
		return "did you mean " + o.text + "? a number has no quotes"
	}
	return "want a number; a text is compared by =, <>, IN and LIKE"
}

func notListable(o operand) slip {
	switch o.kind {
	case nameOperand:
		return slip{"the property " + clip(name(o.text)) + " in a list", meantText(o)}
	case nullOperand:
		return slip{"NULL in a list is never equal", "want OR name IS NULL"}
	}
	return slip{"no text or number in a list", "want IN ('a', 'b')"}
}

func notABound(o operand) slip {
	if o.kind == textOperand {
		return slip{"BETWEEN compares numbers, not a text", insteadOfText(o)}
	}
	return slip{"BETWEEN compares numbers, not " + kindOf(o), "want BETWEEN 10 AND 20"}
}

package filter

import "strings"

// The slips of this file are about operands and what is done with them.

func kindOf(o operand) string {
	return [...]string{"nothing", "a property", "a text", "a number", "TRUE or FALSE", "NULL", "a text",
		"a number"}[o.kind]
}

// literalAlone is about a literal that nothing is compared with.
func (p *parser) literalAlone(left operand) {
	next, said := p.token, found(left.token)
	switch {
	case isSymbol(next, "%"):
		p.refuse(next, slip{noModulo, wantPlain})
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

// alone is about a property, or what is worked out from one, that nothing is compared with.
func (p *parser) alone(o operand) slip {
	what := p.upTo(o, p.token)
	if o.kind != nameOperand {
		return slip{what + " alone is no condition", "want it compared, such as " + what + " " + example(o)}
	}
	key := clip(name(o.text))
	return slip{"the property " + key + " alone is no condition",
		"want " + key + " = TRUE, or EXISTS(" + key + ")"}
}

// upTo quotes an operand that something follows.
func (p *parser) upTo(o operand, next token) string {
	return clip(strings.TrimSpace(p.text[o.token.at:next.at]))
}

func example(o operand) string {
	if o.isNumber() {
		return "> 30"
	}
	return "= 'text'"
}

// noTest is about what follows an operand and is no operator.
func (p *parser) noTest(o operand, next token) slip {
	switch {
	case isSymbol(next, "%"):
		return slip{noModulo, wantPlain}
	case isSymbolSlip(next):
		return operatorSlip(next)
	case next.kind == wordToken:
		return wordSlip(next)
	}
	return slip{"no operator between " + p.upTo(o, next) + " and " + found(next), wantTest}
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
func (p *parser) notComparable(left operand, symbol string, right operand) (slip, bool) {
	c := comparisons[symbol]
	switch {
	case left.kind == noOperand || right.kind == noOperand:
		return slip{}, false
	case left.kind == nullOperand || right.kind == nullOperand:
		return slip{"a comparison with NULL is never true", insteadOfNull(c)}, true
	case c.relation == equal && p.isDoubleQuoted(right) && !left.isLiteral() && !left.isNumber():
		return slip{"the property " + clip(name(right.text)) + " where a text belongs", "did you mean " +
			clip(quote(right.text)) + "? a property on the right of " + symbol + " stands in brackets"}, true
	case left.isNumber() && right.isText(), left.isText() && right.isNumber(),
		left.isLiteral() && right.isLiteral() && left.kind != right.kind:
		return slip{kindOf(left) + " cannot be compared with " + kindOf(right), p.insteadOfMixed(left, right)}, true
	case c.relation != equal && left.isText():
		return slip{symbol + " compares numbers, not " + kindOf(left), insteadOfText(left)}, true
	case c.relation != equal && right.isText():
		return slip{symbol + " compares numbers, not " + kindOf(right), insteadOfText(right)}, true
	}
	return slip{}, false
}

// isDoubleQuoted tells whether an operand is a name that may have been meant for a text.
func (p *parser) isDoubleQuoted(o operand) bool {
	return o.kind == nameOperand && p.text[o.token.at] == '"'
}

// insteadOfMixed takes true = 'a' for a property of that name.
func (p *parser) insteadOfMixed(left, right operand) string {
	for _, o := range []operand{left, right} {
		if o.kind == truthOperand && o.token.kind == wordToken {
			return "want " + quoteName(o.token.text) + ", in double quotes, to name a property"
		}
		if n, ok := readsAsNumber(o); ok {
			return "did you mean " + n + "? a number has no quotes"
		}
	}
	return wantPlain
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
	if n, ok := readsAsNumber(o); ok {
		return "did you mean " + n + "? a number has no quotes"
	}
	return "want a number; a text is compared by =, <>, IN, LIKE and BETWEEN"
}

// insteadOfNumber is about an operand of an arithmetic operator.
func insteadOfNumber(o operand) string {
	if n, ok := readsAsNumber(o); ok {
		return "did you mean " + n + "? a number has no quotes"
	}
	return wantNumber
}

func readsAsNumber(o operand) (number string, ok bool) {
	_, ok = parseNumber([]byte(o.text))
	return o.text, ok && o.kind == textOperand
}

// notListable is about what a list cannot hold, or not for its subject.
func notListable(subject, o operand) slip {
	switch {
	case o.kind == nameOperand:
		return slip{"the property " + clip(name(o.text)) + " in a list", meantText(o)}
	case o.kind == nullOperand:
		return slip{"NULL in a list is never equal", "want OR name IS NULL"}
	case subject.isNumber() && o.isText():
		return slip{kindOf(o) + " in a list for a number", insteadOfNumber(o)}
	case subject.isText() && o.isNumber():
		return slip{"a number in a list for a text", "want texts in single quotes"}
	}
	return slip{"no text or number in a list", "want IN ('a', 'b')"}
}

// notABound is about a bound that is none, or not beside the other or for the subject.
func notABound(subject, o operand) slip {
	switch {
	case o.kind == caseOperand:
		return slip{o.fold.String() + " as a bound", "want a text in single quotes"}
	case subject.isText():
		return slip{"texts are between texts, not " + kindOf(o), "want two texts in single quotes"}
	case o.kind == textOperand:
		return slip{"numbers are between numbers, not a text", insteadOfNumber(o)}
	}
	return slip{"BETWEEN compares two numbers or two texts, not " + kindOf(o), "want BETWEEN 10 AND 20"}
}

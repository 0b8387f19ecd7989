package filter

import "unicode/utf8"

// in reads a list of literals: texts become one In, numbers a comparison each.
func (p *parser) in(subject operand, word token) Filter {
	open := p.token
	if !p.takeSymbol("(") {
		p.refuse(p.token, slip{"IN without a list", "want IN ('a', 'b')"})
		return Filter{}
	}
	if p.sees(")") {
		p.refuse(word, slip{"IN () lists nothing", "want IN ('a', 'b')"})
	}
	var texts []string
	var numbers []Filter
	for more := true; more; more = p.takeSymbol(",") {
		o := p.operand("want a text or a number")
		if len(texts)+len(numbers) > 0 && (o.kind == numberOperand || len(texts) == 0) {
			p.count(o.token) // a condition beyond the one that predicate has counted
		}
		switch {
		case o.isLiteral() && o.isText() && !subject.isNumber():
			texts = append(texts, o.text)
		case o.isLiteral() && o.isNumber() && !subject.isText():
			numbers = append(numbers, compare(subject.expression(), equal, o.expression()))
		default:
			p.refuse(o.token, notListable(subject, o))
		}
	}
	if !p.ends() {
		p.refuse(p.token, slip{found(p.token) + " in a list", `want "," or ")"`})
	}
	p.close(open)
	if len(texts) > 0 {
		return Or(append([]Filter{subject.property().in(texts)}, numbers...)...)
	}
	return Or(numbers...)
}

// between reads two bounds: two texts, or two numbers.
func (p *parser) between(subject operand) Filter {
	low := p.bound(subject)
	if !p.takeWord("AND") {
		p.refuse(p.token, slip{"BETWEEN without AND", "want BETWEEN 10 AND 20"})
	}
	high := p.bound(subject)
	p.count(high.token)
	switch {
	case p.err != nil:
		return Filter{}
	case low.kind == textOperand && high.kind == textOperand:
		return p.betweenTexts(subject, low, high)
	case low.kind == textOperand || high.kind == textOperand:
		p.refuse(high.token, slip{"BETWEEN a text and a number", "want two numbers or two texts"})
		return Filter{}
	case low.kind == numberOperand && high.kind == numberOperand && low.number > high.number:
		p.refuse(low.token, smallerFirst("number"))
	}
	from, to := subject.expression(), low.expression()
	return And(compare(from, atLeast, to), compare(from, atMost, high.expression()))
}

func smallerFirst(what string) slip {
	return slip{"no " + what + " is between a larger and a smaller one", "want the smaller first"}
}

// betweenTexts refuses texts that are numbers: in the order of bytes 9 comes after 30. Parentheses say
// that it is meant.
func (p *parser) betweenTexts(subject, low, high operand) Filter {
	_, one := readsAsNumber(low)
	_, other := readsAsNumber(high)
	switch {
	case one && other && !low.grouped:
		p.refuse(low.token, slip{"BETWEEN compares texts byte by byte, so that '9' comes after '30'",
			"did you mean " + clip(low.text) + " AND " + clip(high.text) + "? else put the first text into parentheses"})
	case low.text > high.text:
		p.refuse(low.token, smallerFirst("text"))
	}
	return subject.property().between(low.text, high.text)
}

// bound reads a bound that goes with the subject.
func (p *parser) bound(subject operand) operand {
	o := p.operand("want a number or a text")
	switch {
	case o.kind == noOperand:
	case o.kind == textOperand && !subject.isNumber():
	case (o.kind == nameOperand || o.isNumber()) && !subject.isText():
	default:
		p.refuse(o.token, notABound(subject, o))
	}
	return o
}

func (p *parser) like(subject operand) Filter {
	if subject.isNumber() {
		p.refuse(subject.token, slip{"a number on the left of LIKE", "want a property there"})
	}
	pattern := p.string("want a pattern in single quotes")
	escape := rune(-1) // none
	if p.takeWord("ESCAPE") {
		o := p.string("want one character in single quotes")
		r, size := utf8.DecodeRuneInString(o.text)
		if size == 0 || size < len(o.text) || r == utf8.RuneError {
			p.refuse(o.token, slip{"ESCAPE names one character", `want ESCAPE '\'`})
		}
		escape = r
		if at := misusedEscape(pattern.text, escape); at != "" {
			p.refuse(pattern.token, slip{"the escape character stands before " + at,
				"want it before %, _ or itself"})
		}
	}
	return p.bounded(subject.property().like(split(pattern.text, escape)), pattern.token)
}

// misusedEscape returns the first thing that an escape stands before without need; "" if none.
func misusedEscape(pattern string, escape rune) string {
	escaped := false
	for _, r := range pattern {
		if escaped && r != '%' && r != '_' && r != escape {
			return "'" + string(r) + "'"
		}
		escaped = !escaped && r == escape
	}
	if escaped {
		return "nothing"
	}
	return ""
}

package filter

import "unicode/utf8"

// in reads a list of literals: texts become one In, numbers an EqualNumber each.
func (p *parser) in(key string, word token) Filter {
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
		switch o.kind {
		case textOperand, truthOperand:
			texts = append(texts, o.text)
		case numberOperand:
			numbers = append(numbers, EqualNumber(key, o.number))
		default:
			p.refuse(o.token, notListable(o))
		}
	}
	if !p.ends() {
		p.refuse(p.token, slip{found(p.token) + " in a list", `want "," or ")"`})
	}
	p.close(open)
	return Or(append(oneOf(key, texts), numbers...)...)
}

func (p *parser) between(key string) Filter {
	low := p.bound()
	if !p.takeWord("AND") {
		p.refuse(p.token, slip{"BETWEEN without AND", "want BETWEEN 10 AND 20"})
	}
	high := p.bound()
	p.count(high.token)
	if p.err == nil && low.number > high.number {
		p.refuse(low.token, slip{"no number is between a larger and a smaller one",
			"want the smaller first"})
	}
	return And(AtLeast(key, low.number), AtMost(key, high.number))
}

func (p *parser) bound() operand {
	o := p.operand("want a number")
	if o.kind != numberOperand && o.kind != noOperand {
		p.refuse(o.token, notABound(o))
	}
	return o
}

func (p *parser) like(key string) Filter {
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
	return p.bounded(fromWilds(key, split(pattern.text, escape)), pattern.token)
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

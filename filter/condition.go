package filter

import "fmt"

// ends tells whether no condition goes on here: a route's ends before INTO.
func (p *parser) ends() bool {
	return p.token.kind == endToken || p.sees(")") || p.hub && p.seesWord("INTO")
}

// condition = conjunction { OR conjunction } .
func (p *parser) condition() Filter {
	parts := []Filter{p.conjunction()}
	for p.takeWord("OR") {
		parts = append(parts, p.conjunction())
	}
	return Or(parts...)
}

// conjunction = negation { AND negation } .
func (p *parser) conjunction() Filter {
	parts := []Filter{p.negation()}
	for p.takeWord("AND") {
		parts = append(parts, p.negation())
	}
	return And(parts...)
}

// negation = { NOT } primary .
func (p *parser) negation() Filter {
	nots := 0
	for p.seesWord("NOT") {
		p.deeper(p.advance())
		nots++
	}
	f := p.primary()
	p.depth -= nots
	for range nots {
		f = Not(f)
	}
	return f
}

var tooDeep = slip{
	fmt.Sprintf("nested more than %d levels deep", nestingMax),
	"want a flatter filter",
}

// deeper counts a level of nesting, begun by a token.
func (p *parser) deeper(by token) {
	p.depth++
	if p.depth > nestingMax {
		p.refuse(by, tooDeep)
	}
}

// primary = "(" condition ")" | truth | function | predicate .
func (p *parser) primary() Filter {
	switch {
	case p.sees("(") && !p.opensOperand():
		return p.group()
	case p.seesWord("EXISTS"):
		return p.exists(p.advance())
	}
	left := p.operand(wantPrimary)
	switch {
	case left.kind == noOperand:
		return Filter{}
	case p.sees("(") && left.kind == nameOperand && left.token.kind == wordToken:
		return p.call(left.token)
	case left.kind == truthOperand && !p.seesComparator():
		p.count(left.token)
		return constant(left.text == "true")
	}
	return p.predicate(left)
}

func constant(yes bool) Filter {
	if yes {
		return And()
	}
	return Or()
}

func (p *parser) group() Filter {
	open := p.advance()
	p.deeper(open)
	f := p.condition()
	p.depth--
	if !p.ends() {
		p.stray()
	}
	p.close(open)
	return f
}

// close takes the parenthesis that closes another.
func (p *parser) close(open token) {
	switch {
	case p.takeSymbol(")"):
	case p.ends():
		p.refuse(open, slip{`this "(" is not closed`, `want ")"`})
	default:
		p.refuse(p.token, slip{found(p.token) + " out of place", `want ")"`})
	}
}

// count counts a condition, begun by a token.
func (p *parser) count(by token) {
	p.conditions++
	if p.conditions > conditionsMax {
		p.refuse(by, slip{fmt.Sprintf("more than %d conditions", conditionsMax),
			"want a smaller filter"})
	}
}

package filter

import "strconv"

type operandKind uint8

const (
	noOperand operandKind = iota // a mistake was noted
	nameOperand
	textOperand
	numberOperand
	truthOperand // TRUE or FALSE, as the text true or false
	nullOperand
	caseOperand   // LOWER or UPPER of a property
	numberOfNames // arithmetic, LENGTH
)

// operand is a side of a comparison.
type operand struct {
	kind    operandKind
	text    string // a name, a text, or how a truth is written in a property
	fold    fold   // caseOperand
	number  float64
	result  *expression // numberOfNames
	token   token       // its first
	grouped bool        // in parentheses
}

// operand = product { ( "+" | "-" ) product } . It says what is wanted where there is none.
func (p *parser) operand(want string) operand {
	left := p.product(want)
	for p.sees("+") || p.sees("-") {
		left = p.calculation(left, p.advance(), p.product(wantNumber))
	}
	return left
}

// product = factor { ( "*" | "/" ) factor } .
func (p *parser) product(want string) operand {
	left := p.factor(want)
	for p.sees("*") || p.sees("/") {
		left = p.calculation(left, p.advance(), p.factor(wantNumber))
	}
	return left
}

// factor = ( "+" | "-" ) factor | "(" operand ")" | name | literal | LOWER "(" name ")" … .
func (p *parser) factor(want string) operand {
	switch t := p.token; {
	case p.sees("("):
		return p.parenthesised(want)
	case p.sees("-") || p.sees("+"):
		return p.signed(want)
	case t.kind == stringToken:
		return operand{kind: textOperand, text: p.advance().text, token: t}
	case t.kind == nameToken:
		return operand{kind: nameOperand, text: p.advance().text, token: t}
	case t.kind == wordToken:
		return p.word(want)
	case t.kind == numberToken:
		return p.number("")
	default:
		p.refuse(t, noOperandHere(t, want))
		return operand{}
	}
}

func (p *parser) parenthesised(want string) operand {
	open := p.advance()
	p.deeper(open)
	o := p.operand(want)
	p.depth--
	p.close(open)
	o.token, o.grouped = open, true
	return o
}

// word reads a bare name, a literal that is a keyword, or a function's value.
func (p *parser) word(want string) operand {
	t := p.advance()
	switch {
	case isWord(t, "TRUE"):
		return operand{kind: truthOperand, text: "true", token: t}
	case isWord(t, "FALSE"):
		return operand{kind: truthOperand, text: "false", token: t}
	case isWord(t, "NULL"):
		return operand{kind: nullOperand, token: t}
	case reserved(t.text) || p.hub && isWord(t, "INTO") || t.text[0] == '$' || t.text[0] == '@':
		p.refuse(t, notABareName(t.text, p.seesComparator(), want))
		return operand{}
	case p.sees("(") && p.hasValue(t.text):
		return p.value(t)
	case p.sees("."):
		return p.dotted(t)
	case p.sees("-") && p.token.at == t.end && wordLength(p.text[p.token.end:]) > 0:
		p.refuse(t, slip{"a bare name with a hyphen", "want " + name(p.joined(t)) +
			", or blanks around the - of a difference"})
		return operand{}
	}
	return operand{kind: nameOperand, text: t.text, token: t}
}

// dotted reads what follows the scope "user." of Service Bus. Other names with a dot need quotes.
func (p *parser) dotted(scope token) operand {
	p.advance()
	key := p.token
	quoted := key.kind == nameToken
	switch {
	case isWord(scope, "user") && (quoted || key.kind == wordToken && !reserved(key.text)):
		p.advance()
		return operand{kind: nameOperand, text: key.text, token: scope}
	case isWord(scope, "sys"):
		p.refuse(scope, slip{"sys. names a system property of Service Bus", wantOwn})
	default:
		p.refuse(scope, slip{"a bare name with a dot", "want " + name(p.joined(scope))})
	}
	return operand{}
}

// joined returns a name with its dots, hyphens and further words, as it should have been quoted.
func (p *parser) joined(first token) string {
	end := first.end
	for end < len(p.text) && (p.text[end] == '.' || p.text[end] == '-') {
		end++
		end += wordLength(p.text[end:])
	}
	return clip(p.text[first.at:end])
}

// signed reads a number with its sign, or negates what follows.
func (p *parser) signed(want string) operand {
	sign := p.advance()
	if p.token.kind == numberToken {
		o := p.number(sign.text)
		o.token.at = sign.at
		return o
	}
	p.deeper(sign)
	o := p.factor(want)
	p.depth--
	if !p.numeric(sign.text, o) {
		return operand{}
	}
	e := o.expression()
	if sign.text == "-" {
		e = e.minus()
	}
	return operandOf(e, sign)
}

func (p *parser) number(sign string) operand {
	t := p.advance()
	n, err := strconv.ParseFloat(sign+t.text, 64)
	if err != nil {
		p.refuse(t, slip{"number out of range: " + clip(t.text), "want a number that a float64 can hold"})
		return operand{}
	}
	return operand{kind: numberOperand, number: n, token: t}
}

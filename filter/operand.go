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
)

// operand is a side of a comparison.
type operand struct {
	kind   operandKind
	text   string // a name, a text, or how a truth is written in a property
	number float64
	token  token
}

// operand = name | text | [ sign ] number | TRUE | FALSE . It says what is wanted where none is.
func (p *parser) operand(want string) operand {
	t := p.token
	switch t.kind {
	case stringToken:
		return operand{kind: textOperand, text: p.advance().text, token: t}
	case nameToken:
		return operand{kind: nameOperand, text: p.advance().text, token: t}
	case wordToken:
		return p.word(want)
	case numberToken:
		return p.number("")
	}
	if p.sees("-") || p.sees("+") {
		return p.signed(want)
	}
	p.refuse(t, noOperandHere(t, want))
	return operand{}
}

// word reads a bare name or a literal that is a keyword.
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
	case p.hub && isWord(t, "AS_NUMBER") && p.sees("("):
		return p.cast(t)
	case p.sees("."):
		return p.dotted(t)
	case p.sees("-") && p.token.at == t.end && wordLength(p.text[p.token.end:]) > 0:
		p.refuse(t, slip{"a bare name with a hyphen", "want " + name(p.joined(t))})
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

func (p *parser) signed(want string) operand {
	sign := p.advance()
	if p.token.kind != numberToken {
		p.refuse(sign, noOperandHere(sign, want))
		return operand{}
	}
	o := p.number(sign.text)
	o.token.at = sign.at
	return o
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

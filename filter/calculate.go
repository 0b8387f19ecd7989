package filter

import (
	"slices"
	"strings"
)

// valueFunctions are functions whose value is compared, beside those that are conditions.
var valueFunctions = []string{"LENGTH", "LOWER", "UPPER"}

func (p *parser) hasValue(function string) bool {
	function = strings.ToUpper(function)
	return slices.Contains(valueFunctions, function) || p.hub && function == "AS_NUMBER"
}

// value = ( LENGTH | LOWER | UPPER ) "(" name ")" , and the hub's AS_NUMBER.
func (p *parser) value(word token) operand {
	function := strings.ToUpper(word.text)
	open := p.advance()
	key := p.key(function)
	p.close(open)
	switch function {
	case "LENGTH":
		return operandOf(lengthOf(key), word)
	case "LOWER":
		return operand{kind: caseOperand, text: key, fold: lower, token: word}
	case "UPPER":
		return operand{kind: caseOperand, text: key, fold: upper, token: word}
	}
	return operandOf(numberOf(key), word)
}

// calculation joins two operands by an operator.
func (p *parser) calculation(left operand, operator token, right operand) operand {
	p.count(right.token)
	if p.sees("(") && right.kind == nameOperand {
		p.refuse(right.token, unknownFunction(right.token.text, p.hub))
	}
	if !p.numeric(operator.text, left) || !p.numeric(operator.text, right) {
		return operand{}
	}
	if operator.text == "/" && right.kind == numberOperand && right.number == 0 {
		p.refuse(right.token, slip{"a division by zero is no number", "want another divisor"})
	}
	e := calculated(left.expression(), arithmeticSymbols[operator.text], right.expression())
	if e.op != exConstant && e.constants() {
		p.refuse(operator, slip{"the result is out of range", "want a number that a float64 can hold"})
	}
	return operandOf(e, left.token)
}

// operandOf makes an operand of a number.
func operandOf(e *expression, first token) operand {
	if e.op == exConstant {
		return operand{kind: numberOperand, number: e.number, token: first}
	}
	return operand{kind: numberOfNames, result: e, token: first}
}

// expression returns the number that an operand is.
func (o operand) expression() *expression {
	switch o.kind {
	case nameOperand:
		return numberOf(o.text)
	case numberOperand:
		return constantOf(o.number)
	}
	return o.result
}

// property returns the text that an operand is, of a property.
func (o operand) property() text { return text{o.text, o.fold} }

// isNumber and isText tell what an operand is whatever it is compared with; a property may be both.
func (o operand) isNumber() bool { return o.kind == numberOperand || o.kind == numberOfNames }

func (o operand) isText() bool {
	return o.kind == textOperand || o.kind == truthOperand || o.kind == caseOperand
}

func (o operand) isLiteral() bool {
	return o.kind == textOperand || o.kind == numberOperand || o.kind == truthOperand
}

// numeric tells whether an operator can have the operand, and refuses it if not.
func (p *parser) numeric(operator string, o operand) bool {
	switch {
	case o.kind == noOperand || p.err != nil:
		return false
	case o.kind == nameOperand || o.isNumber():
		return true
	}
	p.refuse(o.token, slip{operator + " takes numbers, not " + kindOf(o), insteadOfNumber(o)})
	return false
}

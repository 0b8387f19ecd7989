package filter

import "strings"

// String writes an expression, with parentheses only where it needs them.
func (e *expression) String() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

// binding is how tightly an operation holds its operands.
func (a arithmetic) binding() int {
	switch a {
	case exAdd, exSubtract:
		return 1
	case exMultiply, exDivide:
		return 2
	case exMinus:
		return 3
	}
	return 4
}

func (e *expression) write(b *strings.Builder) {
	switch e.op {
	case exConstant:
		b.WriteString(digitsOf(e.number))
	case exNumber:
		b.WriteString(name(e.key))
	case exLength:
		b.WriteString(e.op.String() + "(" + name(e.key) + ")")
	case exMinus:
		b.WriteByte('-')
		e.left.writeIn(b, e.wrapsLeft())
	default:
		e.left.writeIn(b, e.wrapsLeft())
		b.WriteString(" " + e.op.String() + " ")
		e.right.writeIn(b, e.wrapsRight())
	}
}

func (e *expression) writeIn(b *strings.Builder, parentheses bool) {
	if !parentheses {
		e.write(b)
		return
	}
	b.WriteByte('(')
	e.write(b)
	b.WriteByte(')')
}

// wrapsLeft tells whether the first operand stands in parentheses.
func (e *expression) wrapsLeft() bool {
	if e.op == exMinus {
		return e.left.op.binding() <= e.op.binding()
	}
	return e.left.op.binding() < e.op.binding()
}

// wrapsRight tells it of the second: a - (b - c), and a - (-1), for -- is no operator.
func (e *expression) wrapsRight() bool {
	return e.right.op.binding() <= e.op.binding() || e.right.op == exConstant && digitsOf(e.right.number)[0] == '-'
}

// levels counts how deep parentheses and signs nest in what is written.
func (e *expression) levels() int {
	in := func(operand *expression, wrapped bool) int {
		if wrapped {
			return 1 + operand.levels()
		}
		return operand.levels()
	}
	switch e.op {
	case exConstant, exNumber, exLength:
		return 0
	case exMinus:
		return 1 + in(e.left, e.wrapsLeft())
	}
	return max(in(e.left, e.wrapsLeft()), in(e.right, e.wrapsRight()))
}

package filter

import "math"

// expression is a number that is worked out from properties. Constants are finite, and no operation
// has two of them where their result is.
type expression struct {
	op          arithmetic
	key         string  // exNumber, exLength
	number      float64 // exConstant
	left, right *expression
}

type arithmetic uint8

const (
	exConstant arithmetic = iota
	exNumber              // a property's number
	exLength              // how many characters its text has
	exMinus               // left, negated
	exAdd
	exSubtract
	exMultiply
	exDivide
)

var arithmeticSymbols = map[string]arithmetic{"+": exAdd, "-": exSubtract, "*": exMultiply, "/": exDivide}

func (a arithmetic) String() string {
	return [...]string{"", "", "LENGTH", "-", "+", "-", "*", "/"}[a]
}

func constantOf(n float64) *expression { return &expression{op: exConstant, number: n} }

func numberOf(key string) *expression { return &expression{op: exNumber, key: key} }

func lengthOf(key string) *expression { return &expression{op: exLength, key: key} }

// minus is e negated.
func (e *expression) minus() *expression {
	if e.op == exConstant {
		return constantOf(-e.number)
	}
	return &expression{op: exMinus, left: e}
}

// calculated joins two expressions. Two constants are one.
func calculated(left *expression, op arithmetic, right *expression) *expression {
	if left.op == exConstant && right.op == exConstant {
		if n, ok := op.of(left.number, right.number); ok {
			return constantOf(n)
		}
	}
	return &expression{op: op, left: left, right: right}
}

// of is false where the result is no finite number, as after a division by zero.
func (a arithmetic) of(x, y float64) (result float64, ok bool) {
	switch a {
	case exAdd:
		result = x + y
	case exSubtract:
		result = x - y
	case exMultiply:
		result = x * y
	case exDivide:
		result = x / y
	}
	return result, !math.IsNaN(result) && !math.IsInf(result, 0)
}

// compare is true where the left number stands to the right one as the relation says. A property
// beside a constant makes the simplest filter; of a constant and something else the constant comes last.
func compare(left *expression, r relation, right *expression) Filter {
	if left.op == exConstant && right.op != exConstant {
		left, r, right = right, greater-r, left
	}
	switch {
	case left.op == exConstant:
		return constant(r.holds(left.number, right.number))
	case left.op == exNumber && right.op == exConstant:
		return number(left.key, r, right.number)
	}
	return Filter{&node{op: opCompare, relation: r, left: left, right: right}}
}

// constants tells whether an expression has no property, and so is no number: else it would be one
// constant.
func (e *expression) constants() bool {
	switch e.op {
	case exConstant:
		return true
	case exNumber, exLength:
		return false
	case exMinus:
		return e.left.constants()
	}
	return e.left.constants() && e.right.constants()
}

// each calls f with the properties of an expression, from left to right.
func (e *expression) each(f func(e *expression)) {
	switch e.op {
	case exConstant:
	case exNumber, exLength:
		f(e)
	case exMinus:
		e.left.each(f)
	default:
		e.left.each(f)
		e.right.each(f)
	}
}

package filter

import "math"

// Filter is a predicate over properties. The zero Filter accepts every message. Filters are
// immutable values, safe to share.
type Filter struct{ node *node }

type operator uint8

const (
	opAnd operator = iota
	opOr
	opNot
	opEqual
	opNumber
	opPrefix
	opIn
	opExists
	opLike
	opBetween // of texts
	opSame    // two properties' texts
	opCompare // two numbers, one of them worked out
)

// relation is how a property's number must stand to the operand.
type relation uint8

const (
	less relation = iota
	atMost
	equal
	atLeast
	greater
)

type node struct {
	op       operator
	relation relation // opNumber, opCompare
	fold     fold     // of key's text
	key      string   // but for opCompare
	text     string   // opEqual, opPrefix, the lower of opBetween; of opLike the pattern, see like.go
	high     string   // opBetween
	texts    []string // opIn
	other    text     // opSame
	number   float64  // opNumber
	left     *expression
	right    *expression
	parts    []Filter // opAnd, opOr, opNot
}

// All tells whether the filter accepts every message without looking at it.
func (f Filter) All() bool { return f.node == nil }

// And is true where every part is. Without parts it accepts everything.
func And(parts ...Filter) Filter { return join(opAnd, parts) }

// Or is true where any part is. Without parts it accepts nothing.
func Or(parts ...Filter) Filter { return join(opOr, parts) }

func join(op operator, parts []Filter) Filter {
	var kept []Filter
	for _, p := range parts {
		switch {
		case p.All() && op == opOr:
			return Filter{}
		case p.All():
		case p.node.op == op:
			kept = append(kept, p.node.parts...)
		default:
			kept = append(kept, p)
		}
	}
	if len(kept) == 1 {
		return kept[0]
	}
	if len(kept) == 0 && op == opAnd {
		return Filter{}
	}
	return Filter{&node{op: op, parts: kept}}
}

// Not is true where f is false; where f is unknown so is Not(f).
func Not(f Filter) Filter {
	if f.All() {
		return Or()
	}
	return Filter{&node{op: opNot, parts: []Filter{f}}}
}

// Equal compares a property's bytes with text.
func Equal(key, to string) Filter { return text{key: key}.equal(to) }

// In is true where the property's bytes equal any of texts.
func In(key string, texts ...string) Filter { return text{key: key}.in(texts) }

// Prefix is true where the property begins with a text.
func Prefix(key, prefix string) Filter { return text{key: key}.prefix(prefix) }

// Exists is true where the message has the property, false where it has not.
func Exists(key string) Filter { return Filter{&node{op: opExists, key: key}} }

// EqualNumber compares a property's number with n.
func EqualNumber(key string, n float64) Filter { return number(key, equal, n) }

// Less is true where the property's number is below n.
func Less(key string, n float64) Filter { return number(key, less, n) }

// AtMost is true where the property's number is n or below.
func AtMost(key string, n float64) Filter { return number(key, atMost, n) }

// Greater is true where the property's number is above n.
func Greater(key string, n float64) Filter { return number(key, greater, n) }

// AtLeast is true where the property's number is n or above.
func AtLeast(key string, n float64) Filter { return number(key, atLeast, n) }

// number keeps the bounds finite, so that each can be written: no property's number is infinite.
func number(key string, r relation, n float64) Filter {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		always := r.holds(0, n)
		r, n = less, -math.MaxFloat64 // never
		if always {
			r = atLeast
		}
	}
	return Filter{&node{op: opNumber, relation: r, key: key, number: n}}
}

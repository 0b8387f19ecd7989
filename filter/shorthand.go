package filter

import "strings"

// Two things that SQL says in one predicate are several to a filter: numbers that one property may
// equal, a IN (1, 2), are an OR of equalities, and a BETWEEN 1 AND 2 is an AND of two bounds. They
// are written, and explained, as the one predicate.

// written writes the parts of an AND or OR.
func (n *node) written() []string {
	var texts []string
	for parts := n.parts; len(parts) > 0; {
		if short := n.shorthandOf(parts); short > 0 {
			texts = append(texts, n.shorthand(parts[:short], ""))
			parts = parts[short:]
			continue
		}
		texts = append(texts, parts[0].nested())
		parts = parts[1:]
	}
	return texts
}

// shorthandOf counts the parts at the beginning that are written as one predicate; 0: none.
func (n *node) shorthandOf(parts []Filter) int {
	if n.op == opAnd && between(parts) {
		return 2
	}
	if n.op == opOr && numbersOfOne(parts) > 1 {
		return numbersOfOne(parts)
	}
	return 0
}

func (n *node) shorthand(parts []Filter, not string) string {
	key := name(parts[0].node.key) + " " + not
	numbers := make([]string, len(parts))
	for i, p := range parts {
		numbers[i] = digitsOf(p.node.number)
	}
	if n.op == opAnd {
		return key + "BETWEEN " + strings.Join(numbers, " AND ")
	}
	return key + "IN (" + strings.Join(numbers, ", ") + ")"
}

// between tells whether an AND begins with both bounds of one property.
func between(parts []Filter) bool {
	if len(parts) < 2 {
		return false
	}
	low, high := parts[0].node, parts[1].node
	return low.op == opNumber && low.relation == atLeast && high.op == opNumber &&
		high.relation == atMost && low.key == high.key && low.number <= high.number
}

// numbersOfOne counts the parts at the beginning that want numbers of one property.
func numbersOfOne(parts []Filter) int {
	for i, p := range parts {
		n := p.node
		if n.op != opNumber || n.relation != equal || n.key != parts[0].node.key {
			return i
		}
	}
	return len(parts)
}

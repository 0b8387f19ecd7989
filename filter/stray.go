package filter

import "strings"

// opening refuses what stands before a condition elsewhere.
func (p *parser) opening() {
	first, saved := p.token, p.lexer
	second := p.next()
	p.lexer = saved
	bare := second.kind == wordToken && !isTestWord(second)
	switch {
	case p.err != nil:
	case first.kind == endToken:
		p.refuse(first, slip{"an empty filter", "want a condition, or TRUE to accept everything"})
	case isWord(first, "WHERE") && bare:
		p.refuse(first, slip{"WHERE before the condition", "want the condition alone"})
	case isWord(first, "FROM") && second.text == "/",
		isWord(first, "SELECT") && (bare || second.text == "*"):
		p.refuse(first, slip{"a whole statement", "want the condition after its WHERE"})
	}
}

// stray refuses what stands after a complete condition.
func (p *parser) stray() {
	t := p.token
	p.advance()
	if t.kind == wordToken && !p.seesComparator() { // else it is the name of a further condition
		if near := didYouMean(t.text, "AND", "OR", "ESCAPE"); near != "" {
			p.refuse(t, slip{"unknown word " + found(t), near})
		}
	}
	p.refuse(t, straySlip(t))
}

func straySlip(t token) slip {
	after := found(t) + " after a complete condition"
	switch {
	case t.kind != symbolToken:
		return slip{after, "want AND or OR before it"}
	case t.text == ")":
		return slip{`this ")" closes nothing`, `want none, or a "(" before it`}
	case t.text == ",":
		return slip{after, "want a point in a number, AND between conditions"}
	case strings.HasPrefix(t.text, "&"):
		return slip{"unknown operator " + found(t), `did you mean "AND"?`}
	case strings.HasPrefix(t.text, "|"):
		return slip{"unknown operator " + found(t), `did you mean "OR"?`}
	case isSymbol(t, "%"):
		return slip{noModulo, wantPlain}
	case isArithmetic(t):
		return slip{after, "want it between the numbers of a comparison"}
	case t.text == ";":
		return slip{after, "want none"}
	}
	return slip{after, "want a property on its left"}
}

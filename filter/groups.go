package filter

// opensOperand tells whether the parenthesis that comes next is around a part of a comparison, as in
// (a + b) * 2 > c: what follows its partner says so.
func (p *parser) opensOperand() bool {
	if p.operands == nil {
		p.operands = p.operandGroups()
	}
	return p.operands[p.token.at]
}

// operandGroups finds all such parentheses from the next one on, in one pass.
func (p *parser) operandGroups() map[int]bool {
	found := make(map[int]bool)
	l, open := p.lexer, []int{p.token.at}
	closed, negated := -1, false // what was just closed, and whether a NOT came after it
	for t := l.next(); t.kind != endToken; t = l.next() {
		if closed >= 0 && joinsOperand(t, negated) {
			found[closed] = true
		}
		negated = closed >= 0 && !negated && isWord(t, "NOT")
		if !negated {
			closed = -1
		}
		switch {
		case t.kind != symbolToken:
		case t.text == "(":
			open = append(open, t.at)
		case t.text == ")" && len(open) > 0:
			closed, open = open[len(open)-1], open[:len(open)-1]
		}
	}
	return found
}

// joinsOperand tells whether a token goes on with a comparison.
func joinsOperand(t token, negated bool) bool {
	if isWord(t, "IN") || isWord(t, "LIKE") || isWord(t, "BETWEEN") {
		return true
	}
	_, compares := comparisons[t.text]
	return !negated && (isWord(t, "IS") || t.kind == symbolToken && compares || isSymbolSlip(t) || isArithmetic(t))
}

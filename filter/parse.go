package filter

import (
	"fmt"
	"slices"
	"strings"
)

// Parse reads a filter written as a condition of SQL-92, as it stands after WHERE in the selectors
// of JMS and in the SQL filters of Azure Service Bus:
//
//	deviceType = 'thermo' AND temp > 30 AND site IN ('A', 'B') AND NOT EXISTS(test)
//
// docs/FILTERS.md has the grammar. What String prints of a filter parses to the same filter, within
// the bounds of docs/FILTERS.md and but for texts that hold a NUL. The error
// is a *SyntaxError; the filter beside it accepts nothing.
func Parse(text string) (Filter, error) {
	p := newParser(text)
	p.opening()
	f := p.condition()
	if p.token.kind != endToken {
		p.stray()
	}
	if f.levels() > nestingMax { // what BETWEEN, IN and precedence stand for is nested too
		p.refuse(token{}, tooDeep)
	}
	if p.err != nil {
		return Or(), p.err
	}
	return f, nil
}

// parser reads a filter by recursive descent, one token ahead. The first mistake ends the tokens,
// so that every function just comes to its end; what it returns then is of no use.
type parser struct {
	lexer
	token      token // not taken yet
	depth      int
	conditions int
	searches   searches
	operands   map[int]bool // where parentheses around operands open; nil: not yet looked for
}

func newParser(text string) *parser {
	p := &parser{lexer: lexer{text: text}}
	if len(text) > textMax {
		p.text = text[:textMax]
		p.fail(0, slip{fmt.Sprintf("a filter of %d bytes", len(text)),
			fmt.Sprintf("want %d at most", textMax)})
	}
	if nul := strings.IndexByte(p.text, 0); nul >= 0 {
		p.fail(nul, slip{"a NUL, which no property holds", "want none"})
	}
	p.token = p.next()
	return p
}

// refuse notes a mistake at a token and ends the tokens.
func (p *parser) refuse(t token, s slip) {
	p.fail(t.at, s)
	p.token = token{at: len(p.text), end: len(p.text)}
}

func (p *parser) advance() token {
	t := p.token
	p.token = p.next()
	return t
}

// seesWord tells whether the next token is a keyword.
func (p *parser) seesWord(keyword string) bool {
	return p.token.kind == wordToken && strings.EqualFold(p.token.text, keyword)
}

func (p *parser) sees(symbol string) bool {
	return p.token.kind == symbolToken && p.token.text == symbol
}

func (p *parser) takeWord(keyword string) bool {
	found := p.seesWord(keyword)
	if found {
		p.advance()
	}
	return found
}

func (p *parser) takeSymbol(symbol string) bool {
	found := p.sees(symbol)
	if found {
		p.advance()
	}
	return found
}

// keywords cannot be names of properties unless quoted.
var keywords = []string{
	"AND", "BETWEEN", "ESCAPE", "EXISTS", "FALSE", "IN", "IS", "LIKE", "NOT", "NULL", "OR", "TRUE",
}

func reserved(word string) bool { return slices.Contains(keywords, strings.ToUpper(word)) }

package document

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/filter"
)

// filter expands the variables of a filter and reads it: a condition in a string, or a pattern.
func (c *checker) filter(n *node) (filter.Filter, bool) {
	switch n.kind {
	case stringKind:
		return c.condition(n)
	case objectKind:
		return c.pattern(n)
	}
	return filter.Filter{}, false
}

func (c *checker) pattern(n *node) (filter.Filter, bool) {
	var s secrets
	c.expand(n, &s)
	if n.broken() {
		return filter.Filter{}, false
	}
	f, err := filter.ParsePattern(n.json())
	c.follow(n, err, nil, &s)
	return f, err == nil
}

// condition reads a filter in SQL. What a variable gives cannot end the quotes that it stands in.
func (c *checker) condition(n *node) (filter.Filter, bool) {
	pieces, err := c.variables.pieces(n.text)
	if err != nil {
		c.refuseVariable(n, err)
		return filter.Filter{}, false
	}
	var s secrets
	s.add(pieces)
	quoteValues(pieces)
	f, err := filter.Parse(joined(pieces))
	var mistake *filter.SyntaxError
	if errors.As(err, &mistake) {
		c.refuseCondition(n, mistake, writtenOffset(pieces, mistake.Offset), &s)
	}
	return f, err == nil
}

// quoteValues doubles the quotes in what variables give inside of quotes.
func quoteValues(pieces []piece) {
	var open byte // the quote that would end what is open; 0: nothing is
	for i := range pieces {
		p := &pieces[i]
		if p.written != "" && open != 0 {
			p.text = strings.ReplaceAll(p.text, string(open), string(open)+string(open))
			continue
		}
		for j := range len(p.text) {
			open = quoteAfter(open, p.text[j])
		}
	}
}

// quoteAfter returns what is open after a character. Two quotes in a row close and open again.
func quoteAfter(open, c byte) byte {
	switch {
	case open == c:
		return 0
	case open != 0:
		return open
	case c == '\'' || c == '"':
		return c
	case c == '[':
		return ']'
	}
	return 0
}

func joined(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
	}
	return b.String()
}

// refuseCondition reports a mistake at its place in the string, or at the string where that place
// cannot be told, and says where it is in the condition as the document has it.
func (c *checker) refuseCondition(n *node, mistake *filter.SyntaxError, at int, s *secrets) {
	if c.full() {
		c.omitted++
		return
	}
	f := s.conceal(fault.Fault{Problem: mistake.Problem, Want: mistake.Want})
	c.add(c.places.inside(n, at), n.path(), endOf(n.text[:at])+": "+f.Problem, f.Want)
}

// writtenOffset is where the string has what stands at an offset of its expansion.
func writtenOffset(pieces []piece, offset int) int {
	for _, p := range pieces {
		if offset < len(p.text) && p.written != "" {
			return p.at
		}
		if offset < len(p.text) {
			return p.at + offset
		}
		offset -= len(p.text)
	}
	last := pieces[len(pieces)-1]
	return last.at + len(last.text)
}

// endOf says where a text ends.
func endOf(text string) string {
	line := strings.LastIndexByte(text, '\n') + 1
	column := 1 + utf8.RuneCountInString(text[line:])
	if line == 0 {
		return fmt.Sprintf("column %d", column)
	}
	return fmt.Sprintf("line %d, column %d", 1+strings.Count(text, "\n"), column)
}

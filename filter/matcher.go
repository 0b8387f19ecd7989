package filter

import (
	"bytes"

	"github.com/millrace/millrace/property"
)

// Truth is the outcome of a filter; its order is that of And and Or.
type Truth int8

// The three truths.
const (
	False Truth = iota
	Unknown
	True
)

// Matcher is a filter made ready to be evaluated. It is immutable and safe to share; the zero
// Matcher is always true.
type Matcher struct{ program *program }

// Probe is the memory that filters are matched with, and counts what matching came across. It belongs
// to one goroutine at a time and serves any number of matchers; the zero value is ready.
type Probe struct {
	NotNumbers uint64 // values that a numeric comparison could not read

	match    uint64    // counts the matches
	readings []reading // by slot, of the match that each says
	folded   []byte    // of the match
	steps    int       // of searches, in assertion builds: bytes times weight
}

// reading is what was worked out of a property when it was first wanted.
type reading struct {
	match  uint64
	number float64
	valid  bool
	from   int // in folded
	to     int
}

// Match evaluates the filter on a message's properties. It allocates nothing, save to read a number
// of more than 32 bytes or beyond what a float64 holds, and once p has grown.
func (m Matcher) Match(v property.View, p *Probe) Truth {
	if m.program == nil {
		return True
	}
	p.begin(m.program.slots)
	return m.program.test.eval(v, p)
}

func (t *test) eval(v property.View, p *Probe) Truth {
	switch t.op {
	case opAnd:
		return t.least(v, p)
	case opOr:
		return t.greatest(v, p)
	case opNot:
		return True - t.parts[0].eval(v, p)
	case opNumber:
		n, ok := t.subject.number(v, p)
		return known(ok, t.relation.holds(n, t.number))
	case opCompare:
		return t.calculate(v, p)
	case opSame:
		return t.same(v, p)
	}
	value, there := t.subject.text(v, p)
	if t.op == opExists {
		return truth(there)
	}
	return known(there, there && t.compare(value, p))
}

// known is the truth of what holds, if that is known.
func known(known, holds bool) Truth {
	if !known {
		return Unknown
	}
	return truth(holds)
}

func (t *test) least(v property.View, p *Probe) Truth {
	result := True
	for i := range t.parts {
		result = min(result, t.parts[i].eval(v, p))
		if result == False {
			break
		}
	}
	return result
}

func (t *test) greatest(v property.View, p *Probe) Truth {
	result := False
	for i := range t.parts {
		result = max(result, t.parts[i].eval(v, p))
		if result == True {
			break
		}
	}
	return result
}

// compare tests a text that is there.
func (t *test) compare(value []byte, p *Probe) bool {
	switch t.op {
	case opPrefix:
		return bytes.HasPrefix(value, t.text)
	case opIn:
		_, in := t.texts[string(value)]
		return in
	case opLike:
		return t.rare.like.matches(value, p)
	case opBetween:
		return bytes.Compare(t.text, value) <= 0 && bytes.Compare(value, t.rare.high) <= 0
	}
	return bytes.Equal(value, t.text)
}

// same compares two texts.
func (t *test) same(v property.View, p *Probe) Truth {
	one, there := t.subject.text(v, p)
	other, too := t.rare.other.text(v, p)
	return known(there && too, bytes.Equal(one, other))
}

// calculate compares two numbers.
func (t *test) calculate(v property.View, p *Probe) Truth {
	left, ok := t.rare.left.value(v, p)
	right, too := t.rare.right.value(v, p)
	return known(ok && too, t.relation.holds(left, right))
}

func (r relation) holds(a, b float64) bool {
	switch r {
	case less:
		return a < b
	case atMost:
		return a <= b
	case atLeast:
		return a >= b
	case greater:
		return a > b
	}
	return a == b
}

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

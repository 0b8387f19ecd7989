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

	match   uint64    // counts the matches
	numbers []reading // by slot, of the match that each says
	steps   int       // of searches, in assertion builds: bytes times weight
}

// reading is a property's number, read when it is first wanted.
type reading struct {
	match     uint64
	n         float64
	isNumeric bool
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
	}
	value, there := v.Find(t.key)
	if t.op == opExists {
		return truth(there)
	}
	if !there {
		return Unknown
	}
	return t.compare(value, p)
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

func (t *test) compare(value []byte, p *Probe) Truth {
	switch t.op {
	case opEqual:
		return truth(bytes.Equal(value, t.text))
	case opPrefix:
		return truth(bytes.HasPrefix(value, t.text))
	case opIn:
		_, in := t.texts[string(value)]
		return truth(in)
	case opLike:
		return truth(t.like.matches(value, p))
	}
	n, ok := t.read(value, p)
	if !ok {
		p.NotNumbers++
		return Unknown
	}
	return truth(t.relation.holds(n, t.number))
}

// begin forgets what was read for the match before.
func (p *Probe) begin(slots int) {
	p.match++
	if len(p.numbers) < slots {
		p.numbers = append(p.numbers, make([]reading, slots-len(p.numbers))...)
	}
}

// read reads a number that only this test wants, or that none has wanted yet.
func (t *test) read(value []byte, p *Probe) (n float64, ok bool) {
	if t.slot < 0 {
		return parseNumber(value)
	}
	known := &p.numbers[t.slot]
	if known.match != p.match {
		known.match = p.match
		known.n, known.isNumeric = parseNumber(value)
	}
	return known.n, known.isNumeric
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

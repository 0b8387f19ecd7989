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
type Matcher struct{ test *test }

// Probe counts what matching came across. It belongs to one goroutine.
type Probe struct {
	NotNumbers uint64 // values that a numeric comparison could not read
}

type test struct {
	op       operator
	relation relation
	key      property.Key
	text     []byte
	texts    map[string]struct{}
	like     likeTest
	number   float64
	parts    []test
}

// Compile makes f ready, its keys interned in keys.
func Compile(f Filter, keys *property.Keys) Matcher {
	if f.All() {
		return Matcher{}
	}
	t := compile(f.node, keys)
	return Matcher{&t}
}

func compile(n *node, keys *property.Keys) test {
	t := test{op: n.op, relation: n.relation, text: []byte(n.text), number: n.number}
	if n.op > opNot {
		t.key = keys.Intern(n.key)
	}
	if n.op == opIn {
		t.texts = make(map[string]struct{}, len(n.texts))
		for _, text := range n.texts {
			t.texts[text] = struct{}{}
		}
	}
	if n.op == opLike {
		t.like = compileLike(n.text)
	}
	for _, part := range n.parts {
		t.parts = append(t.parts, compile(part.node, keys))
	}
	return t
}

// Match evaluates the filter on a message's properties. It allocates nothing, save to read a number
// of more than 32 bytes or beyond what a float64 holds.
func (m Matcher) Match(v property.View, p *Probe) Truth {
	if m.test == nil {
		return True
	}
	return m.test.eval(v, p)
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
		return truth(t.like.matches(value))
	}
	n, ok := parseNumber(value)
	if !ok {
		p.NotNumbers++
		return Unknown
	}
	return truth(t.relation.holds(n, t.number))
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

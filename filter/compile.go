package filter

import "github.com/millrace/millrace/property"

// program is a filter as Match wants it.
type program struct {
	test  test
	slots int // for numbers that several tests want: each is read once a match
}

type test struct {
	op       operator
	relation relation
	key      property.Key
	text     []byte
	texts    map[string]struct{}
	like     likeTest
	number   float64
	slot     int // of the property's number; -1: nobody else wants it
	parts    []test
}

// Compile makes f ready, its keys interned in keys.
func Compile(f Filter, keys *property.Keys) Matcher {
	if f.All() {
		return Matcher{}
	}
	c := compiler{keys: keys, wanted: make(map[string]int), slots: make(map[string]int)}
	c.count(f.node)
	p := &program{test: c.compile(f.node)}
	p.slots = len(c.slots)
	return Matcher{p}
}

type compiler struct {
	keys   *property.Keys
	wanted map[string]int // how many tests want a property's number
	slots  map[string]int // of those that more than one wants
}

func (c *compiler) count(n *node) {
	if n.op == opNumber {
		c.wanted[n.key]++
	}
	for _, part := range n.parts {
		c.count(part.node)
	}
}

func (c *compiler) compile(n *node) test {
	t := test{op: n.op, relation: n.relation, text: []byte(n.text), number: n.number, slot: c.slot(n)}
	if n.op > opNot {
		t.key = c.keys.Intern(n.key)
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
		t.parts = append(t.parts, c.compile(part.node))
	}
	return t
}

func (c *compiler) slot(n *node) int {
	if n.op != opNumber || c.wanted[n.key] < 2 {
		return -1
	}
	s, known := c.slots[n.key]
	if !known {
		s = len(c.slots)
		c.slots[n.key] = s
	}
	return s
}

package filter

import "github.com/millrace/millrace/property"

// program is a filter as Match wants it.
type program struct {
	test  test
	slots int // for what several tests want: each is worked out once a match
}

type test struct {
	op       operator
	relation relation
	subject  subject
	number   float64
	text     []byte
	parts    []test
	rare     *rare
	texts    map[string]struct{}
}

// rare is what few tests have, apart from what most have, which stands close together.
type rare struct {
	high        []byte
	like        likeTest
	other       subject
	left, right *calculation
}

// subject is a property that a test looks at.
type subject struct {
	key  property.Key
	fold fold
	slot int // of its number, its length or its text in one case; -1: nobody else wants it
}

// calculation is an expression made ready.
type calculation struct {
	op          arithmetic
	subject     subject
	number      float64
	left, right *calculation
}

// Compile makes f ready, its keys interned in keys.
func Compile(f Filter, keys *property.Keys) Matcher {
	if f.All() {
		return Matcher{}
	}
	c := compiler{keys: keys, wanted: make(map[want]int), slots: make(map[want]int)}
	c.count(f.node)
	p := &program{test: c.compile(f.node)}
	p.slots = len(c.slots)
	return Matcher{p}
}

// want is what is worked out of a property: its number, its length, or its text in one case.
type want struct {
	key  string
	op   arithmetic // exNumber or exLength
	fold fold
}

type compiler struct {
	keys   *property.Keys
	wanted map[want]int // how many tests want it
	slots  map[want]int // of what more than one wants, and of all texts in one case
}

func (c *compiler) count(n *node) {
	if n.op == opNumber {
		c.wanted[want{key: n.key, op: exNumber}]++
	}
	for _, side := range []*expression{n.left, n.right} {
		if side != nil {
			side.each(func(e *expression) { c.wanted[want{key: e.key, op: e.op}]++ })
		}
	}
	for _, part := range n.parts {
		c.count(part.node)
	}
}

func (c *compiler) compile(n *node) test {
	t := test{op: n.op, relation: n.relation, text: []byte(n.text), number: n.number}
	switch n.op {
	case opAnd, opOr, opNot:
		for _, part := range n.parts {
			t.parts = append(t.parts, c.compile(part.node))
		}
		return t
	case opCompare:
		t.rare = &rare{left: c.calculation(n.left), right: c.calculation(n.right)}
		return t
	case opNumber:
		t.subject = c.subject(want{key: n.key, op: exNumber})
		return t
	case opIn:
		t.texts = make(map[string]struct{}, len(n.texts))
		for _, text := range n.texts {
			t.texts[text] = struct{}{}
		}
	case opLike:
		t.rare = &rare{like: compileLike(n.text)}
	case opBetween:
		t.rare = &rare{high: []byte(n.high)}
	case opSame:
		t.rare = &rare{other: c.subject(want{key: n.other.key, fold: n.other.fold})}
	}
	t.subject = c.subject(want{key: n.key, fold: n.fold})
	return t
}

func (c *compiler) calculation(e *expression) *calculation {
	if e == nil {
		return nil
	}
	r := &calculation{op: e.op, number: e.number, left: c.calculation(e.left), right: c.calculation(e.right)}
	if e.op == exNumber || e.op == exLength {
		r.subject = c.subject(want{key: e.key, op: e.op})
	}
	return r
}

func (c *compiler) subject(w want) subject {
	s := subject{key: c.keys.Intern(w.key), fold: w.fold, slot: -1}
	if w.fold == asIs && c.wanted[w] < 2 {
		return s
	}
	known, ok := c.slots[w]
	if !ok {
		known = len(c.slots)
		c.slots[w] = known
	}
	s.slot = known
	return s
}

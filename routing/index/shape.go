package index

import "slices"

// shape is what can be said of all messages that have the same columns in the same order: which
// schemas to look for, and where in the message to find what they want. A message's columns are
// compared with those of the shapes met before, so that the schemas, which may be thousands, are gone
// through only when a new shape is met. A shape never changes.
//
// A property's place is its number among those of the message's properties that have a column.
type shape struct {
	columns  []uint32
	elements []element
	steps    []step
	terms    []placed // of all steps
}

// element is a hash that steps add up: one term's, whatever the number of schemas that have it.
type element struct {
	multiplier uint64
	place      uint32
	kind       kind
	length     uint8
}

// step is the look at the table for one schema.
type step struct {
	salt     uint64
	schema   uint32
	within   int32  // place of the number that entries have bounds for, or -1
	first    uint32 // of the shape's terms: beside the schema's, but for the absent ones
	last     uint32
	count    uint32
	elements [hashedMax]uint32
}

// placed is a term and where it looks.
type placed struct {
	place  uint32
	kind   kind
	length uint8
}

// builder works shapes out.
type builder struct {
	s     *Snapshot
	shape *shape
	*numbers
}

// numbers is a builder's memory, all zero between shapes: numbers counted from 1.
type numbers struct {
	places   []uint32 // by column
	elements []uint32 // of the shape's elements, by what they say: see slot
}

// build makes n the shape of messages with these columns.
func (n *shape) build(s *Snapshot, columns []uint32, memory *numbers) {
	n.columns = append(n.columns[:0], columns...)
	n.elements, n.steps, n.terms = n.elements[:0], n.steps[:0], n.terms[:0]
	memory.places = grown(memory.places, len(s.catalog.names.leaves)*leafSize)
	memory.elements = grown(memory.elements, len(columns)*elementsOfPlace)
	b := builder{s, n, memory}
	for i := len(columns) - 1; i >= 0; i-- { // of a key given twice the first counts
		b.places[columns[i]] = uint32(i) + 1
	}
	b.addAnchored(0)
	for i, column := range columns {
		if b.places[column] == uint32(i)+1 {
			b.addAnchored(column)
		}
	}
	for _, column := range columns {
		b.places[column] = 0
	}
	for i := range n.elements {
		b.elements[n.elements[i].slot()] = 0
	}
}

// addAnchored makes steps for the schemas of an anchor.
func (b *builder) addAnchored(column uint32) {
	for _, n := range b.s.catalog.anchored.get(column) {
		if sc := b.s.catalog.schemas.at(n); b.fits(sc) {
			b.add(n, sc)
		}
	}
}

// fits tells whether the message has the properties that the schema wants, and lacks those it wants
// to be absent.
func (b *builder) fits(sc *schema) bool {
	for _, t := range sc.terms {
		if (b.places[t.column] == 0) != (t.kind == isAbsent) {
			return false
		}
	}
	return true
}

func (b *builder) add(n uint32, sc *schema) {
	st := step{salt: sc.salt, schema: n, within: -1, first: uint32(len(b.shape.terms))}
	for _, t := range sc.terms {
		if t.kind == isAbsent {
			break
		}
		place := b.places[t.column] - 1
		b.shape.terms = append(b.shape.terms, placed{place, t.kind, t.length})
		switch {
		case t.kind == isWithin:
			st.within = int32(place)
		case t.kind.hashed():
			st.elements[st.count] = b.element(t, place)
			st.count++
		}
	}
	st.last = uint32(len(b.shape.terms))
	b.shape.steps = append(b.shape.steps, st)
}

// element returns the number of the hash for a term.
func (b *builder) element(t term, place uint32) uint32 {
	e := element{b.s.hasher.multiplier(t), place, t.kind, t.length}
	n := &b.elements[e.slot()]
	if *n == 0 {
		b.shape.elements = append(b.shape.elements, e)
		*n = uint32(len(b.shape.elements))
	}
	return *n - 1
}

// elementsOfPlace is how many elements a place may have: prefixes of every length, a text in three
// cases, a number.
const elementsOfPlace = prefixMax + 4

// slot numbers all elements that there may be.
func (e *element) slot() uint32 {
	switch at := e.place * elementsOfPlace; e.kind {
	case isPrefix:
		return at + uint32(isPrefix) - 1 + uint32(e.length)
	default:
		return at + uint32(e.kind)
	}
}

func (n *shape) clone() *shape {
	return &shape{slices.Clone(n.columns), slices.Clone(n.elements), slices.Clone(n.steps),
		slices.Clone(n.terms)}
}

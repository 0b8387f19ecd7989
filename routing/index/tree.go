package index

import (
	"math"
	"slices"
)

// node is a part of a tree of entries, for cells with too many for a record: a B+ tree that knows the
// lowest lower bound and the highest upper one below each kid, so that a search leaves out what
// cannot hold the message's number (an interval tree, Cormen et al. 14.3). Nodes are copied when they
// change, unless they were made in the edition that is being written; blocks always are.
type node struct {
	edition uint64
	kids    []kid
}

// kid is a node, or else a block, below a node.
type kid struct {
	node      *node
	block     block
	first     entry // what is in the kids before is before it; of a node's first kid it is unused
	low, high float64
}

// edit is what one change needs to know about a tree.
type edit struct {
	bounded bool
	edition uint64
	limits  *limits
}

// newTree makes a tree of one block.
func newTree(b block, ed edit) *node {
	return &node{ed.edition, []kid{newKid(slices.Clone(b), ed)}}
}

func newKid(b block, ed edit) kid {
	k := kid{block: b}
	k.first, k.low, k.high = b.extent(ed.bounded)
	k.first.rest = slices.Clone(k.first.rest) // lest it keep b alive
	return k
}

// kidOf returns the kid for a node.
func kidOf(t *node) kid {
	k := kid{node: t, first: t.kids[0].first}
	k.low, k.high = t.extent()
	return k
}

// extent returns the lowest lower bound and the highest upper one.
func (t *node) extent() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for i := range t.kids {
		low, high = min(low, t.kids[i].low), max(high, t.kids[i].high)
	}
	return low, high
}

// child returns the kid that an entry is below.
func (t *node) child(e *entry, ed edit) int {
	i, found := slices.BinarySearchFunc(t.kids[1:], e, func(k kid, e *entry) int {
		return k.first.compare(e, ed.bounded)
	})
	if found {
		return i + 1
	}
	return i
}

// owned returns the node, or a copy that may be written.
func (t *node) owned(ed edit) *node {
	if t.edition == ed.edition {
		return t
	}
	return &node{ed.edition, append(make([]kid, 0, len(t.kids)+1), t.kids...)}
}

// with returns the tree with an entry in it, and whether it was not before.
func (t *node) with(e *entry, ed edit) (root *node, added bool) {
	left, right, added := t.put(e, ed)
	if right == nil {
		return left, added
	}
	return &node{ed.edition, []kid{kidOf(left), kidOf(right)}}, true
}

// put adds an entry; a node that becomes too large gives its right half away.
func (t *node) put(e *entry, ed edit) (left, right *node, added bool) {
	i := t.child(e, ed)
	k, split, added := t.kids[i].put(e, ed)
	if !added {
		return t, nil, false
	}
	t = t.owned(ed)
	t.kids[i] = k
	if split != nil {
		t.kids = slices.Insert(t.kids, i+1, *split)
	}
	if len(t.kids) > ed.limits.kids {
		n := len(t.kids) / 2
		right = &node{ed.edition, slices.Clone(t.kids[n:])}
		t.kids = slices.Delete(t.kids, n, len(t.kids))
	}
	return t, right, true
}

// put adds an entry below a kid, which may become two.
func (k kid) put(e *entry, ed edit) (left kid, right *kid, added bool) {
	if k.node == nil {
		return k.putBlock(e, ed)
	}
	below, split, added := k.node.put(e, ed)
	k.node = below
	k.low, k.high = below.extent()
	if split != nil {
		r := kidOf(split)
		right = &r
	}
	return k, right, added
}

func (k kid) putBlock(e *entry, ed edit) (left kid, right *kid, added bool) {
	b := k.block.with(make([]byte, 0, len(k.block)+entryMax), e, ed.bounded)
	switch {
	case len(b) == len(k.block):
		return k, nil, false
	case len(b) <= ed.limits.block:
		k.block, k.low, k.high = slices.Clip(b), min(k.low, e.low), max(k.high, e.high)
		return k, nil, true
	}
	b, after := b.halves(ed.bounded)
	r := newKid(after, ed)
	k.block = b
	_, k.low, k.high = b.extent(ed.bounded)
	return k, &r, true
}

// without returns the tree without an entry, and whether it was there. A tree without entries has one
// kid with an empty block.
func (t *node) without(e *entry, ed edit) (root *node, gone bool) {
	t, gone = t.take(e, ed)
	for len(t.kids) == 1 && t.kids[0].node != nil {
		t = t.kids[0].node
	}
	return t, gone
}

func (t *node) take(e *entry, ed edit) (left *node, gone bool) {
	i := t.child(e, ed)
	k, gone := t.kids[i].take(e, ed)
	if !gone {
		return t, false
	}
	t = t.owned(ed)
	t.kids[i] = k
	if len(t.kids) > 1 && k.node == nil && len(k.block) == len(empty(ed.bounded)) {
		t.kids = slices.Delete(t.kids, i, i+1)
	}
	return t, true
}

// take takes an entry out below a kid. A node with one kid left gives way to it.
func (k kid) take(e *entry, ed edit) (left kid, gone bool) {
	if k.node == nil {
		b := k.block.without(make([]byte, 0, len(k.block)), e, ed.bounded)
		gone = len(b) < len(k.block)
		k.block = b
		_, k.low, k.high = b.extent(ed.bounded)
		return k, gone
	}
	below, gone := k.node.take(e, ed)
	k.node = below
	k.low, k.high = below.extent()
	if len(below.kids) == 1 {
		k.node, k.block = below.kids[0].node, below.kids[0].block
	}
	return k, gone
}

// collect collects the entries that hold, with n between their bounds.
func (t *node) collect(m *matching, st *step, n float64, h *hitList) {
	for i := range t.kids {
		k := &t.kids[i]
		switch {
		case st.within >= 0 && (n < k.low || n > k.high):
		case k.node != nil:
			k.node.collect(m, st, n, h)
		case st.within >= 0:
			m.bounded(k.block, st, n, h)
		default:
			m.free(k.block, st, h)
		}
	}
}

package routing

import (
	"slices"

	"github.com/cespare/xxhash/v2"
)

// trie is a map that is changed by copying the branches on the way to what changes, so that what was
// taken of it before shares all the others and never changes. Its keys are names, or numbers.
type trie[V any] struct {
	root  *branch[V]
	count int
}

// branch has kids, by the next four bits of the hash, or else items.
type branch[V any] struct {
	kids  *[kidsMax]*branch[V]
	items []item[V]
}

type item[V any] struct {
	key
	value V
}

// key is a name and its hash, or a number as the hash of no name.
type key struct {
	hash uint64
	name string
}

const (
	kidBits  = 4
	kidsMax  = 1 << kidBits
	itemsMax = 8  // of a branch, above which it gets kids
	bitsMax  = 64 // of a hash: items that share it are kept together
)

func named(name string) key  { return key{xxhash.Sum64String(name), name} }
func numbered(n uint32) key  { return key{hash: uint64(n)} }
func kidOf(bits uint64) int  { return int(bits & (kidsMax - 1)) }
func (k key) is(o key) bool  { return k.hash == o.hash && k.name == o.name }
func (t *trie[V]) size() int { return t.count }

func (t *trie[V]) find(k key) (value V, there bool) {
	b, bits := t.root, k.hash
	for b != nil && b.kids != nil {
		b, bits = b.kids[kidOf(bits)], bits>>kidBits
	}
	if b == nil {
		return value, false
	}
	for i := range b.items {
		if b.items[i].is(k) {
			return b.items[i].value, true
		}
	}
	return value, false
}

// set puts a value in, in the place of the one that the key has.
func (t *trie[V]) set(k key, value V) {
	var added bool
	if t.root, added = t.root.with(item[V]{k, value}, 0); added {
		t.count++
	}
}

// remove takes a key out.
func (t *trie[V]) remove(k key) {
	if _, there := t.find(k); there {
		t.root = t.root.without(k, 0)
		t.count--
	}
}

// each visits all, in an order that is the same for the same trie.
func (t *trie[V]) each(visit func(key, V)) { t.root.each(visit) }

func (b *branch[V]) each(visit func(key, V)) {
	switch {
	case b == nil:
	case b.kids != nil:
		for _, kid := range b.kids {
			kid.each(visit)
		}
	default:
		for i := range b.items {
			visit(b.items[i].key, b.items[i].value)
		}
	}
}

// with returns the branch with an item more, or with a new one in the place of another. used is how
// many bits of the hash led here.
func (b *branch[V]) with(e item[V], used int) (*branch[V], bool) {
	switch {
	case b == nil:
		return &branch[V]{items: []item[V]{e}}, true
	case b.kids != nil:
		kids, i := *b.kids, kidOf(e.hash>>used)
		kid, added := kids[i].with(e, used+kidBits)
		kids[i] = kid
		return &branch[V]{kids: &kids}, added
	}
	if i := slices.IndexFunc(b.items, func(o item[V]) bool { return o.is(e.key) }); i >= 0 {
		items := slices.Clone(b.items)
		items[i] = e
		return &branch[V]{items: items}, false
	}
	items := append(slices.Clip(b.items), e)
	if len(items) <= itemsMax || used >= bitsMax {
		return &branch[V]{items: items}, true
	}
	return parted(items, used), true
}

// parted returns a branch whose kids have the items.
func parted[V any](items []item[V], used int) *branch[V] {
	kids := [kidsMax]*branch[V]{}
	for _, e := range items {
		kid := &kids[kidOf(e.hash>>used)]
		if *kid == nil {
			*kid = &branch[V]{}
		}
		(*kid).items = append((*kid).items, e)
	}
	return &branch[V]{kids: &kids}
}

// without returns the branch without the item of a key, which it has; nil if it was the last.
func (b *branch[V]) without(k key, used int) *branch[V] {
	if b.kids == nil {
		items := slices.DeleteFunc(slices.Clone(b.items), func(o item[V]) bool { return o.is(k) })
		if len(items) == 0 {
			return nil
		}
		return &branch[V]{items: items}
	}
	kids, i := *b.kids, kidOf(k.hash>>used)
	kids[i] = kids[i].without(k, used+kidBits)
	if kids == [kidsMax]*branch[V]{} {
		return nil
	}
	return &branch[V]{kids: &kids}
}

package index

import "slices"

// vector is a list that is changed by copying one leaf and the list of leaves, so that what was
// taken of it before shares the rest. A leaf made in the edition that is being written has not been
// shared yet and is written in place.
type vector[T any] struct {
	edition uint64 // in which leaves was made
	leaves  []*leaf[T]
}

const (
	leafBits = 6
	leafSize = 1 << leafBits
)

type leaf[T any] struct {
	edition uint64
	items   [leafSize]T
}

func (v *vector[T]) at(i uint32) *T { return &v.leaves[i>>leafBits].items[i&(leafSize-1)] }

// get returns an item, or the zero one where none was ever set.
func (v *vector[T]) get(i uint32) (item T) {
	if n := int(i >> leafBits); n < len(v.leaves) && v.leaves[n] != nil {
		return *v.at(i)
	}
	return item
}

// set changes an item; the vector grows to hold it.
func (v *vector[T]) set(i uint32, item T, edition uint64) {
	if v.edition != edition {
		v.leaves, v.edition = slices.Clone(v.leaves), edition
	}
	n := int(i >> leafBits)
	for len(v.leaves) <= n {
		v.leaves = append(v.leaves, nil)
	}
	switch l := v.leaves[n]; {
	case l == nil:
		v.leaves[n] = &leaf[T]{edition: edition}
	case l.edition != edition:
		l = &leaf[T]{edition, l.items}
		v.leaves[n] = l
	}
	*v.at(i) = item
}

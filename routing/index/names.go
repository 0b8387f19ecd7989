package index

import "hash/maphash"

// nameTable finds columns by name, for properties whose key had no number when they were written: an
// open-addressed table of columns, at most half full.
type nameTable struct {
	slots vector[uint32]
	mask  uint32
	count uint32
}

func (t *nameTable) home(h *hasher, name string) uint32 {
	return uint32(maphash.String(h.seed, name)) & t.mask
}

// find returns the column of a name, or 0. It allocates nothing.
func (t *nameTable) find(h *hasher, names *vector[string], name []byte) uint32 {
	if t.count == 0 {
		return 0
	}
	for i := uint32(maphash.Bytes(h.seed, name)); ; i++ {
		column := *t.slots.at(i & t.mask)
		if column == 0 || *names.at(column) == string(name) {
			return column
		}
	}
}

// add enters a column; its name is among names.
func (t *nameTable) add(h *hasher, names *vector[string], column uint32, edition uint64) {
	if t.count*2 >= t.mask {
		t.grow(h, names, edition)
	}
	i := t.home(h, *names.at(column))
	for *t.slots.at(i) != 0 {
		i = (i + 1) & t.mask
	}
	t.slots.set(i, column, edition)
	t.count++
}

func (t *nameTable) grow(h *hasher, names *vector[string], edition uint64) {
	old := *t
	*t = nameTable{mask: max(2*old.mask+1, leafSize-1)}
	for i := uint32(0); i <= t.mask; i += leafSize {
		t.slots.set(i, 0, edition)
	}
	for i := uint32(0); old.count > 0 && i <= old.mask; i++ {
		if column := *old.slots.at(i); column != 0 {
			t.add(h, names, column, edition)
		}
	}
}

// remove takes a column out and closes the gap (Knuth 6.4 R).
func (t *nameTable) remove(h *hasher, names *vector[string], column uint32, edition uint64) {
	i := t.home(h, *names.at(column))
	for *t.slots.at(i) != column {
		i = (i + 1) & t.mask
	}
	for j := (i + 1) & t.mask; *t.slots.at(j) != 0; j = (j + 1) & t.mask {
		wanted := t.home(h, *names.at(*t.slots.at(j)))
		if (j-wanted)&t.mask >= (j-i)&t.mask {
			t.slots.set(i, *t.slots.at(j), edition)
			i = j
		}
	}
	t.slots.set(i, 0, edition)
	t.count--
}

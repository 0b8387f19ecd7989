package property

import "iter"

// Entry says where in a block one property stands. A key runs from Key to Value-1 and a value from
// Value to End; each is followed by a NUL.
type Entry struct {
	ID              ID // of the key, or 0 when it was not interned at the time of writing
	Key, Value, End uint32
}

// View reads a list of properties. It points into a message's memory: it is valid as long as the
// message is held, and the bytes it returns must not be written to. Reading it never allocates.
type View struct {
	image   []byte
	entries []Entry
}

// NewView makes a view of entries that point into image.
func NewView(image []byte, entries []Entry) View { return View{image, entries} }

// Len returns how many properties there are.
func (v View) Len() int { return len(v.entries) }

// At returns the property at index i, in the order of writing.
func (v View) At(i int) (key, value []byte) {
	e := &v.entries[i]
	return v.image[e.Key : e.Value-1 : e.Value-1], v.value(e)
}

// All ranges over the properties in the order of writing.
func (v View) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for i := range v.entries {
			if !yield(v.At(i)) {
				return
			}
		}
	}
}

// Find returns the value of key, which must come from the interner that the message was written
// with.
func (v View) Find(key Key) (value []byte, ok bool) {
	if i := v.find(key); i >= 0 {
		return v.value(&v.entries[i]), true
	}
	return nil, false
}

// Lookup returns the value of the key of that name. Find is faster.
func (v View) Lookup(name string) (value []byte, ok bool) {
	for i := range v.entries {
		if e := &v.entries[i]; string(v.image[e.Key:e.Value-1]) == name {
			return v.value(e), true
		}
	}
	return nil, false
}

func (v View) value(e *Entry) []byte { return v.image[e.Value:e.End:e.End] }

// find compares two interned keys by number; a key that either side could not intern, or not yet,
// by bytes.
func (v View) find(key Key) int {
	for i := range v.entries {
		e := &v.entries[i]
		if e.ID == key.id && key.id != 0 {
			return i
		}
		if (e.ID == 0 || key.id == 0) && string(v.image[e.Key:e.Value-1]) == key.name {
			return i
		}
	}
	return -1
}

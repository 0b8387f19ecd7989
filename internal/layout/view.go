package layout

import (
	"iter"
	"strconv"
	"time"
)

// View reads a list of properties. It points into a message's memory. Reading it never allocates. The
// zero View has no properties.
type View struct{ r *Record }

// Len returns how many properties there are.
func (v View) Len() int {
	if v.r == nil {
		return 0
	}
	return v.r.Len()
}

// At returns the property at index i, in the order of writing.
func (v View) At(i int) (key, value []byte) {
	r := v.r
	if r.wide() {
		return r.key(i), r.value(i)
	}
	e, from := &r.entries[i&(narrowEntries-1)], headerBytes
	if i > 0 {
		from = int(r.entries[(i-1)&(narrowEntries-1)].end) + 1
	}
	return r.buf[from : e.value-1 : e.value-1], r.buf[e.value:e.end:e.end]
}

// All ranges over the properties in the order of writing.
func (v View) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for i := range v.Len() {
			if !yield(v.At(i)) {
				return
			}
		}
	}
}

// ID returns the number that the key of the property at index i was interned under when it was
// written, or 0.
func (v View) ID(i int) ID { return v.r.at(i).id }

// Key returns the key of the property at index i.
func (v View) Key(i int) []byte { return v.r.key(i) }

// Value returns the value of the property at index i.
func (v View) Value(i int) []byte { return v.r.value(i) }

// Find returns the value of a key.
func (v View) Find(key Key) (value []byte, ok bool) {
	r := v.r
	if r == nil {
		return nil, false
	}
	k := key.known
	if k == nil || k.id == 0 || k.keys != r.annex.keys || r.wide() || r.keys == bitOf(0) {
		return r.findSlow(key)
	}
	if r.keys&(1<<(k.id&31)) == 0 {
		return nil, false
	}
	for i := range r.entries[:r.count&(2*narrowEntries-1)] {
		if e := &r.entries[i]; ID(e.id) == k.id {
			return r.buf[e.value:e.end:e.end], true
		}
	}
	return nil, false
}

// findSlow compares two keys by number if both have one of the record's interner, else by bytes.
func (r *Record) findSlow(key Key) (value []byte, ok bool) {
	if key.known == nil {
		return nil, false
	}
	id := key.ID()
	if !key.Of(r.annex.keys) {
		id = 0
	}
	if i := r.find(id, key.Name()); i >= 0 {
		return r.value(i), true
	}
	return nil, false
}

// Lookup returns the value of the key of that name. Find is faster.
func (v View) Lookup(name string) (value []byte, ok bool) {
	if v.r == nil {
		return nil, false
	}
	if i := v.r.find(0, name); i >= 0 {
		return v.r.value(i), true
	}
	return nil, false
}

// Int returns a value as a whole number; false if it is not there or no whole number of 64 bits.
func (v View) Int(key Key) (int64, bool) {
	value, ok := v.Find(key)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(text(value), 10, 64)
	return n, err == nil
}

// Uint is Int without a sign.
func (v View) Uint(key Key) (uint64, bool) {
	value, ok := v.Find(key)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(text(value), 10, 64)
	return n, err == nil
}

// Float returns a value as a number; false if it is not there or no number.
func (v View) Float(key Key) (float64, bool) {
	value, ok := v.Find(key)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(text(value), 64)
	return f, err == nil
}

// Bool returns a value as a truth; false, false if it is not there or none of strconv.ParseBool's words.
func (v View) Bool(key Key) (value, ok bool) {
	word, ok := v.Find(key)
	if !ok {
		return false, false
	}
	value, err := strconv.ParseBool(text(word))
	return value, err == nil
}

// Time returns a value as a moment; false if it is not there or not as RFC 3339 has it.
func (v View) Time(key Key) (time.Time, bool) {
	value, ok := v.Find(key)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, text(value))
	return t, err == nil
}

// Size returns how many bytes of the image the properties and what stands before them take.
func (v View) Size() int { return int(v.r.propertiesEnd()) }

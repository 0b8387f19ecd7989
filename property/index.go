package property

// ID returns the number that the key of the property at index i was interned under when it was
// written, or 0.
func (v View) ID(i int) ID { return v.entries[i].ID }

// Key returns the key of the property at index i.
func (v View) Key(i int) []byte {
	e := &v.entries[i]
	return v.image[e.Key : e.Value-1 : e.Value-1]
}

// Value returns the value of the property at index i.
func (v View) Value(i int) []byte { return v.value(&v.entries[i]) }

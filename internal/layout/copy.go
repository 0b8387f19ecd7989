package layout

// CopyProperties makes an empty record begin with the properties of another, which nobody writes to
// meanwhile and which has the same interner and limits, if there is room for them; else it returns how
// many bytes it needs behind what is written.
func (r *Record) CopyProperties(from *Record) (more int) {
	end := int(from.propertiesEnd())
	if end > len(r.buf) {
		return end - int(r.size)
	}
	r.size = uint32(copy(r.buf, from.buf[:end]))
	r.keys = from.keys
	if from.wide() {
		a := r.ownAnnex()
		a.wide = append(a.wide[:0], from.annex.wide...)
		r.count, r.bound = inAnnex, 0
		return 0
	}
	r.count, r.entries = from.count, from.entries
	return 0
}

// Keys returns the interner whose numbers the record's keys have.
func (r *Record) Keys() *Keys { return r.annex.keys }

// Properties returns a record of the same properties, with no content, in memory of its own.
func (r *Record) Properties() *Record {
	end := r.propertiesEnd()
	c := &Record{buf: make([]byte, end), size: end, count: r.count, entries: r.entries}
	c.keys, c.annex = r.keys, r.annex
	copy(c.buf, r.buf)
	if r.wide() {
		own := *r.annex
		own.wide = append([]wideEntry(nil), r.annex.wide...)
		c.annex, c.state = &own, owner
	}
	return c
}

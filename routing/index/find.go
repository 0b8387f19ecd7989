package index

import "github.com/millrace/millrace/filter"

// hashValues computes the hashes that the steps add up.
func (m *matching) hashValues() {
	elements := m.shape.elements
	m.p.hashes = grown(m.p.hashes, len(elements))
	hashes := m.p.hashes[:len(elements)]
	for i := range elements {
		hashes[i] = m.hashValue(&elements[i]) * elements[i].multiplier
	}
}

// hashValue returns the hash of a value, or 0 where no cell can be found by it.
func (m *matching) hashValue(e *element) uint64 {
	if e.kind == isNumber {
		if n, ok := m.number(e.place); ok {
			return m.s.hasher.number(n)
		}
		return 0
	}
	value := m.text(e.kind, e.place)
	if e.kind == isPrefix {
		if len(value) < int(e.length) {
			return 0
		}
		value = value[:e.length]
	}
	return m.s.hasher.text(value)
}

// text returns a value in the case that a kind compares, valid until the next one.
func (m *matching) text(k kind, place uint32) []byte {
	value := m.value(place)
	switch k {
	case isLower:
		m.p.folded = filter.AppendLower(m.p.folded[:0], value)
		return m.p.folded
	case isUpper:
		m.p.folded = filter.AppendUpper(m.p.folded[:0], value)
		return m.p.folded
	}
	return value
}

// hash returns the hash of the cell that a step looks for, if there can be one.
func (m *matching) hash(st *step) (hash uint64, ok bool) {
	sum := st.salt
	for _, e := range st.elements[:st.count] {
		h := m.p.hashes[e]
		if h == 0 {
			return 0, false
		}
		sum += h
	}
	return m.s.hasher.final(sum), true
}

// candidates appends the cells to look for.
func (m *matching) candidates(found []candidate) []candidate {
	m.hashValues()
	for i := range m.shape.steps {
		if hash, ok := m.hash(&m.shape.steps[i]); ok {
			found = append(found, candidate{hash, uint32(i)})
		}
	}
	return found
}

// findAll looks all cells up, one after the other.
func (m *matching) findAll(h *hitList) {
	m.hashValues()
	for i := range m.shape.steps {
		if hash, ok := m.hash(&m.shape.steps[i]); ok {
			m.find(hash, &m.shape.steps[i], h)
		}
	}
}

// touch reads what is going to be read of the candidates' pages: first all tables, then all records,
// without waiting for one to arrive before it asks for the next.
func (s *Snapshot) touch(p *Probe) {
	sum := 0
	for i := range p.found {
		hash := p.found[i].hash
		pg := s.pages.page(hash)
		sum += int(pg.buckets[bucketOf(hash)]) + len(pg.data)
	}
	for i := range p.found {
		hash := p.found[i].hash
		pg := s.pages.page(hash)
		bucket := bucketOf(hash)
		first, last := pg.buckets.begin(bucket), pg.buckets.begin(bucket+1)-1
		if pg.buckets[bucket]&markOf(uint32(hash)) == 0 {
			first, last = 0, 0
		}
		sum += int(pg.data[first]) + int(pg.data[last])
	}
	p.touched = sum
}

// find looks a cell up.
func (m *matching) find(hash uint64, st *step, h *hitList) {
	p := m.s.pages.page(hash)
	bucket := bucketOf(hash)
	if p.buckets[bucket]&markOf(uint32(hash)) == 0 {
		return
	}
	for at, end := p.buckets.begin(bucket), p.buckets.begin(bucket+1); at < end; {
		r := record(p.data[at:])
		half, schema, size := r.head()
		at += size
		if half != uint32(hash) || schema != st.schema {
			continue
		}
		if body, ok := m.same(r[recordHead:size], st); ok {
			m.collect(r, body, st, h)
			return
		}
	}
}

// same compares the values of a record with the message's, and returns what follows them.
func (m *matching) same(b []byte, st *step) (body []byte, ok bool) {
	for _, t := range m.shape.terms[st.first:st.last] {
		switch t.kind {
		case isText, isLower, isUpper:
			n := 1 + int(b[0])
			if string(b[1:n]) != string(m.text(t.kind, t.place)) {
				return nil, false
			}
			b = b[n:]
		case isPrefix:
			n := int(t.length)
			if string(b[:n]) != string(m.value(t.place)[:n]) {
				return nil, false
			}
			b = b[n:]
		case isNumber:
			if n, _ := m.number(t.place); n != float(b) {
				return nil, false
			}
			b = b[8:]
		}
	}
	return b, true
}

// collect collects the entries of a cell that hold.
func (m *matching) collect(r record, body []byte, st *step, h *hitList) {
	if st.within < 0 {
		switch {
		case r.tree():
			m.s.trees.get(little.Uint32(body)).collect(m, st, 0, h)
		case len(body) == 4:
			h.add(little.Uint32(body)) // one entry without a rest, as most are
		default:
			m.free(body, st, h)
		}
		return
	}
	n, ok := m.number(uint32(st.within))
	switch {
	case !ok:
	case r.tree():
		m.s.trees.get(little.Uint32(body)).collect(m, st, n, h)
	default:
		m.bounded(body, st, n, h)
	}
}

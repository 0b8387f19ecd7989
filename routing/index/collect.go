package index

import "slices"

// bounded collects the entries of a block with bounds that hold, n between them.
func (m *matching) bounded(b block, st *step, n float64, h *hitList) {
	runs := b.runs()
	m.below(b[runs[0]:runs[1]], st, n, h)
	m.above(b[runs[1]:runs[2]], st, n, h)
	m.between(b[runs[2]:], st, n, h)
}

// free collects the entries of a block without bounds that hold.
func (m *matching) free(b []byte, st *step, h *hitList) {
	var e entry
	var t tested
	for len(b) > 0 {
		b = e.read(b, free)
		m.add(&e, st, &t, h)
	}
}

func (m *matching) below(b []byte, st *step, n float64, h *hitList) {
	var e entry
	var t tested
	for len(b) > 0 {
		if b = e.read(b, below); n > e.high {
			return
		}
		m.add(&e, st, &t, h)
	}
}

func (m *matching) above(b []byte, st *step, n float64, h *hitList) {
	var e entry
	var t tested
	for len(b) > 0 {
		if b = e.read(b, above); n < e.low {
			return
		}
		m.add(&e, st, &t, h)
	}
}

func (m *matching) between(b []byte, st *step, n float64, h *hitList) {
	var e entry
	var t tested
	for len(b) > 0 {
		if b = e.read(b, between); n < e.low {
			return
		}
		if n <= e.high {
			m.add(&e, st, &t, h)
		}
	}
}

// tested is the rest that was evaluated last.
type tested struct {
	rest          []byte
	held, decided bool
}

// add adds an entry whose bounds hold, if its rest does.
func (m *matching) add(e *entry, st *step, t *tested, h *hitList) {
	if e.word&restBit == 0 {
		h.add(e.word)
		return
	}
	if t.rest == nil || string(t.rest) != string(e.rest) {
		t.rest = e.rest
		t.held, t.decided = m.holds(e.rest, m.shape.terms[st.first:st.last])
	}
	switch {
	case t.held && t.decided:
		h.add(e.word)
	case t.held:
		m.p.doubtful = append(m.p.doubtful, e.word)
	}
}

// confirm evaluates the filters of doubtful entries, each once, however many of its alternatives the
// message fulfils: else one with many of them, and much to search for, would take their product.
func (m *matching) confirm(h *hitList) {
	slices.Sort(m.p.doubtful)
	for _, word := range slices.Compact(m.p.doubtful) {
		if m.evaluate(int(word & idMax)) {
			h.add(word)
		}
	}
	m.p.doubtful = m.p.doubtful[:0]
}

package index

import (
	"slices"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/property"
)

// Match appends to hits the ids of the filters that are True for a message, each once, in no
// particular order. It allocates nothing once p and hits have grown. A nil snapshot has no filters.
func (s *Snapshot) Match(v property.View, p *Probe, hits []int) []int {
	if s == nil {
		return hits
	}
	m := matching{s: s, p: p, v: &v}
	h := hitList{ids: hits, from: len(hits)}
	if s.few {
		return m.finish(&h)
	}
	p.begin()
	m.prepare(0)
	if s.small {
		m.findAll(&h)
		return m.finish(&h)
	}
	p.found = m.candidates(p.found)
	s.touch(p)
	for _, c := range p.found {
		m.find(c.hash, &m.shape.steps[c.step], &h)
	}
	return m.finish(&h)
}

// MatchBatch is Match for several messages; it overlaps their accesses to memory, which pays where
// filters are many. It leaves the outcome in p for Hits.
func (s *Snapshot) MatchBatch(views []property.View, p *Probe) {
	p.hits, p.ends = p.hits[:0], p.ends[:0]
	for len(views) > 0 {
		n := min(len(views), abreast)
		if s == nil || s.small {
			n = 1
			p.hits = s.Match(views[0], p, p.hits)
			p.ends = append(p.ends, len(p.hits))
		} else {
			s.matchAbreast(views[:n], p)
		}
		views = views[n:]
	}
}

// Hits returns the ids for the i-th message of the last MatchBatch, valid until the next one.
func (p *Probe) Hits(i int) []int {
	first := 0
	if i > 0 {
		first = p.ends[i-1]
	}
	return p.hits[first:p.ends[i]]
}

// abreast is how many messages are matched side by side.
const abreast = 32

func (s *Snapshot) matchAbreast(views []property.View, p *Probe) {
	p.begin()
	first := 0
	for i := range views {
		m := matching{s: s, p: p, v: &views[i]}
		last := m.prepare(first)
		p.found = m.candidates(p.found)
		p.batch = append(p.batch, prepared{m.shape, first, last, len(p.found)})
		first = last
	}
	s.touch(p)
	at := 0
	for i := range p.batch {
		b := &p.batch[i]
		m := matching{s, p, &views[i], b.shape, p.index[b.first:b.last], p.numbers[b.first:b.last]}
		h := hitList{ids: p.hits, from: len(p.hits)}
		for _, c := range p.found[at:b.found] {
			m.find(c.hash, &b.shape.steps[c.step], &h)
		}
		at = b.found
		p.hits = m.finish(&h)
		p.ends = append(p.ends, len(p.hits))
	}
}

// prepare finds out which of the message's keys filters use, and with that its shape. Its places
// begin at first among those of the batch; it returns where they end.
func (m *matching) prepare(first int) (last int) {
	p, v := m.p, layout.View(*m.v)
	n := v.Len()
	p.room(first + n)
	index, column := p.index[first:first+n], p.column[first:first+n]
	columns, places := m.s.catalog.columns, 0
	for i := range n {
		c, id := uint32(0), int(v.ID(i))
		if id < len(columns) {
			c = columns[id]
		}
		if id == 0 {
			c = m.s.catalog.byName.find(&m.s.hasher, &m.s.catalog.names, v.Key(i))
		}
		index[places], column[places] = uint32(i), c
		if c != 0 {
			places++
		}
	}
	m.index, m.numbers = index[:places], p.numbers[first:first+places]
	clear(m.numbers)
	m.shape = m.s.shape(column[:places], p)
	return first + places
}

// hitList collects ids.
type hitList struct {
	ids      []int
	from     int // where those of the message begin
	overlaps int // how many of them may be there twice
}

func (h *hitList) add(word uint32) {
	h.ids = append(h.ids, int(word&idMax))
	h.overlaps += int(word >> 31)
}

// finish adds the filters that no cell leads to, and makes every hit one.
func (m *matching) finish(h *hitList) []int {
	if len(m.p.doubtful) > 0 {
		m.confirm(h)
	}
	for _, f := range m.s.scanned {
		if f.matcher.Match(*m.v, &m.p.filter) == filter.True {
			h.ids = append(h.ids, f.id)
		}
	}
	if n := &m.p.filter.NotNumbers; *n > 0 {
		m.p.NotNumbers += *n
		*n = 0
	}
	if h.overlaps > 1 {
		own := h.ids[h.from:]
		slices.Sort(own)
		h.ids = h.ids[:h.from+len(slices.Compact(own))]
	}
	return h.ids
}

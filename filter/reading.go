package filter

import (
	"unicode/utf8"

	"github.com/millrace/millrace/property"
)

// begin forgets what was worked out for the match before.
func (p *Probe) begin(slots int) {
	p.match++
	p.folded = p.folded[:0]
	if len(p.readings) < slots {
		p.readings = append(p.readings, make([]reading, slots-len(p.readings))...)
	}
}

// at returns the reading of a slot, and whether it is of this match.
func (p *Probe) at(slot int) (r *reading, known bool) {
	r = &p.readings[slot]
	known = r.match == p.match
	r.match = p.match
	return r, known
}

// text returns the text of a property that is there, in the subject's case.
func (s *subject) text(v property.View, p *Probe) (value []byte, there bool) {
	value, there = v.Find(s.key)
	if !there || s.fold == asIs {
		return value, there
	}
	r, known := p.at(s.slot)
	if !known {
		r.from = len(p.folded)
		p.folded = s.fold.append(p.folded, value)
		r.to = len(p.folded)
	}
	return p.folded[r.from:r.to], true
}

// number returns the number of a property, if it is one.
func (s *subject) number(v property.View, p *Probe) (n float64, ok bool) {
	value, there := v.Find(s.key)
	if !there {
		return 0, false
	}
	if n, ok = s.parse(value, p); !ok {
		p.NotNumbers++
	}
	return n, ok
}

func (s *subject) parse(value []byte, p *Probe) (n float64, ok bool) {
	if s.slot < 0 {
		return parseNumber(value)
	}
	r, known := p.at(s.slot)
	if !known {
		r.number, r.valid = parseNumber(value)
	}
	return r.number, r.valid
}

// length counts the characters of a property that is there.
func (s *subject) length(v property.View, p *Probe) (n float64, there bool) {
	value, there := v.Find(s.key)
	if !there || s.slot < 0 {
		return float64(utf8.RuneCount(value)), there
	}
	r, known := p.at(s.slot)
	if !known {
		r.number = float64(utf8.RuneCount(value))
	}
	return r.number, true
}

// value works a number out. All of it is looked at, so that every value that is no number is counted.
func (c *calculation) value(v property.View, p *Probe) (n float64, ok bool) {
	switch c.op {
	case exConstant:
		return c.number, true
	case exNumber:
		return c.subject.number(v, p)
	case exLength:
		return c.subject.length(v, p)
	case exMinus:
		n, ok = c.left.value(v, p)
		return -n, ok
	}
	left, ok := c.left.value(v, p)
	right, too := c.right.value(v, p)
	if !ok || !too {
		return 0, false
	}
	return c.op.of(left, right)
}

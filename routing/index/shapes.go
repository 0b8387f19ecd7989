package index

import (
	"slices"

	"github.com/millrace/millrace/internal/atom"
)

// shapes are those met under one catalog. Readers add to it, each shape to one of a few places by the
// hash of its columns. Where these are taken, now and then one of them is given up, so that messages
// of ever new shapes cost time, but neither memory nor for long the places of the common ones.
type shapes struct {
	table   []atom.Pointer[shape]
	largest int // that is kept
}

const (
	shapesMin = 64
	shapeWays = 4
	shapeTurn = 64 // every so manieth shape that a reader works out is kept in any case
)

// shapesFor returns the places of a table for that many schemas.
func (l *limits) shapesFor(schemas int) int {
	n := shapesMin
	for n < 4*schemas && n < l.shapes {
		n *= 2
	}
	return n
}

func newShapes(schemas int, l *limits) *shapes {
	return &shapes{table: make([]atom.Pointer[shape], l.shapesFor(schemas)), largest: l.shape}
}

// shape returns the shape of messages with these columns. One that is not kept is good until p's next
// messages.
func (s *Snapshot) shape(columns []uint32, p *Probe) *shape {
	hash := uint64(0)
	for _, c := range columns {
		hash = (hash + uint64(c)) * 0x9e3779b97f4a7c15
	}
	hash >>= 32
	if known := s.catalog.shapes.find(columns, hash); known != nil {
		return known
	}
	n := p.spareShape()
	n.build(s, columns, &p.building)
	s.catalog.shapes.keep(n, hash, p.met)
	return n
}

func (s *shapes) find(columns []uint32, hash uint64) *shape {
	for i := range uint64(shapeWays) {
		// SYNC POINT: shape. A stored shape was built before.
		known := s.table[(hash+i)&uint64(len(s.table)-1)].Load()
		if known != nil && slices.Equal(known.columns, columns) {
			return known
		}
	}
	return nil
}

// keep stores a copy of a shape if there is a place for it, or if it is its turn.
func (s *shapes) keep(n *shape, hash uint64, turn uint32) {
	if len(n.steps)+len(n.columns) > s.largest {
		return
	}
	for i := range uint64(shapeWays) {
		place := &s.table[(hash+i)&uint64(len(s.table)-1)]
		if place.Load() == nil || turn%shapeTurn == 0 {
			// SYNC POINT: shape. It was built before and never changes.
			place.Store(n.clone())
			return
		}
	}
}

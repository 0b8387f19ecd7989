package index

import (
	"bytes"
	"cmp"
	"math"
)

// An entry is one filter of a cell and what else it wants:
//
//	{ overlaps: bit 31, rest: bit 30, id: 30 bits }, 4 bytes
//	bounds of the number that the schema's isWithin names, if it has one; those it has, 8 each
//	length of the rest, 1, and the rest, see rest.go; only with the bit
const (
	overlapsBit = 1 << 31 // the same filter may be found in another cell too
	restBit     = 1 << 30
	idMax       = restBit - 1
	restMax     = 200
	entryMax    = 4 + 16 + 1 + restMax

	noLow, noHigh = -math.MaxFloat64, math.MaxFloat64
)

// entry is an entry taken apart. Its rest points into where it was read from.
type entry struct {
	word      uint32
	low, high float64
	rest      []byte
}

// run says which bounds an entry has. Those with the same ones stand together.
type run uint8

const (
	below   run = iota // only an upper one
	above              // only a lower one
	between            // both
	free               // none, because the schema has none
)

func (e *entry) run(bounded bool) run {
	switch {
	case !bounded:
		return free
	case e.low == noLow:
		return below
	case e.high == noHigh:
		return above
	}
	return between
}

func (e *entry) append(b []byte, r run) []byte {
	b = little.AppendUint32(b, e.word)
	if r == above || r == between {
		b = appendFloat(b, e.low)
	}
	if r == below || r == between {
		b = appendFloat(b, e.high)
	}
	if e.word&restBit != 0 {
		b = append(append(b, byte(len(e.rest))), e.rest...)
	}
	return b
}

// read takes the first of some entries of a run apart and returns those after it.
func (e *entry) read(b []byte, r run) []byte {
	e.word = little.Uint32(b)
	b = b[4:]
	e.low, e.high = noLow, noHigh
	if r == above || r == between {
		e.low, b = float(b), b[8:]
	}
	if r == below || r == between {
		e.high, b = float(b), b[8:]
	}
	e.rest = nil
	if e.word&restBit != 0 {
		n := 1 + int(b[0])
		e.rest, b = b[1:n:n], b[n:]
	}
	return b
}

// compare orders entries: by run, then by the lower bound upwards and the upper one downwards, then
// by the rest.
func (e *entry) compare(o *entry, bounded bool) int {
	return cmp.Or(cmp.Compare(e.run(bounded), o.run(bounded)), cmp.Compare(e.low, o.low),
		cmp.Compare(o.high, e.high), bytes.Compare(e.rest, o.rest), cmp.Compare(e.word, o.word))
}

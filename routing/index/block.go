package index

import "math"

// block is the entries of a cell, or of a leaf of its tree, one after the other, sorted: run by run,
// so that within a run the first entry that a message's number is beyond of ends the search; and with
// the same bounds by the rest, so that filters with the same rest are neighbours and it is evaluated
// once.
//
// Where the schema has bounds 4 bytes come before the entries: how long the runs below and above are.
type block []byte

const blockHead = 4

var emptyBlock = make(block, blockHead)

// empty returns a block without entries.
func empty(bounded bool) block {
	if bounded {
		return emptyBlock
	}
	return nil
}

// runs returns where each run begins, and where the last one ends.
func (b block) runs() (begin [4]int) {
	begin[0] = blockHead
	begin[1] = begin[0] + int(little.Uint16(b))
	begin[2] = begin[1] + int(little.Uint16(b[2:]))
	begin[3] = len(b)
	return begin
}

// span returns where a run begins and ends.
func (b block) span(r run) (begin, end int) {
	if r == free {
		return 0, len(b)
	}
	runs := b.runs()
	return runs[r], runs[r+1]
}

// lengthen notes that a run became longer by n bytes.
func (b block) lengthen(r run, n int) {
	if r == below || r == above {
		length := b[2*r:]
		little.PutUint16(length, uint16(int(little.Uint16(length))+n))
	}
}

// seek returns where e belongs, and how long the entry there is that equals it.
func (b block) seek(e *entry, r run) (at, size int) {
	at, end := b.span(r)
	var o entry
	for at < end {
		size = end - at - len(o.read(b[at:end], r))
		switch c := e.compare(&o, r != free); {
		case c == 0:
			return at, size
		case c < 0:
			return at, 0
		}
		at += size
	}
	return at, 0
}

// with appends to into the block with e in it, once.
func (b block) with(into []byte, e *entry, bounded bool) block {
	r := e.run(bounded)
	at, size := b.seek(e, r)
	into = append(into, b[:at]...)
	if size == 0 {
		into = e.append(into, r)
		block(into).lengthen(r, len(into)-at)
	}
	return append(into, b[at:]...)
}

// without appends to into the block without e.
func (b block) without(into []byte, e *entry, bounded bool) block {
	r := e.run(bounded)
	at, size := b.seek(e, r)
	into = append(append(into, b[:at]...), b[at+size:]...)
	block(into).lengthen(r, -size)
	return into
}

// each calls f with every entry, its run and where it begins.
func (b block) each(bounded bool, f func(e *entry, r run, at int)) {
	first, last := free, free
	if bounded {
		first, last = below, between
	}
	var e entry
	for r := first; r <= last; r++ {
		at, end := b.span(r)
		for at < end {
			size := end - at - len(e.read(b[at:end], r))
			f(&e, r, at)
			at += size
		}
	}
}

// halves returns two blocks of the entries, of which there are at least two.
func (b block) halves(bounded bool) (left, right block) {
	cut := 0
	b.each(bounded, func(_ *entry, _ run, at int) {
		if cut <= len(b)/2 {
			cut = at
		}
	})
	left, right = append(left, empty(bounded)...), append(right, empty(bounded)...)
	b.each(bounded, func(e *entry, r run, at int) {
		half := &left
		if at >= cut {
			half = &right
		}
		before := len(*half)
		*half = e.append(*half, r)
		half.lengthen(r, len(*half)-before)
	})
	return left, right
}

// extent returns the first entry, the lowest lower bound and the highest upper one.
func (b block) extent(bounded bool) (first entry, low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	some := false
	b.each(bounded, func(e *entry, _ run, _ int) {
		if !some {
			first, some = *e, true
		}
		low, high = min(low, e.low), max(high, e.high)
	})
	return first, low, high
}

package metrics

import "slices"

// device counts one device's messages.
type device struct {
	id            string
	received      uint64
	outOfSequence uint64
	repeated      uint64
	highest       uint64 // number so far
	missing       gaps   // below highest
}

// take counts a message by its number, which is at least 1.
func (d *device) take(sequence uint64) {
	d.received++
	switch {
	case sequence == d.highest+1:
		d.highest = sequence
	case sequence > d.highest:
		d.missing.add(gap{d.highest + 1, sequence - 1})
		d.highest = sequence
	case d.missing.fill(sequence):
		d.outOfSequence++
	default:
		d.repeated++
	}
}

// gap is a range of numbers, both ends included.
type gap struct{ from, to uint64 }

// gapsMax bounds the memory that a stream full of holes can take.
const gapsMax = 1024

// gaps are the numbers that have not arrived, the newest ranges of them in detail. The zero value
// has none.
type gaps struct {
	ranges []gap  // ascending, apart from each other
	lost   uint64 // how many numbers, those of forgotten ranges included
}

// add appends a gap above all others.
func (g *gaps) add(newest gap) {
	g.lost += newest.to - newest.from + 1
	g.insert(len(g.ranges), newest)
}

// insert forgets the oldest range if there are too many.
func (g *gaps) insert(at int, one gap) {
	g.ranges = slices.Insert(g.ranges, at, one)
	if len(g.ranges) > gapsMax {
		g.ranges = slices.Delete(g.ranges, 0, 1)
	}
}

// fill takes a number out that has arrived after all; false if it is not known to be missing.
func (g *gaps) fill(n uint64) bool {
	at, _ := slices.BinarySearchFunc(g.ranges, n, func(one gap, n uint64) int {
		if one.to < n {
			return -1
		}
		return 1
	})
	if at == len(g.ranges) || n < g.ranges[at].from {
		return false
	}
	g.lost--
	one := &g.ranges[at]
	switch {
	case one.from == one.to:
		g.ranges = slices.Delete(g.ranges, at, at+1)
	case n == one.from:
		one.from++
	case n == one.to:
		one.to--
	default:
		lower := gap{one.from, n - 1}
		one.from = n + 1
		g.insert(at, lower)
	}
	return true
}

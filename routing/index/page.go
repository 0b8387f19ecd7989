package index

import (
	"encoding/binary"
	"slices"
)

// page is a small hash table of records. These stand in one piece of memory without pointers, bucket
// by bucket. Where each bucket begins says a table apart from that memory: at a million filters the
// tables are in the processor's cache, and the records are not.
//
// The memory begins with the edition in which it was made, 8 bytes. The records follow.
type page struct {
	data    []byte
	buckets *bucketTable
}

// bucketTable says for each bucket { marks: 16 bits, where its records begin: 16 bits }. It ends
// where the next one begins. A mark is set if a record is there whose hash has that mark, so that
// most searches that find nothing end without a look at a record.
type bucketTable [buckets + 1]uint32

const (
	buckets   = 1 << 5
	recordsAt = 8
	beginMask = 1<<16 - 1
	pageMax   = beginMask
)

var little = binary.LittleEndian

// Of a hash the second half stands in the record. Its last bits lead to the page, its first ones are
// the mark. The first half of the hash leads to the bucket.

func bucketOf(hash uint64) int { return int(hash >> 32 & (buckets - 1)) }

func markOf(half uint32) uint32 { return 1 << (16 + half>>28) }

func (t *bucketTable) begin(i int) int { return int(t[i] & beginMask) }

// newPage returns an empty page with room for so many bytes of records.
func newPage(size int, edition uint64) page {
	p := page{roomy(recordsAt + size), new(bucketTable)}
	little.PutUint64(p.data, edition)
	for i := range p.buckets {
		p.buckets[i] = recordsAt
	}
	return p
}

// roomy returns memory of at least that size and an eighth.
func roomy(size int) []byte {
	d := slices.Grow([]byte(nil), size+size/8)
	return d[:cap(d)]
}

func (p page) edition() uint64 { return little.Uint64(p.data) }

// end returns where free memory begins.
func (p page) end() int { return p.buckets.begin(buckets) }

// at returns the record that begins there.
func (p page) at(offset int) record {
	r := record(p.data[offset:])
	return r[:r.size()]
}

// offset returns where the record of a cell begins, or 0.
func (p page) offset(c *cell) int {
	i := bucketOf(c.hash)
	for at := p.buckets.begin(i); at < p.buckets.begin(i+1); {
		r := p.at(at)
		if r.is(c) {
			return at
		}
		at += len(r)
	}
	return 0
}

// shift makes room of n bytes at offset, within bucket i, or with a negative n closes it.
func (p page) shift(i, offset, n int) {
	copy(p.data[offset+max(n, 0):], p.data[offset-min(n, 0):p.end()])
	for j := i + 1; j <= buckets; j++ {
		p.buckets[j] += uint32(n)
	}
}

// insert adds a record for which there is room.
func (p page) insert(hash uint64, r record) {
	i := bucketOf(hash)
	at := p.buckets.begin(i)
	p.shift(i, at, len(r))
	copy(p.data[at:], r)
	p.buckets[i] |= markOf(r.hash())
}

// replace writes a record, for which there is room, instead of the one at offset.
func (p page) replace(hash uint64, offset int, r record) {
	old := len(p.at(offset))
	p.shift(bucketOf(hash), offset+min(old, len(r)), len(r)-old)
	copy(p.data[offset:], r)
}

// remove takes out the record at offset.
func (p page) remove(hash uint64, offset int) {
	i := bucketOf(hash)
	p.shift(i, offset, -len(p.at(offset)))
	p.buckets[i] &= beginMask
	p.each(i, func(r record) { p.buckets[i] |= markOf(r.hash()) })
}

// each calls f with the records of a bucket.
func (p page) each(i int, f func(r record)) {
	for at := p.buckets.begin(i); at < p.buckets.begin(i+1); {
		r := p.at(at)
		f(r)
		at += len(r)
	}
}

// copied returns the same page, which may be written in the edition, with room for more bytes.
func (p page) copied(more int, edition uint64) page {
	d := roomy(p.end() + more)
	copy(d, p.data[:p.end()])
	little.PutUint64(d, edition)
	return page{d, p.buckets}
}

// split returns two pages, of the records in whose hash the bit is not set, and is.
func (p page) split(bit uint32, edition uint64) (halves [2]page) {
	half := func(r record) int { return int(min(r.hash()&bit, 1)) }
	var size [2]int
	for i := range buckets {
		p.each(i, func(r record) { size[half(r)] += len(r) })
	}
	for i := range halves {
		halves[i] = newPage(size[i], edition)
	}
	for i := range buckets {
		p.each(i, func(r record) { halves[half(r)].append(i, r) })
		for _, h := range halves {
			h.close(i)
		}
	}
	return halves
}

// joined returns a page of the records of both.
func (p page) joined(o page, edition uint64) page {
	both := newPage(p.end()+o.end(), edition)
	for i := range buckets {
		p.each(i, func(r record) { both.append(i, r) })
		o.each(i, func(r record) { both.append(i, r) })
		both.close(i)
	}
	return both
}

// append adds a record to bucket i, the last one so far; close ends it.
func (p page) append(i int, r record) {
	p.buckets[buckets] += uint32(copy(p.data[p.end():], r))
	p.buckets[i] |= markOf(r.hash())
}

func (p page) close(i int) { p.buckets[i+1] = uint32(p.end()) }

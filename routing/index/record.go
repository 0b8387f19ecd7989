package index

import "bytes"

// record is a cell: the filters of one schema that want the same values of what it hashes.
//
//	0  the second half of the cell's hash, 4 bytes
//	4  { schema: 19 bits, tree: 1 bit, size: 12 bits }, 4
//	8  the values, as the schema's terms say one after the other:
//	   a text its length (1 byte) and bytes, a prefix its bytes, a number 8 bytes
//	   a block of entries, or with tree the number of a tree of them, 4
type record []byte

const (
	recordHead = 8
	sizeBits   = 12
	treeBit    = 1 << sizeBits
	schemasMax = 1 << (31 - sizeBits)
)

func (r record) hash() uint32   { return little.Uint32(r) }
func (r record) size() int      { return int(little.Uint32(r[4:]) & (treeBit - 1)) }
func (r record) tree() bool     { return little.Uint32(r[4:])&treeBit != 0 }
func (r record) schema() uint32 { return little.Uint32(r[4:]) >> (sizeBits + 1) }

// head returns what stands before the values.
func (r record) head() (half, schema uint32, size int) {
	word := little.Uint64(r)
	return uint32(word), uint32(word >> (32 + sizeBits + 1)), int(word>>32) & (treeBit - 1)
}

// appendRecord writes a cell's record.
func appendRecord(into record, c *cell, tree bool, body []byte) record {
	word := c.schema<<(sizeBits+1) | uint32(recordHead+len(c.values)+len(body))
	if tree {
		word |= treeBit
	}
	into = little.AppendUint32(into, uint32(c.hash))
	into = little.AppendUint32(into, word)
	return append(append(into, c.values...), body...)
}

// is tells whether the record is that of a cell. How long the values are says their beginning, so one
// cell's are never the beginning of another's.
func (r record) is(c *cell) bool {
	return r.hash() == uint32(c.hash) && r.schema() == c.schema &&
		bytes.HasPrefix(r[recordHead:], c.values)
}

package layout

import (
	"bytes"
	"encoding/binary"
)

// copyValue copies a value and tells whether it holds no NUL. Most values are short: their bytes are
// looked at in the registers that they are copied through, eight at a time, the last eight or four of
// them together with some that were before.
func copyValue(to []byte, value string) (clean bool) {
	from := bytesOf(value)
	n := len(from)
	to = to[:n]
	switch {
	case n > 16:
		copy(to, from)
		return bytes.IndexByte(from, 0) < 0
	case n >= 8:
		first, last := binary.LittleEndian.Uint64(from), binary.LittleEndian.Uint64(from[n-8:])
		binary.LittleEndian.PutUint64(to, first)
		binary.LittleEndian.PutUint64(to[n-8:], last)
		return noNUL(first) && noNUL(last)
	case n >= 4:
		first, last := binary.LittleEndian.Uint32(from), binary.LittleEndian.Uint32(from[n-4:])
		binary.LittleEndian.PutUint32(to, first)
		binary.LittleEndian.PutUint32(to[n-4:], last)
		return noNUL(uint64(first) | uint64(last)<<32)
	}
	clean = true
	for i, b := range from {
		to[i] = b
		clean = clean && b != 0
	}
	return clean
}

// noNUL tells whether none of eight bytes is 0 (Mycroft 1987): a byte's highest bit is set by taking 1
// from it, and was not before, only if it is 0 or the byte below it borrowed, being 0.
func noNUL(eight uint64) bool {
	const ones, highest = 0x0101010101010101, 0x8080808080808080
	return (eight-ones)&^eight&highest == 0
}

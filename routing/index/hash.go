package index

import (
	"hash/maphash"
	"math"
	"math/bits"
)

// hasher hashes what a cell is found by, with secrets of its own, so that nobody can choose values
// that collide. The hash of a cell is the sum over its terms of the hash of the value, times a
// number of the term's own, plus a number of the schema's own, finalised: so the hash of a value
// serves every schema, and the terms may come in any order.
type hasher struct {
	seed   maphash.Seed
	secret [2]uint64
}

func newHasher() hasher {
	h := hasher{seed: maphash.MakeSeed()}
	for i := range h.secret {
		h.secret[i] = maphash.String(h.seed, string(rune(i))) | 1
	}
	return h
}

// text hashes bytes; never to 0.
func (h *hasher) text(value []byte) uint64 { return maphash.Bytes(h.seed, value) | 1<<63 }

// number hashes a number; never to 0. The two zeros are one number.
func (h *hasher) number(n float64) uint64 { return h.final(math.Float64bits(n+0)) | 1<<63 }

// multiplier returns the number of a term.
func (h *hasher) multiplier(t term) uint64 {
	return h.derive(1<<56|uint64(t.column)<<16|uint64(t.kind)<<8|uint64(t.length)) | 1
}

// salt returns the number of a schema.
func (h *hasher) salt(schema uint32) uint64 { return h.derive(2<<56 | uint64(schema)) }

// derive is SplitMix64 (Steele, Lea, Flood 2014) of a number and a secret.
func (h *hasher) derive(n uint64) uint64 {
	z := n*0x9e3779b97f4a7c15 + h.secret[0]
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// final folds a product to twice the width, as wyhash does (Wang Yi 2019).
func (h *hasher) final(sum uint64) uint64 {
	high, low := bits.Mul64(sum^h.secret[0], h.secret[1])
	return high ^ low
}

// string is text for a string.
func (h *hasher) string(value string) uint64 { return maphash.String(h.seed, value) | 1<<63 }

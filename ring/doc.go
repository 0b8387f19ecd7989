// Package ring has the engine's three queues. They know no message and no engine.
//
//   - Ring: bounded, many producers, one consumer. A batch costs one claim and one publication.
//   - Shared: bounded, many producers, many consumers, so that a producer may take the oldest
//     element out to make room.
//   - Overflow: unbounded, many producers, one consumer that takes all there is; for what must not
//     wait. Its user bounds it.
//
// # Positions
//
// A position counts elements in steps of 2^18, so that the lowest bits of a tail are free to say
// "closed" and "growing", and for how many producers room is kept: one compare-and-swap both claims
// and learns that the ring is closed, that its memory is being changed, or that others come first.
// Positions are 64 bits wide on every platform and may wrap; they are compared by the sign of their
// difference. A ring that gives its memory back passes one by.
//
// # Memory
//
// Ring and Shared begin without memory and grow by factors of four up to their capacity, as far as
// what is queued in them at once; Trim gives it back. Cells are made before the claim that uses them
// first, so that no allocation stands between a claim and its publication.
//
// # What is lock-free
//
// Push, Drain, Pop and Close never block. A producer that the system deschedules between its claim
// and its publication (a few instructions; no user code runs there) holds back what is queued
// behind it until it runs again, so Ring and Shared are not lock-free in the strict sense of the
// theory; Overflow is.
package ring

import "errors"

// Why a queue refused.
var (
	ErrFull   = errors.New("ring: full")
	ErrClosed = errors.New("ring: closed")
)

const (
	closed  = 1       // bit 0 of a tail
	growing = 2       // bit 1 of a tail: its memory is being changed
	keeper  = 4       // one producer for which room is kept; bits 2 to 17 count them
	step    = 1 << 18 // one element
	flags   = step - 1
	keepers = flags &^ (closed | growing)
)

// cacheLine is the distance that keeps two fields off each other's cache line, with the neighbour line
// that the hardware fetches along.
const cacheLine = 128

// roundUp returns the smallest power of two that is at least n and at least two.
func roundUp(n int) uint64 {
	size := uint64(2)
	for size < uint64(max(n, 0)) {
		size *= 2
	}
	return size
}

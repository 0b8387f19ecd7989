// Package ring has the engine's three queues. They know no message and no engine.
//
//   - Ring: bounded, many producers, one consumer. A batch costs one claim and one publication.
//   - Shared: bounded, many producers, many consumers, so that a producer may take the oldest
//     element out to make room.
//   - Spill: unbounded, many producers, one consumer that takes all there is; for what must not
//     wait. Its user bounds it.
//
// # Positions
//
// A position counts elements in steps of two, so that bit 0 of a tail is free to say "closed":
// one compare-and-swap both claims and learns that the ring is closed. Positions are 64 bits wide
// on every platform and may wrap; they are compared by the sign of their difference.
//
// # What is lock-free
//
// Push, Drain, Pop and Close never block. A producer that the system deschedules between its claim
// and its publication (a few instructions; no user code runs there) holds back what is queued
// behind it until it runs again, so Ring and Shared are not lock-free in the strict sense of the
// theory; Spill is.
package ring

import "errors"

// Why a queue refused.
var (
	ErrFull   = errors.New("ring: full")
	ErrClosed = errors.New("ring: closed")
)

const (
	closed = 1 // bit 0 of a tail
	step   = 2 // one element
)

// line is the distance that keeps two fields off each other's cache line, with the neighbour line
// that the hardware fetches along.
const line = 128

// roundUp returns the smallest power of two that is at least n and at least two.
func roundUp(n int) uint64 {
	size := uint64(2)
	for size < uint64(max(n, 0)) {
		size *= 2
	}
	return size
}

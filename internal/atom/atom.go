// Package atom names the atomics of the fast path. Here they are plain aliases of sync/atomic's
// types, so that nothing is paid for the name; a model checker swaps this package for one whose
// operations are yield points. Fast-path code uses these names only.
package atom

import "sync/atomic"

// The types of sync/atomic that the fast path uses.
type (
	Bool           = atomic.Bool
	Int32          = atomic.Int32
	Int64          = atomic.Int64
	Uint32         = atomic.Uint32
	Uint64         = atomic.Uint64
	Pointer[T any] = atomic.Pointer[T]
)

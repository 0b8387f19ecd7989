//go:build !explore

// Package atom names the atomics of the fast path. Here they are plain aliases of sync/atomic's
// types, so that nothing is paid for the name; in builds with the tag explore their operations are
// yield points of internal/explore. Fast-path code uses these names only.
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

// Writes declares that the caller is about to write what p leads to, not atomically, so that the
// explorer can look for data races there. Here it does nothing.
func Writes[T any](p *T) {}

// Reads declares that the caller is about to read what p leads to, as Writes does.
func Reads[T any](p *T) {}

// WritesRun is Writes for n elements from the first on, around the end of the list.
func WritesRun[T any](list []T, first, n uint64) {}

// ReadsRun is Reads for n elements from the first on, around the end of the list.
func ReadsRun[T any](list []T, first, n uint64) {}

// A package that knows sync/atomic by these aliases alone inlines only those of its methods that a
// function of this package inlines too. These do, for all of them; nobody calls them.

//nolint:unused // see above
func inlineBool(x *Bool) { x.Store(x.CompareAndSwap(x.Load(), x.Swap(true))) }

//nolint:unused // see above
func inlineInt32(x *Int32) bool {
	x.Store(x.Add(x.Load()) + x.And(x.Or(x.Swap(1))))
	return x.CompareAndSwap(0, 1)
}

//nolint:unused // see above
func inlineInt64(x *Int64) bool {
	x.Store(x.Add(x.Load()) + x.And(x.Or(x.Swap(1))))
	return x.CompareAndSwap(0, 1)
}

//nolint:unused // see above
func inlineUint32(x *Uint32) bool {
	x.Store(x.Add(x.Load()) + x.And(x.Or(x.Swap(1))))
	return x.CompareAndSwap(0, 1)
}

//nolint:unused // see above
func inlineUint64(x *Uint64) bool {
	x.Store(x.Add(x.Load()) + x.And(x.Or(x.Swap(1))))
	return x.CompareAndSwap(0, 1)
}

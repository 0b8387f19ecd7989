//go:build explore

// Package atom, in exploring builds, has sync/atomic's types, whose operations are yield points of
// internal/explore while it runs and the real thing at all other times.
package atom

import (
	"sync/atomic"

	"github.com/millrace/millrace/internal/explore"
)

// The types of sync/atomic that the fast path uses.
type (
	Bool struct {
		word[bool, atomic.Bool, *atomic.Bool]
	}
	Int32 struct {
		number[int32, atomic.Int32, *atomic.Int32]
	}
	Int64 struct {
		number[int64, atomic.Int64, *atomic.Int64]
	}
	Uint32 struct {
		number[uint32, atomic.Uint32, *atomic.Uint32]
	}
	Uint64 struct {
		number[uint64, atomic.Uint64, *atomic.Uint64]
	}
	Pointer[T any] struct {
		word[*T, atomic.Pointer[T], *atomic.Pointer[T]]
	}
)

// word is the atomic A of values V.
type word[V, A any, P interface {
	*A
	Load() V
	Store(V)
	Swap(V) V
	CompareAndSwap(before, after V) bool
}] struct {
	at   explore.Place
	real A
}

func (w *word[V, A, P]) Load() V {
	w.at.Load()
	return P(&w.real).Load()
}

func (w *word[V, A, P]) Store(v V) {
	w.at.Store()
	P(&w.real).Store(v)
}

func (w *word[V, A, P]) Swap(v V) V {
	w.at.Update()
	return P(&w.real).Swap(v)
}

func (w *word[V, A, P]) CompareAndSwap(before, after V) bool {
	w.at.Attempt()
	swapped := P(&w.real).CompareAndSwap(before, after)
	w.at.Attempted(swapped)
	return swapped
}

// number is a word that can be calculated with.
type number[V, A any, P interface {
	*A
	Load() V
	Store(V)
	Swap(V) V
	CompareAndSwap(before, after V) bool
	Add(V) V
	And(V) V
	Or(V) V
}] struct{ word[V, A, P] }

func (n *number[V, A, P]) Add(delta V) V {
	n.at.Update()
	return P(&n.real).Add(delta)
}

func (n *number[V, A, P]) And(mask V) V {
	n.at.Update()
	return P(&n.real).And(mask)
}

func (n *number[V, A, P]) Or(mask V) V {
	n.at.Update()
	return P(&n.real).Or(mask)
}

// Writes declares that the caller is about to write what p leads to, not atomically.
func Writes[T any](p *T) { explore.Writes(p) }

// Reads declares that the caller is about to read what p leads to, not atomically.
func Reads[T any](p *T) { explore.Reads(p) }

// WritesRun is Writes for n elements from the first on, around the end of the list.
func WritesRun[T any](list []T, first, n uint64) {
	for i := range n {
		Writes(&list[(first+i)%uint64(len(list))])
	}
}

// ReadsRun is Reads for n elements from the first on, around the end of the list.
func ReadsRun[T any](list []T, first, n uint64) {
	for i := range n {
		Reads(&list[(first+i)%uint64(len(list))])
	}
}

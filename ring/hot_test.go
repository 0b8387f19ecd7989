package ring_test

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/ring"
)

const (
	capacity = 1024
	batch    = 64
)

// Pointers that exist already, moved from one goroutine to another and checked for order there.
//
//	Single   producer --1--> ring(1024) --64--> consumer
//	Batch    producer --64-> ring(1024) --64--> consumer
//	Channel  producer --1--> channel(1024) -1-> consumer          the yardstick
//	Slices   producer --64-> channel(16 slices) --64--> consumer  the yardstick for batches
func BenchmarkHotRing(b *testing.B) {
	b.Run("Single", func(b *testing.B) { throughRing(b, 1) })
	b.Run("Batch", func(b *testing.B) { throughRing(b, batch) })
	b.Run("Channel", throughChannel)
	b.Run("Slices", throughSlices)
}

// stream is the sequence of pointers, long enough that one in flight is never confused with its
// namesake of the lap before.
var stream = func() (list [8 * capacity]*int) {
	for i := range list {
		list[i] = &i
	}
	return list
}()

func at(i int) *int { return stream[i%len(stream)] }

func check(b *testing.B, got []*int, from int) {
	for i, p := range got {
		if p != at(from+i) {
			b.Fatalf("element %d is another's", from+i)
		}
	}
}

func throughRing(b *testing.B, most int) {
	b.ReportAllocs()
	r := ring.New[*int](capacity, park.NewBell())
	go feedRing(r, b.N, most)
	var into [batch]*int
	got := 0
	for !r.Drained() {
		n := r.Drain(into[:])
		check(b, into[:n], got)
		got += n
		if n == 0 {
			r.Sleep()
		}
	}
	if got != b.N {
		b.Fatalf("%d of %d arrived", got, b.N)
	}
}

func feedRing(r *ring.Ring[*int], count, most int) {
	var out [batch]*int
	w := park.NewWaiter()
	for sent := 0; sent < count; {
		n := min(most, count-sent)
		for i := range n {
			out[i] = at(sent + i)
		}
		sent += pushAll(r, out[:n], w)
	}
	r.Close()
}

func pushAll(r *ring.Ring[*int], vs []*int, w *park.Waiter) int {
	for rest := vs; len(rest) > 0; {
		n, err := r.Push(rest)
		rest = rest[n:]
		if errors.Is(err, ring.ErrFull) {
			r.Wait(w, nil, 0)
		}
	}
	return len(vs)
}

func throughChannel(b *testing.B) {
	b.ReportAllocs()
	c := make(chan *int, capacity)
	go func() {
		for i := range b.N {
			c <- at(i)
		}
		close(c)
	}()
	got := 0
	for p := range c {
		check(b, []*int{p}, got)
		got++
	}
	if got != b.N {
		b.Fatalf("%d of %d arrived", got, b.N)
	}
}

func throughSlices(b *testing.B) {
	b.ReportAllocs()
	const depth = capacity / batch
	full, empty := make(chan []*int, depth), make(chan []*int, depth+2)
	for range depth + 2 {
		empty <- make([]*int, 0, batch)
	}
	go func() {
		for sent := 0; sent < b.N; {
			out := (<-empty)[:0]
			for i := range min(batch, b.N-sent) {
				out = append(out, at(sent+i))
			}
			sent += len(out)
			full <- out
		}
		close(full)
	}()
	got := 0
	for in := range full {
		check(b, in, got)
		got += len(in)
		empty <- in
	}
	if got != b.N {
		b.Fatalf("%d of %d arrived", got, b.N)
	}
}

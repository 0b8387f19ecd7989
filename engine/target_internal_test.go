package engine

import (
	"math/rand/v2"
	"testing"
)

// A publisher's targets are a map, whatever is put in and taken out, in whatever order.
func TestTargetsFollowAMap(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b targets
		want := make(map[uint32]*target)
		for range 3000 {
			n := uint32(r.IntN(8) << r.IntN(8)) // many of which share a place
			if found := b.find(n); found != want[n] {
				t.Fatalf("seed %d: %d leads to %p, want %p", seed, n, found, want[n])
			}
			if r.IntN(2) == 0 {
				if taken := b.take(n); taken != want[n] {
					t.Fatalf("seed %d: took %p, want %p", seed, taken, want[n])
				}
				delete(want, n)
			} else if want[n] == nil {
				want[n] = &target{at: int(n)}
				b.put(n, want[n])
			}
			if b.count != len(want) || len(b.slots) > 4*41 {
				t.Fatalf("seed %d: %d in %d slots, want %d", seed, b.count, len(b.slots), len(want))
			}
		}
		for n, one := range want {
			if b.find(n) != one {
				t.Fatalf("seed %d: %d is lost", seed, n)
			}
		}
		if all := b.takeAll(); len(all) != len(want) || b.count != 0 {
			t.Fatalf("seed %d: %d taken, want %d", seed, len(all), len(want))
		}
	}
}

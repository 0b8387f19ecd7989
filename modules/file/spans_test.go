package file

import (
	"math/rand/v2"
	"testing"
)

// Parts that are added in any order are what a map of bytes says.
func TestSpans(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var s spans
		var naive [64]bool
		for range random.IntN(20) {
			from := random.Int64N(60)
			to := from + random.Int64N(5)
			s.add(from, to)
			for i := from; i < to; i++ {
				naive[i] = true
			}
			last := int64(-1)
			for _, p := range s {
				if p[0] <= last || p[0] >= p[1] {
					t.Fatalf("%v", s)
				}
				last = p[1]
			}
			from = random.Int64N(60)
			to = from + 1 + random.Int64N(4)
			want := true
			for i := from; i < to; i++ {
				want = want && naive[i]
			}
			if s.has(from, to) != want {
				t.Fatalf("%v has %d..%d: %v", s, from, to, !want)
			}
		}
	}
}

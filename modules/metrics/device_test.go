package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDeviceAgainstASet compares with a model that remembers every number.
func TestDeviceAgainstASet(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 0))
		var d device
		var highest, late, repeated uint64
		seen := map[uint64]bool{}
		for range 300 {
			n := 1 + random.Uint64N(1+seed)
			switch {
			case seen[n]:
				repeated++
			case n < highest:
				late++
			}
			seen[n] = true
			highest = max(highest, n)
			d.take(n)
			if lost := highest - uint64(len(seen)); d.missing.lost != lost ||
				d.outOfSequence != late || d.repeated != repeated {
				t.Fatalf("seed %d: %+v; want %d late, %d repeated, %d lost",
					seed, d, late, repeated, lost)
			}
		}
	}
}

func TestGapsAreBounded(t *testing.T) {
	var d device
	const holes = gapsMax + 500
	for i := range uint64(holes) {
		d.take(2 * (i + 1)) // every odd number is missing
	}
	if d.missing.lost != holes || len(d.missing.ranges) != gapsMax {
		t.Errorf("%d lost in %d ranges", d.missing.lost, len(d.missing.ranges))
	}
	d.take(2*holes - 1) // of a range that is remembered
	d.take(1)           // of one that is not
	if d.outOfSequence != 1 || d.repeated != 1 || d.missing.lost != holes-1 {
		t.Errorf("%d late, %d repeated, %d lost", d.outOfSequence, d.repeated, d.missing.lost)
	}
}

// TestSplitGapsAreBounded: numbers that arrive in the middle of a gap make more gaps of it.
func TestSplitGapsAreBounded(t *testing.T) {
	var d device
	d.take(10 * gapsMax)
	for n := uint64(5 * gapsMax); n > 0; n -= 2 {
		d.take(n)
	}
	if len(d.missing.ranges) > gapsMax || d.missing.lost+d.received-d.repeated != 10*gapsMax {
		t.Errorf("%d ranges, %d received, %d repeated, %d lost",
			len(d.missing.ranges), d.received, d.repeated, d.missing.lost)
	}
}

func TestHighestNumbers(t *testing.T) {
	var d device
	for _, n := range []uint64{math.MaxUint64, 1, math.MaxUint64, math.MaxUint64 - 1} {
		d.take(n)
	}
	if d.outOfSequence != 2 || d.repeated != 1 || d.missing.lost != math.MaxUint64-3 {
		t.Errorf("%+v", d)
	}
}

package simulator

import (
	"strconv"
	"testing"
)

func TestNumberCountsUp(t *testing.T) {
	n := newNumber()
	for want := 1; want <= 123_456; want++ {
		n.increment()
		if got := string(n.text()); got != strconv.Itoa(want) {
			t.Fatalf("%s, want %d", got, want)
		}
	}
}

func TestClockFormats(t *testing.T) {
	c := newClock()
	for _, want := range []int64{
		0, 1, 999_999, 1_000_000, 1_000_001, 1_764_000_000_123_456, 1_764_000_000_999_999,
		1_764_000_001_000_000, 9_999_999_999_999_999, 10_000_000_000_000_000,
	} {
		got, err := strconv.ParseInt(string(c.format(want)), 10, 64)
		if err != nil || got != want {
			t.Errorf("%s, %v; want %d", c.digits, err, want)
		}
	}
}

package report

import (
	"math"
	"testing"
)

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{Duration(0), "0 ns"}, {Duration(999), "999 ns"}, {Duration(1250), "1.25 µs"},
		{Duration(3.2e6), "3.2 ms"}, {Duration(61e9), "61 s"},
		{Bytes(1536), "1.5 KiB"}, {Bytes(64 << 20), "64 MiB"},
		{Number(0.000412), "0.000412"}, {Number(12345.6), "12,346"}, {Number(1.2345), "1.23"},
		{Number(99.96), "100"}, {Count(1234567), "1,234,567"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestLinearAxisCountsInRoundSteps(t *testing.T) {
	for _, highest := range []float64{1e-9, 0.3, 1, 4.2, 9.99, 10, 123456, 4.2e6, 7e17} {
		a := linear("x", plain, highest)
		if a.high < highest || a.high > 2*highest {
			t.Errorf("%v: the axis ends at %v", highest, a.high)
		}
		if len(a.ticks) < 2 || len(a.ticks) > 8 {
			t.Errorf("%v: %d ticks", highest, len(a.ticks))
		}
		last := a.ticks[len(a.ticks)-1]
		if math.Abs(a.position(last.at)-1) > 1e-9 || a.position(0) != 0 {
			t.Errorf("%v: the last tick, %v, is not at the end", highest, last)
		}
	}
}

func TestLogarithmicAxisGivesEachDecadeTheSameRoom(t *testing.T) {
	a := logarithmic("x", 130, 85_000)
	want := []string{"100 ns", "1 µs", "10 µs", "100 µs"}
	if len(a.ticks) != len(want) {
		t.Fatalf("got %v", a.ticks)
	}
	for i, tick := range a.ticks {
		if tick.text != want[i] || math.Abs(a.position(tick.at)-float64(i)/3) > 1e-9 {
			t.Errorf("got %v at %v, want %s", tick, a.position(tick.at), want[i])
		}
	}
	if a.position(0) != 0 || a.position(1e9) != 1 {
		t.Error("what is beyond the axis is not at its ends")
	}
}

func TestPercentileAxisGivesEachNineTheSameRoom(t *testing.T) {
	a := percentiles("x", 99.99)
	for i, percent := range []float64{0, 90, 99, 99.9, 99.99} {
		if got := a.position(percent); math.Abs(got-float64(i)/4) > 1e-6 {
			t.Errorf("%v is at %v", percent, got)
		}
	}
}

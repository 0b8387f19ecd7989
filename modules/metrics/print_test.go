package metrics

import "testing"

func TestComma(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567",
		18446744073709551615: "18,446,744,073,709,551,615",
	} {
		if got := comma(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestTenths(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0.0", 0.04: "0.0", 0.05: "0.1", 0.96: "1.0", 75.54: "75.5", 1e15: "1,000,000,000,000,000.0",
	} {
		if got := tenths(f); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

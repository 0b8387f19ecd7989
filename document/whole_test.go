package document

import "testing"

func TestDigits(t *testing.T) {
	for written, want := range map[string]string{
		"1": "1", "1e3": "1000", "1E3": "1000", "500.0": "500", "12.5e1": "125", "-2e0": "-2", "0.0": "0", "-0.0": "0",
		"1.5": "1.5", "1e-1": "1e-1", "1e16": "1e16", "1e400": "1e400", "9007199254740993": "9007199254740993",
	} {
		if got := digits(written); got != want {
			t.Errorf("%s: %s, want %s", written, got, want)
		}
	}
}

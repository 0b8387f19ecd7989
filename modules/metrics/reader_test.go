package metrics

import (
	"strconv"
	"testing"
)

func TestDigits(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0, "7": 7, "0000000": 0, "12345678": 12345678, "90000000": 90000000,
		"99999999": 99999999, "123456789": 123456789, "1764000000123456": 1764000000123456,
		"9999999999999999999": 9999999999999999999, "0000000000000000001": 1,
	} {
		if n, ok := digits([]byte(text)); n != want || !ok {
			t.Errorf("%s: %d, %v", text, n, ok)
		}
	}
	for _, text := range []string{"", "-1", "+1", "1.0", " 1", "1e3", "\xff", "12345678901234567890"} {
		if _, ok := digits([]byte(text)); ok {
			t.Errorf("accepted %q", text)
		}
	}
}

// TestDigitsRefusesAnyOtherCharacter puts every byte at every place of every length.
func TestDigitsRefusesAnyOtherCharacter(t *testing.T) {
	for length := 1; length <= digitsMax; length++ {
		for at := range length {
			for c := range 256 {
				text := []byte("4738291056473829105"[:length])
				text[at] = byte(c)
				want, err := strconv.ParseUint(string(text), 10, 64)
				plain := c >= '0' && c <= '9'
				if n, ok := digits(text); ok != plain || ok && (err != nil || n != want) {
					t.Fatalf("%q: %d, %v", text, n, ok)
				}
			}
		}
	}
}

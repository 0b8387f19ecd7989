package filter

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/millrace/millrace/property"
)

func TestParseNumberTable(t *testing.T) {
	zeros := func(n int) string { return strings.Repeat("0", n) }
	for text, want := range map[string]string{
		// what is no number
		"": "", "-": "", "+": "", ".": "", "-.": "", "+-1": "", "--1": "", "1-": "", "e5": "", "1e": "",
		"1e+": "", "1e1.5": "", "1.2.3": "", " 1": "", "1 ": "", "1\n": "", "0x10": "", "1_000": "",
		"1,5": "", "Inf": "", "-inf": "", "NaN": "", "infinity": "", "0b1": "", "1f": "", "1E": "",
		"١": "", "1e400": "", "-1e400": "", "0x1p-2": "", "1e1e1": "",
		// what is
		"0": "0", "-0": "-0", "+1": "1", "007": "7", "1.": "1", ".5": "0.5", "-.5": "-0.5", "1e3": "1000",
		"1E+3": "1000", "1e-3": "0.001", "2.5e2": "250", "30.0": "30", "1e-400": "0", "0.1": "0.1",
		"123456789012345":                    "123456789012345",   // 15 digits
		"1234567890123456":                   "1234567890123456",  // 16
		"12345678901234567":                  "12345678901234568", // 17: rounded
		"0.123456789012345":                  "0.123456789012345", // 16 with the zero
		"0.3":                                "0.3",
		"9007199254740993":                   "9007199254740992", // 2^53+1
		"1797693134862315700" + zeros(40):    "1.7976931348623157e58",
		"1" + zeros(63):                      "1e63", // 64 bytes
		"1" + zeros(64):                      "",     // 65 bytes
		"0." + zeros(61) + "1":               "1e-62",
		"0." + zeros(62) + "1":               "",
		"-" + zeros(62) + "1":                "-1",
		"999999999999999.9":                  "999999999999999.9",
		"18446744073709551616184467440737.1": "1.8446744073709552e31", // the mantissa overflows
	} {
		got, ok := parseNumber([]byte(text))
		if ok != (want != "") {
			t.Errorf("%q: number %v, want %v", text, ok, !ok)
			continue
		}
		number, _ := strconv.ParseFloat(want, 64)
		if ok && math.Float64bits(got) != math.Float64bits(number) {
			t.Errorf("%q = %v, want %v", text, got, want)
		}
	}
}

var decimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// checkNumber compares with strconv on what has the shape of a decimal number, and expects a
// refusal of everything else.
func checkNumber(t *testing.T, text string) {
	t.Helper()
	want, err := strconv.ParseFloat(text, 64)
	isNumber := err == nil && len(text) <= numberMax && decimal.MatchString(text)
	got, ok := parseNumber([]byte(text))
	if ok != isNumber || ok && math.Float64bits(got) != math.Float64bits(want) {
		t.Errorf("%q = %v, %v; want %v, %v", text, got, ok, want, isNumber)
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, text := range []string{"", "-", "1.", ".5", "+1", "1e3", "0x10", "1_000", "Inf", "NaN",
		"123456789012345", "0.1234567890123456", "12345678901234567", "-0", "1e-400"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkNumber(t, text) })
}

// Every count of digits on either side of the point, around where the exact path ends.
func TestParseNumberRoundsAsStrconvDoes(t *testing.T) {
	digits := "9876543210123456789"
	for whole := range 19 {
		for decimals := range 19 {
			for _, sign := range []string{"", "-", "+"} {
				checkNumber(t, sign+digits[:whole]+"."+digits[:decimals])
				checkNumber(t, sign+digits[:whole]+digits[:decimals])
				checkNumber(t, sign+"00"+digits[:whole]+".00"+digits[:decimals]+"e-7")
			}
		}
	}
}

// However many tests want a property's number, it is read once a match; one that no other test wants is
// not kept.
func TestANumberIsReadOnce(t *testing.T) {
	keys := property.NewKeys(0)
	m := Compile(And(Greater("a", 1), Less("a", 9), Or(EqualNumber("b", 1), EqualNumber("b", 2)), Less("c", 5)), keys)
	var p Probe
	for i, c := range []struct {
		message values
		want    Truth
	}{
		{values{"a": "2", "b": "1", "c": "3"}, True}, {values{"a": "1", "b": "2", "c": "3"}, False},
		{values{"a": "2", "b": "x", "c": "3"}, Unknown}, {values{"a": "2", "b": "2", "c": "3"}, True},
		{values{"a": "2", "c": "3"}, Unknown}, {values{"a": "9", "b": "2", "c": "3"}, False},
	} {
		if got := m.Match(viewOf(keys, c.message), &p); got != c.want {
			t.Errorf("message %d is %v, want %v", i, got, c.want)
		}
	}
	if m.program.slots != 2 || len(p.readings) != 2 {
		t.Errorf("%d slots, %d readings", m.program.slots, len(p.readings))
	}
	for i, r := range p.readings {
		if (i == 0) != (r.match == p.match) { // a alone decided about the last message
			t.Errorf("reading %d is of match %d of %d", i, r.match, p.match)
		}
	}
	first := subject{slot: 0}
	known := &Probe{match: 1, readings: []reading{{match: 1, number: 7, valid: true}}}
	if n, _ := first.parse([]byte("1"), known); n != 7 {
		t.Error("a number was read again:", n)
	}
}

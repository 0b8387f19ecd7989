package property

import (
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/layout"
)

func viewOf(keys *Keys, pairs ...[2]string) View {
	return View(layout.NewView(layout.NewAnnex((*layout.Keys)(keys), layout.Widest()), nil, pairs...))
}

func TestViewReadsInTheOrderOfWriting(t *testing.T) {
	keys := NewKeys(0)
	b := keys.Intern("b")
	v := viewOf(keys, [2]string{"b", "2"}, [2]string{"a", "1"}, [2]string{"", ""})
	var got []string
	for key, value := range v.All() {
		got = append(got, string(key), string(value))
	}
	if want := []string{"b", "2", "a", "1", "", ""}; !slices.Equal(got, want) || v.Len() != 3 {
		t.Errorf("%q", got)
	}
	found, ok := v.Find(b)
	looked, there := v.Lookup("b")
	if !ok || !there || string(found) != "2" || string(looked) != "2" {
		t.Errorf("%q %v, %q %v", found, ok, looked, there)
	}
	if key, value := v.At(1); string(key) != "a" || string(value) != "1" {
		t.Errorf("%q, %q", key, value)
	}
}

// What is written as a kind of value reads as one, and as nothing else.
func TestTypedValues(t *testing.T) {
	keys := NewKeys(0)
	key := keys.Intern("key")
	noon := time.Date(2026, 3, 1, 12, 0, 0, 500, time.UTC)
	for _, c := range []struct {
		text                   string
		isInt, isUint, isFloat bool
		isBool, truth, isTime  bool
		n                      int64
		f                      float64
	}{
		{text: "42", isInt: true, isUint: true, isFloat: true, n: 42, f: 42},
		{text: "-42", isInt: true, isFloat: true, n: -42, f: -42},
		{text: "1", isInt: true, isUint: true, isFloat: true, isBool: true, truth: true, n: 1, f: 1},
		{text: "2.5", isFloat: true, f: 2.5},
		{text: "1e3", isFloat: true, f: 1000},
		{text: "true", isBool: true, truth: true},
		{text: "false", isBool: true},
		{text: "2026-03-01T12:00:00.0000005Z", isTime: true},
		{text: "2026-03-01"},
		{text: "42 "},
		{text: ""},
		{text: "9223372036854775808", isUint: true, isFloat: true, f: 1 << 63},
	} {
		v := viewOf(keys, [2]string{"key", c.text})
		if n, ok := v.Int(key); ok != c.isInt || ok && n != c.n {
			t.Errorf("Int of %q: %d, %v", c.text, n, ok)
		}
		if n, ok := v.Uint(key); ok != c.isUint || ok && c.isInt && n != uint64(c.n) {
			t.Errorf("Uint of %q: %d, %v", c.text, n, ok)
		}
		if f, ok := v.Float(key); ok != c.isFloat || ok && f != c.f {
			t.Errorf("Float of %q: %v, %v", c.text, f, ok)
		}
		if b, ok := v.Bool(key); ok != c.isBool || b != c.truth {
			t.Errorf("Bool of %q: %v, %v", c.text, b, ok)
		}
		if at, ok := v.Time(key); ok != c.isTime || ok && !at.Equal(noon) {
			t.Errorf("Time of %q: %v, %v", c.text, at, ok)
		}
	}
	absent, v := keys.Intern("absent"), viewOf(keys)
	_, isInt := v.Int(absent)
	_, isUint := v.Uint(absent)
	_, isFloat := v.Float(absent)
	_, isBool := v.Bool(absent)
	_, isTime := v.Time(absent)
	if isInt || isUint || isFloat || isBool || isTime {
		t.Error("what is not there has a value")
	}
}

func TestReadingTypedValuesAllocatesNothing(t *testing.T) {
	keys := NewKeys(0)
	n, f, at := keys.Intern("n"), keys.Intern("f"), keys.Intern("at")
	v, good := viewOf(keys, [2]string{"n", "1234567890123456789"}, [2]string{"f", "-12.345678901234567"},
		[2]string{"at", "2026-03-01T12:00:00.123456789Z"}), 0
	if allocs := testing.AllocsPerRun(100, func() {
		_, a := v.Int(n)
		_, b := v.Float(f)
		_, c := v.Time(at)
		if a && b && c {
			good++
		}
	}); allocs != 0 || good != 101 {
		t.Errorf("%v allocations, %d good", allocs, good)
	}
}

func TestTheDefaultBoundIsAsWritten(t *testing.T) {
	if DefaultKeys != layout.DefaultKeys {
		t.Error("written", DefaultKeys, "held", layout.DefaultKeys)
	}
}

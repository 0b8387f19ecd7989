package arena

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/layout"
)

// What a typed value becomes, in place or where there is room for its digits and no more.
func TestTypedValuesAsText(t *testing.T) {
	s := newTestShard()
	k := s.arena.keys.Intern("key")
	noon := time.Date(2026, 3, 1, 13, 0, 0, 250_000_000, time.FixedZone("", 3600))
	for want, set := range map[string]func(Draft){
		"0":                                func(d Draft) { d.SetInt(k, 0) },
		"-9223372036854775808":             func(d Draft) { d.SetInt(k, math.MinInt64) },
		"18446744073709551615":             func(d Draft) { d.SetUint(k, math.MaxUint64) },
		"2.5":                              func(d Draft) { d.SetFloat(k, 2.5) },
		"-0.000001234567890123456":         func(d Draft) { d.SetFloat(k, -1.234567890123456e-06) },
		"1e+21":                            func(d Draft) { d.SetFloat(k, 1e21) },
		"100000000000000000000":            func(d Draft) { d.SetFloat(k, 1e20) },
		"5e-324":                           func(d Draft) { d.SetFloat(k, math.SmallestNonzeroFloat64) },
		"0.1":                              func(d Draft) { d.SetFloat(k, 0.1) },
		"NaN":                              func(d Draft) { d.SetFloat(k, math.NaN()) },
		"-Inf":                             func(d Draft) { d.SetFloat(k, math.Inf(-1)) },
		"2.50":                             func(d Draft) { d.SetFixed(k, 2.5, 2) },
		"3":                                func(d Draft) { d.SetFixed(k, 2.6, -1) },
		"2.50000000000000000000":           func(d Draft) { d.SetFixed(k, 2.5, 20) },
		"1000000000000000000000.0":         func(d Draft) { d.SetFixed(k, 1e21, 1) },
		"-999999999999999.000000000000000": func(d Draft) { d.SetFixed(k, -999999999999999, 15) },
		"true":                             func(d Draft) { d.SetBool(k, true) },
		"false":                            func(d Draft) { d.SetBool(k, false) },
		"2026-03-01T12:00:00.25Z":          func(d Draft) { d.SetTime(k, noon) },
	} {
		for before := range 256 { // the value begins at every place of a block, and beyond
			d := claim(t, s)
			d.Set("x", string(bytes.Repeat([]byte{'x'}, before)))
			set(d)
			if got, ok := d.Properties().Find(k); !ok || string(got) != want || d.Err() != nil {
				t.Fatalf("%d bytes before it: %q, want %q, %v", before, got, want, d.Err())
			}
			set(d) // again
			d.SetContent(nil)
			if n := d.Properties().Len(); n != 2 || d.Err() != nil {
				t.Fatalf("%d properties, %v", n, d.Err())
			}
			d.Abort()
		}
	}
}

// Limits hold for typed values as for others, to the byte.
func TestTypedValuesWithinLimits(t *testing.T) {
	keys := layout.NewKeys(0)
	k := keys.Intern("n")
	for _, c := range []struct {
		n    int64
		want error
	}{{12345, nil}, {123456, ErrPropertyBytes}, {-12345, ErrPropertyBytes}} {
		s := NewArena(keys, Limits{PropertyBytes: 8, Properties: 1}, 0).NewShard(nil)
		d := claim(t, s)
		d.SetInt(k, c.n)
		if err := d.Err(); !errors.Is(err, c.want) {
			t.Errorf("%d: %v", c.n, err)
		}
		d.Abort()
		d = claim(t, s)
		d.Set("o", "")
		d.SetInt(k, 1)
		if err := d.Err(); !errors.Is(err, ErrProperties) {
			t.Errorf("two of them: %v", err)
		}
		d.Abort()
	}
}

func TestAppendContent(t *testing.T) {
	s := newTestArena(Limits{Content: 100_000}, 0).NewShard(nil)
	d := claim(t, s)
	d.Set("a", "1")
	var want []byte
	for i, size := range []int{0, 3, 100, 1000, 70_000, 1} {
		part := bytes.Repeat([]byte{byte('a' + i)}, size)
		d.AppendContent(func(b []byte) []byte {
			if !bytes.Equal(b, want) {
				t.Fatalf("given %d bytes, want %d", len(b), len(want))
			}
			return append(b, part...)
		})
		want = append(want, part...)
		if !bytes.Equal(d.Content(), want) || d.Err() != nil {
			t.Fatalf("%d bytes, want %d, %v", len(d.Content()), len(want), d.Err())
		}
	}
	for _, c := range []struct {
		name string
		f    func([]byte) []byte
		want string
	}{
		{"foreign", func([]byte) []byte { return []byte("foreign") }, "foreign"},
		{"shorter", func(b []byte) []byte { return b[:2] }, "fo"},
		{"its middle", func(b []byte) []byte { return b[1:] }, "o"},
		{"nothing", func([]byte) []byte { return nil }, ""},
		{"after that", func(b []byte) []byte { return append(b, "new"...) }, "new"},
	} {
		d.AppendContent(c.f)
		if got := string(d.Content()); got != c.want || d.Err() != nil {
			t.Errorf("%s: %q, %v", c.name, got, d.Err())
		}
	}
	m := seal(t, d, 1)
	if pairs, content, err := parse(m.Wire()); err != nil || string(content) != "new" || len(pairs) != 1 {
		t.Error(pairs, content, err)
	}
	m.Release()
	d = claim(t, s)
	d.AppendContent(func(b []byte) []byte { return append(b, make([]byte, 100_001)...) })
	if !errors.Is(d.Err(), ErrContent) {
		t.Error("beyond the limit:", d.Err())
	}
	d.Abort()
}

// A function that does not return leaves a draft that is refused, and what it does to the draft
// meanwhile is ignored.
func TestAppendContentThatDoesNotEnd(t *testing.T) {
	s := newTestShard()
	d := claim(t, s)
	mustPanic(t, func() { d.AppendContent(func(b []byte) []byte { panic("no") }) })
	if _, err := d.Seal(1); !errors.Is(err, ErrUnfinished) {
		t.Error(err)
	}
	d.SetContent([]byte("late"))
	d.AppendContent(func(b []byte) []byte { return append(b, "late"...) })
	if !errors.Is(d.Err(), ErrUnfinished) {
		t.Error(d.Err())
	}
	d.Abort()

	d = claim(t, s)
	d.AppendContent(func(b []byte) []byte {
		d.SetContent([]byte("meanwhile"))
		d.Set("a", "1")
		if _, err := d.Seal(1); !errors.Is(err, ErrUnfinished) {
			t.Error("sealed meanwhile:", err)
		}
		return append(b, "written"...)
	})
	if got := string(d.Content()); got != "written" || d.Err() != nil || d.Properties().Len() != 0 {
		t.Errorf("%q, %v", got, d.Err())
	}
	d.Abort()

	d = claim(t, s)
	d.AppendContent(func(b []byte) []byte { d.Abort(); return append(b, "ended"...) })
	if err := d.Check(); !errors.Is(err, ErrSpent) {
		t.Error("ended meanwhile:", err)
	}
	if n, err := s.arena.Held(); n != 0 {
		t.Error(err)
	}
}

package fuzz

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
)

// FuzzFilter: a condition of SQL is what a naive evaluator says of it, for Match, for Explain, for
// the form that an index wants, and for what String prints and Parse reads again.
func FuzzFilter(f *testing.F) {
	for i := range 64 {
		f.Add([]byte(strings.Repeat(string([]byte{byte(i), byte(5 * i), byte(i / 3), 2}), 8)))
	}
	keys := property.NewKeys(3)
	s := shardOf(keys, arena.Limits{})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		w := &writer{tape: tape{bytes}}
		messages := []values{w.message(), w.message(), w.message(), {}}
		text, naive := w.condition(4)
		parsed, err := filter.Parse(text)
		if err != nil {
			t.Fatalf("%s\nis refused: %v", text, err)
		}
		again, err := filter.Parse(parsed.String())
		if err != nil || again.String() != parsed.String() {
			t.Fatalf("%s\nprints as\n%s\nand then as\n%s, %v", text, parsed, again, err)
		}
		for _, v := range messages {
			m := written(t, s, v, nil)
			checkTruth(t, parsed, keys, m.Properties(), naive(v))
			checkTruth(t, again, keys, m.Properties(), naive(v))
			m.Release()
		}
	})
}

// checkTruth asks everybody who has an opinion on a filter.
func checkTruth(t *testing.T, f filter.Filter, keys *property.Keys, v property.View, want filter.Truth) {
	t.Helper()
	var probe filter.Probe
	if got := filter.Compile(f, keys).Match(v, &probe); got != want {
		t.Fatalf("%v\nis %v of %s, want %v", f, got, shown(v), want)
	}
	if e := f.Explain(v); e.Truth != want || len(e.Findings) == 0 {
		t.Fatalf("%v\nof %s is explained as %v, want %v", f, shown(v), e, want)
	}
	var l filter.Lowering
	if l.Lower(f); l.Refused != "" {
		return
	}
	exact, may := lowered(l, v)
	if exact && want != filter.True || !may && want == filter.True {
		t.Fatalf("%v\nis %v of %s, but lowered %v (%v): %+v", f, want, shown(v), exact, may, l.Any)
	}
}

// lowered tells whether a message fulfils a conjunction, and whether it does but for what only the
// filter can say.
func lowered(l filter.Lowering, v property.View) (exact, may bool) {
	m := values{}
	for key, value := range v.All() {
		m[string(key)] = string(value)
	}
	for _, c := range l.Any {
		fulfilled, opaque := true, false
		for _, condition := range c.Conditions {
			fulfilled = fulfilled && admits(condition, m)
			opaque = opaque || condition.Opaque
		}
		may = may || fulfilled
		exact = exact || fulfilled && !opaque
	}
	return exact, may
}

// admits reads a condition as filter.Condition is documented.
func admits(c filter.Condition, m values) bool {
	value, there := m[c.Key]
	if c.Absent || !there {
		return c.Absent != there
	}
	n, isNumber := naiveNumber(value)
	begins := func(prefix string) bool { return strings.HasPrefix(value, prefix) }
	return (len(c.Texts) == 0 || slices.Contains(c.Texts, value)) &&
		(len(c.Lower) == 0 || slices.Contains(c.Lower, strings.ToLower(value))) &&
		(len(c.Upper) == 0 || slices.Contains(c.Upper, strings.ToUpper(value))) &&
		(!c.Number || isNumber && n >= c.Low && n <= c.High && !slices.Contains(c.NotNumbers, n)) &&
		begins(c.Prefix) && !slices.Contains(c.NotTexts, value) && !slices.ContainsFunc(c.NotPrefixes, begins)
}

func shown(v property.View) string {
	var b strings.Builder
	for key, value := range v.All() {
		fmt.Fprintf(&b, "%q=%q ", key, value)
	}
	return b.String()
}

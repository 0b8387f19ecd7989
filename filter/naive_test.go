package filter

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/millrace/millrace/property"
)

// tape is a list of random numbers that is read as a description of something. gopter shrinks it.
type tape struct {
	numbers []uint16
	at      int
}

// next returns a number below n; an exhausted tape yields zeros.
func (t *tape) next(n int) int {
	if t.at >= len(t.numbers) {
		return 0
	}
	t.at++
	return int(t.numbers[t.at-1]) % n
}

var (
	someKeys   = []string{"a", "b", "c d", "and", "été"}
	someValues = []string{"1", "1.0", "2", "-3", "x", "xy", "", "1e0", "xéx", "%", `_\`, "it's"}
	someWilds  = []string{"%", "_", `\%`, `\_`, `\\`, "x", "é", "x", "y", "%"}
)

func (t *tape) key() string   { return someKeys[t.next(len(someKeys))] }
func (t *tape) value() string { return someValues[t.next(len(someValues))] }

// verdict is a filter written by hand: "true", "false" or "unknown".
type verdict func(m values) string

// filter reads a filter and its naive twin from the tape.
func (t *tape) filter(depth int) (Filter, verdict) {
	kind := t.next(14)
	if kind >= 10 && depth > 0 {
		return t.composed(kind, depth)
	}
	return t.leaf(kind)
}

func (t *tape) composed(kind, depth int) (Filter, verdict) {
	if kind == 10 {
		f, v := t.filter(depth - 1)
		return Not(f), func(m values) string {
			return map[string]string{"true": "false", "false": "true", "unknown": "unknown"}[v(m)]
		}
	}
	var fs []Filter
	var vs []verdict
	for range t.next(4) {
		f, v := t.filter(depth - 1)
		fs, vs = append(fs, f), append(vs, v)
	}
	if kind == 11 {
		return Or(fs...), func(m values) string { return firstOf(vs, m, "true", "unknown", "false") }
	}
	return And(fs...), func(m values) string { return firstOf(vs, m, "false", "unknown", "true") }
}

// firstOf returns the first of the three that any verdict gives, the last if there is none.
func firstOf(vs []verdict, m values, order ...string) string {
	var all []string
	for _, v := range vs {
		all = append(all, v(m))
	}
	for _, truth := range order {
		if slices.Contains(all, truth) {
			return truth
		}
	}
	return order[len(order)-1]
}

func (t *tape) leaf(kind int) (Filter, verdict) {
	k, text, other := t.key(), t.value(), t.value()
	number := float64(t.next(5) - 3)
	onText := func(f Filter, test func(s string) bool) (Filter, verdict) {
		return f, onText(k, test)
	}
	onNumber := func(f Filter, test func(n float64) bool) (Filter, verdict) {
		return f, onNumber(k, test)
	}
	switch kind {
	case 0:
		return Exists(k), func(m values) string { _, ok := m[k]; return strconv.FormatBool(ok) }
	case 1:
		return onText(Prefix(k, text), func(s string) bool { return strings.HasPrefix(s, text) })
	case 2:
		return onText(In(k, text, other), func(s string) bool { return s == text || s == other })
	case 3:
		return onNumber(Less(k, number), func(n float64) bool { return n < number })
	case 4:
		return onNumber(AtMost(k, number), func(n float64) bool { return n <= number })
	case 5:
		return onNumber(Greater(k, number), func(n float64) bool { return n > number })
	case 6:
		return onNumber(AtLeast(k, number), func(n float64) bool { return n >= number })
	case 7:
		return onNumber(EqualNumber(k, number), func(n float64) bool { return n == number })
	}
	if kind == 8 {
		pattern := t.pattern()
		return onText(Like(k, pattern), likeness(pattern))
	}
	return onText(Equal(k, text), func(s string) bool { return s == text })
}

func onText(k string, test func(s string) bool) verdict {
	return func(m values) string {
		if s, ok := m[k]; ok {
			return strconv.FormatBool(test(s))
		}
		return "unknown"
	}
}

func onNumber(k string, test func(n float64) bool) verdict {
	return func(m values) string {
		n, err := strconv.ParseFloat(m[k], 64)
		if err != nil {
			return "unknown"
		}
		return strconv.FormatBool(test(n))
	}
}

// pattern reads a LIKE pattern whose escape is the backslash.
func (t *tape) pattern() string {
	var b strings.Builder
	for range t.next(6) {
		b.WriteString(someWilds[t.next(len(someWilds))])
	}
	return b.String()
}

// likeness is LIKE by way of regular expressions.
func likeness(pattern string) func(s string) bool {
	b, escaped := strings.Builder{}, false
	for _, r := range pattern {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && r == '%':
			b.WriteString("(?s:.*)")
		case !escaped && r == '_':
			b.WriteString("(?s:.)")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
		escaped = false
	}
	return regexp.MustCompile("^" + b.String() + "$").MatchString
}

func (t *tape) message() values {
	m := make(values)
	for _, k := range someKeys {
		if t.next(3) > 0 {
			m[k] = t.value()
		}
	}
	return m
}

func checkFilter(numbers []uint16) (bool, error) {
	t := &tape{numbers: numbers}
	messages := []values{t.message(), t.message(), t.message(), {}}
	f, naive := t.filter(4)
	for _, m := range messages {
		got, _ := match(f, m)
		if want := naive(m); want != got.String() {
			return false, fmt.Errorf("%v of %v is %v, want %s", f, m, got, want)
		}
		if e := explain(f, m); e.Truth != got || len(e.Findings) == 0 {
			return false, fmt.Errorf("%v of %v is %v, but explained as %v: %v", f, m, got, e.Truth, e)
		}
	}
	return true, nil
}

func explain(f Filter, m values) Explanation { return f.Explain(viewOf(property.NewKeys(0), m)) }

func forAllTapes(t *testing.T, name string, runs, longest int, check func([]uint16) (bool, error)) {
	t.Helper()
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = runs
	parameters.MaxSize = longest
	properties := gopter.NewProperties(parameters)
	properties.Property(name, prop.ForAll(check, gen.SliceOf(gen.UInt16())))
	properties.TestingRun(t)
}

func TestFiltersFollowTheNaiveEvaluator(t *testing.T) {
	forAllTapes(t, "same truth", 6000, 60, checkFilter)
}

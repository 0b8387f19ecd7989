package filter

import (
	"fmt"
	"math"
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
	kind := t.next(18)
	if kind >= 14 && depth > 0 {
		return t.composed(kind, depth)
	}
	return t.leaf(kind)
}

func (t *tape) composed(kind, depth int) (Filter, verdict) {
	if kind == 14 {
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
	if kind == 15 {
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
	switch kind {
	case 8:
		pattern := t.pattern()
		return onText(Like(k, pattern), likeness(pattern))
	case 10:
		return onText(Between(k, text, other), func(s string) bool { return text <= s && s <= other })
	case 11:
		return t.inOneCase(k, text, other)
	case 12:
		one, other := t.cased(k), t.cased(t.key())
		return one.same(other), func(m values) string { return naiveSame(one, other, m) }
	case 13:
		return t.compared()
	}
	return onText(Equal(k, text), func(s string) bool { return s == text })
}

// cased is a property's text, or that in one case.
func (t *tape) cased(k string) text { return text{k, fold(t.next(3))} }

func (s text) naive(m values) (string, bool) {
	value, there := m[s.key]
	switch s.fold {
	case lower:
		value = strings.ToLower(value)
	case upper:
		value = strings.ToUpper(value)
	}
	return value, there
}

func naiveSame(one, other text, m values) string {
	a, there := one.naive(m)
	b, too := other.naive(m)
	if !there || !too {
		return "unknown"
	}
	return strconv.FormatBool(a == b)
}

// inOneCase reads a test of a text in one case.
func (t *tape) inOneCase(k, one, other string) (Filter, verdict) {
	s := text{k, lower + fold(t.next(2))}
	on := func(test func(value string) bool) verdict {
		return func(m values) string {
			if value, there := s.naive(m); there {
				return strconv.FormatBool(test(value))
			}
			return "unknown"
		}
	}
	switch t.next(5) {
	case 0:
		return s.in([]string{one, other}), on(func(v string) bool { return v == one || v == other })
	case 1:
		return s.prefix(one), on(func(v string) bool { return strings.HasPrefix(v, one) })
	case 2:
		return s.between(one, other), on(func(v string) bool { return one <= v && v <= other })
	case 3:
		pattern := t.pattern()
		return s.like(split(pattern, '\\')), on(likeness(pattern))
	}
	return s.equal(one), on(func(v string) bool { return v == one })
}

// numeral is a number's naive twin; false where it is not known.
type numeral func(m values) (float64, bool)

// compared reads a comparison of two numbers.
func (t *tape) compared() (Filter, verdict) {
	left, one := t.expression(3)
	right, other := t.expression(2)
	r := relation(t.next(5))
	return compare(left, r, right), func(m values) string {
		a, ok := one(m)
		b, too := other(m)
		if !ok || !too {
			return "unknown"
		}
		return strconv.FormatBool([]bool{a < b, a <= b, a == b, a >= b, a > b}[r])
	}
}

func (t *tape) expression(depth int) (*expression, numeral) {
	kind := t.next(9)
	if depth == 0 {
		kind %= 4
	}
	switch kind {
	case 0, 1:
		k := t.key()
		return numberOf(k), func(m values) (float64, bool) {
			n, err := strconv.ParseFloat(m[k], 64)
			return n, err == nil
		}
	case 2:
		n := []float64{-3, 0, 1, 2, 0.5, -1e300}[t.next(6)]
		return constantOf(n), func(values) (float64, bool) { return n, true }
	case 3:
		k := t.key()
		return lengthOf(k), func(m values) (float64, bool) {
			s, there := m[k]
			return float64(len([]rune(s))), there
		}
	case 4:
		e, naive := t.expression(depth - 1)
		return e.minus(), func(m values) (float64, bool) { n, ok := naive(m); return -n, ok }
	}
	op := exAdd + arithmetic(kind-5)
	left, one := t.expression(depth - 1)
	right, other := t.expression(depth - 1)
	if right.op == exConstant && right.number == 0 || left.op == exConstant && right.op == exConstant {
		op = exAdd // else it is refused: a division by zero, or a result out of range
	}
	return calculated(left, op, right), func(m values) (float64, bool) {
		a, ok := one(m)
		b, too := other(m)
		n := []float64{a + b, a - b, a * b, a / b}[op-exAdd]
		return n, ok && too && !math.IsInf(n, 0) && !math.IsNaN(n)
	}
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

package filter

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// fulfilled tells which of a lowering's conjunctions a message fulfils: none, or one at least, or
// only such as the filter itself must confirm.
func fulfilled(l *Lowering, m values) (some, exactly bool) {
	for _, c := range l.Any {
		holds, opaque := true, false
		for _, k := range c.Conditions {
			value, there := m[k.Key]
			holds = holds && there != k.Absent && (k.Absent || k.admits([]byte(value)))
			opaque = opaque || k.Opaque
		}
		some, exactly = some || holds, exactly || holds && !opaque
	}
	return some, exactly
}

// lowering is used again and again: what is left over from one filter must not reach the next.
func lowerChecker() func(numbers []uint16) (bool, error) {
	var l Lowering
	return func(numbers []uint16) (bool, error) {
		t := &tape{numbers: numbers}
		messages := []values{t.message(), t.message(), t.message(), {}}
		f, naive := t.filter(4)
		l.Lower(f)
		if err := wellFormed(&l); err != nil {
			return false, fmt.Errorf("%v: %w", f, err)
		}
		for _, m := range messages {
			some, exactly := fulfilled(&l, m)
			isTrue := naive(m) == "true"
			if l.Refused == "" && (isTrue && !some || !isTrue && exactly) {
				return false, fmt.Errorf("%v of %v is %s, lowered %+v", f, m, naive(m), l.Any)
			}
		}
		return true, nil
	}
}

func wellFormed(l *Lowering) error {
	for _, c := range l.Any {
		for i, k := range c.Conditions {
			texts := len(k.Texts) > 0
			switch {
			case i > 0 && c.Conditions[i-1].Key >= k.Key:
				return fmt.Errorf("keys are not in order: %+v", c)
			case texts && len(k.Lower)+len(k.Upper) > 0:
				return fmt.Errorf("texts and cases: %+v", k)
			case !slices.IsSorted(k.Texts) || len(slices.Compact(slices.Clone(k.Texts))) < len(k.Texts):
				return fmt.Errorf("texts are not sorted: %q", k.Texts)
			case texts && (k.Number || k.Prefix != "" || len(k.NotTexts)+len(k.NotPrefixes) > 0):
				return fmt.Errorf("more than texts: %+v", k)
			case k.Number && !(k.Low <= k.High && math.Abs(k.Low) <= math.MaxFloat64):
				return fmt.Errorf("bounds: %+v", k)
			}
		}
	}
	return nil
}

func TestLoweringsFollowTheNaiveEvaluator(t *testing.T) {
	forAllTapes(t, "same messages", 10_000, 60, lowerChecker())
}

func lowered(f Filter) *Lowering {
	l := new(Lowering)
	l.Lower(f)
	return l
}

func TestLoweringsJoinWhatTheyCan(t *testing.T) {
	for _, c := range []struct {
		f    Filter
		want string
	}{
		{Filter{}, "()"},
		{Or(), ""},
		{And(Equal("a", "1"), Equal("b", "2")), "(a in [1])(b in [2])"},
		{Or(Equal("a", "2"), Equal("a", "1"), Equal("a", "2")), "(a in [1 2])"},
		{And(Or(Equal("a", "1"), Equal("a", "2")), Or(Equal("b", "1"), Equal("b", "2"))),
			"(a in [1 2])(b in [1 2])"},
		{Or(Equal("a", "1"), Equal("b", "1")), "(a in [1]) | (b in [1])"},
		{And(In("a", "1", "2", "x"), Greater("a", 1)), "(a in [2])"},
		{And(In("a", "1", "2", "3"), Or(And(Greater("a", 1), Exists("b")), Exists("c"))),
			"(a in [2 3])(b) | (a in [1 2 3])(c)"},
		{And(Equal("a", "1"), Equal("a", "2")), ""},
		{And(Exists("a"), Not(Exists("a"))), ""},
		{And(Prefix("a", "xy"), Prefix("a", "x")), "(a from xy)"},
		{And(Prefix("a", "xy"), Prefix("a", "xz")), ""},
		{And(Greater("a", 1), Less("a", 1)), ""},
		{And(AtLeast("a", 1), AtMost("a", 2)), "(a 1..2)"},
		{Not(Less("a", 1)), "(a 1.." + fmt.Sprint(math.MaxFloat64) + ")"},
		{Not(Or(Equal("a", "1"), Exists("b"))), "(a not [1])(b absent)"},
		{Like("a", `x\%y%z`), "(a from x%y opaque)"},
		{Not(Like("a", "x%z")), "(a opaque)"},
		{Or(Like("a", "x%z"), Like("a", "x%y")), "(a from x opaque)"},
		{text{"a", lower}.equal("x"), "(a lower [x])"},
		{And(text{"a", upper}.in([]string{"Y", "X"}), Exists("b")), "(a upper [X Y])(b)"},
		{And(text{"a", lower}.in([]string{"y", "x"}), text{"a", lower}.equal("x")), "(a lower [x])"},
		{And(text{"a", lower}.equal("y"), text{"a", lower}.equal("x")), ""},
		{And(text{"a", lower}.equal("x"), In("a", "X", "x", "Y")), "(a in [X x])"},
		{And(In("a", "X", "Y"), text{"a", lower}.equal("x"), text{"a", upper}.equal("X")), "(a in [X])"},
		{Not(text{"a", lower}.equal("x")), "(a opaque)"},
		{And(text{"a", lower}.in([]string{"x", "y", "z"}), Or(And(text{"a", lower}.in([]string{"y", "z"}), Exists("b")),
			text{"a", lower}.in([]string{"x", "w"}))), "(a lower [y z])(b) | (a lower [x])"},
		{And(text{"a", upper}.in([]string{"X", "Y"}), Or(And(text{"a", upper}.equal("Y"), Exists("b")), text{"a", upper}.equal("X"))),
			"(a upper [Y])(b) | (a upper [X])"},
		{text{"a", lower}.prefix("x"), "(a opaque)"},
		{Between("a", "x1", "x2"), "(a from x opaque)"},
		{Not(Between("a", "x1", "x2")), "(a opaque)"},
		{text{"b", lower}.same(text{key: "a"}), "(a opaque)(b opaque)"},
		{And(Not(Exists("a")), text{"b", lower}.same(text{key: "a"})), ""},
		{compare(numberOf("b"), less, calculated(numberOf("a"), exAdd, lengthOf("c"))), "(a opaque)(b opaque)(c opaque)"},
		{And(compare(numberOf("b"), less, numberOf("a")), Not(Exists("a"))), ""},
		{Or(Equal("a", "1"), And(Equal("a", "2"), Like("a", "%x%"))), "(a in [1]) | (a in [2] opaque)"},
	} {
		if got := shown(lowered(c.f)); got != c.want {
			t.Errorf("%v is lowered to %s, want %s", c.f, got, c.want)
		}
	}
}

// shown writes a lowering.
func shown(l *Lowering) string {
	var all []string
	for _, c := range l.Any {
		var b strings.Builder
		for _, k := range c.Conditions {
			b.WriteString("(" + k.shown() + ")")
		}
		if b.Len() == 0 {
			b.WriteString("()")
		}
		all = append(all, b.String())
	}
	return strings.Join(all, " | ")
}

func (c *Condition) shown() string {
	s := c.Key
	add := func(said bool, format string, args ...any) {
		if said {
			s += fmt.Sprintf(format, args...)
		}
	}
	add(c.Absent, " absent")
	add(len(c.Texts) > 0, " in %v", c.Texts)
	add(len(c.Lower) > 0, " lower %v", c.Lower)
	add(len(c.Upper) > 0, " upper %v", c.Upper)
	add(c.Number, " %v..%v", c.Low, c.High)
	add(c.Prefix != "", " from %s", c.Prefix)
	add(len(c.NotTexts) > 0, " not %v", c.NotTexts)
	add(c.Opaque, " opaque")
	return s
}

// What one filter took is not held against the next.
func TestLoweringsBeginAnew(t *testing.T) {
	var texts []string
	for i := range effortMax / 8 {
		texts = append(texts, fmt.Sprint(i))
	}
	var l Lowering
	for range 20 {
		if l.Lower(In("a", texts...)); l.Refused != "" {
			t.Fatal(l.Refused)
		}
	}
}

// What multiplies out to too much is refused at once, however much there is of it.
func TestLoweringsAreBounded(t *testing.T) {
	var parts []Filter
	for i := range 5000 {
		parts = append(parts, Or(Less(fmt.Sprint("a", i), 1), Less(fmt.Sprint("b", i), 1)))
	}
	start := time.Now()
	l := lowered(And(parts...))
	if l.Refused == "" || len(l.Any) > 0 {
		t.Errorf("%d alternatives, refused: %q", len(l.Any), l.Refused)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Error("it took", took)
	}
	var keys []Filter
	for i := range alternativesMax {
		keys = append(keys, Exists(fmt.Sprint(i)))
	}
	if l := lowered(Or(keys...)); l.Refused != "" || len(l.Any) != alternativesMax {
		t.Errorf("%d alternatives, refused: %q", len(l.Any), l.Refused)
	}
	if l := lowered(Or(append(keys, Exists("more"))...)); l.Refused == "" {
		t.Error("one more is not refused")
	}
}

// The number of alternatives alone does not bound what it takes to write them all down.
func TestLoweringIsGivenUpInTime(t *testing.T) {
	var groups []Filter
	for i := range 1000 {
		groups = append(groups, Exists(fmt.Sprint("a", i)))
	}
	for i := range 8 {
		groups = append(groups, Or(Less(fmt.Sprint("b", i), 1), Less(fmt.Sprint("c", i), 1)))
	}
	l := lowered(And(groups...))
	if l.Refused == "" || l.effort > 2*effortMax {
		t.Errorf("refused: %q after %d", l.Refused, l.effort)
	}
	var texts, few []string
	for i := range 20_000 {
		texts = append(texts, fmt.Sprint(i))
	}
	for i := range 50 {
		few = append(few, fmt.Sprint(i))
	}
	if l := lowered(And(In("a", texts...), Or(In("b", few...), In("c", few...)))); l.Refused != "" {
		t.Error(l.Refused)
	}
}

func TestLoweringAgainAllocatesNothing(t *testing.T) {
	f := And(Equal("kind", "cpu"), In("site", "a", "b"), Greater("value", 30), Not(Exists("test")))
	var l Lowering
	if n := testing.AllocsPerRun(100, func() { l.Lower(f) }); n > 0 || len(l.Any) != 1 {
		t.Errorf("%v allocations, %d alternatives", n, len(l.Any))
	}
}

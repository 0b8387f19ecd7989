package filter

import (
	"testing"

	"github.com/millrace/millrace/property"
)

// On this message the filters in parts are False, Unknown and True, by their index.
var (
	message = values{"t": "1"}
	parts   = [...]Filter{False: Equal("t", "0"), Unknown: Equal("missing", "1"), True: Equal("t", "1")}
	truths  = [...]Truth{False, Unknown, True}
)

func TestPartsAreWhatTheyAreTakenFor(t *testing.T) {
	for _, a := range truths {
		wantTruth(t, parts[a], message, a)
	}
}

func TestTruthTables(t *testing.T) {
	and := [3][3]Truth{
		False:   {False, False, False},
		Unknown: {False, Unknown, Unknown},
		True:    {False, Unknown, True},
	}
	or := [3][3]Truth{
		False:   {False, Unknown, True},
		Unknown: {Unknown, Unknown, True},
		True:    {True, True, True},
	}
	not := [3]Truth{False: True, Unknown: Unknown, True: False}
	for _, a := range truths {
		wantTruth(t, Not(parts[a]), message, not[a])
		wantTruth(t, Not(Not(parts[a])), message, a)
		wantTruth(t, And(parts[a]), message, a)
		wantTruth(t, Or(parts[a]), message, a)
		for _, b := range truths {
			wantTruth(t, And(parts[a], parts[b]), message, and[a][b])
			wantTruth(t, Or(parts[a], parts[b]), message, or[a][b])
			for _, c := range truths {
				wantTruth(t, And(parts[a], parts[b], parts[c]), message, and[and[a][b]][c])
				wantTruth(t, Or(parts[a], Or(parts[b], parts[c])), message, or[or[a][b]][c])
				wantTruth(t, And(parts[a], Or(parts[b], parts[c])), message, and[a][or[b][c]])
				wantTruth(t, Not(And(parts[a], Not(And(parts[b], parts[c])))), message,
					not[and[a][not[and[b][c]]]])
			}
		}
	}
}

func TestEmptyAndWholeFilters(t *testing.T) {
	for _, c := range []struct {
		f    Filter
		want Truth
		all  bool
	}{
		{Filter{}, True, true},
		{And(), True, true},
		{Or(), False, false},
		{Not(Filter{}), False, false},
		{Not(Or()), True, false},
		{And(Filter{}, Filter{}), True, true},
		{And(Filter{}, parts[Unknown]), Unknown, false},
		{And(Or(), parts[Unknown]), False, false},
		{Or(Filter{}, parts[False]), True, true},
		{Or(Or(), parts[Unknown]), Unknown, false},
		{In("t"), False, false},
		{In("missing"), Unknown, false},
	} {
		wantTruth(t, c.f, message, c.want)
		if c.f.All() != c.all {
			t.Errorf("%v: All is %v", c.f, c.f.All())
		}
	}
}

func TestOperators(t *testing.T) {
	for _, c := range []struct {
		f     Filter
		value string
		want  Truth
	}{
		{Equal("k", "30"), "30", True},
		{Equal("k", "30"), "30.0", False}, // text compares bytes
		{Equal("k", ""), "", True},
		{Equal("k", "a"), "A", False},
		{EqualNumber("k", 30), "30.0", True},
		{EqualNumber("k", 30), "3e1", True},
		{EqualNumber("k", 30), "31", False},
		{EqualNumber("k", 0), "-0", True},
		{EqualNumber("k", 30), "thirty", Unknown},
		{Less("k", 30), "29.9", True},
		{Less("k", 30), "30", False},
		{Less("k", 30), "", Unknown},
		{AtMost("k", 30), "30", True},
		{AtMost("k", 30), "30.1", False},
		{Greater("k", -1), "-0.5", True},
		{Greater("k", -1), "-1", False},
		{AtLeast("k", -1), "-1", True},
		{AtLeast("k", -1), "-1.5", False},
		{Prefix("k", "ab"), "abc", True},
		{Prefix("k", "ab"), "ab", True},
		{Prefix("k", "ab"), "a", False},
		{Prefix("k", ""), "", True},
		{In("k", "a", "b"), "b", True},
		{In("k", "a", "b"), "c", False},
		{In("k", "30"), "30.0", False},
		{Exists("k"), "", True},
		{Not(Exists("k")), "", False},
		{Not(Equal("k", "a")), "b", True},
		{Not(Less("k", 3)), "x", Unknown},
	} {
		wantTruth(t, c.f, values{"k": c.value, "other": "30"}, c.want)
	}
	of := func(text string) Filter {
		t.Helper()
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, c := range []struct {
		text, value string
		want        Truth
	}{
		{"LOWER(k) = 'äß'", "Äß", True}, {"UPPER(k) = 'ÄSS'", "äß", False}, {"UPPER(k) = 'Äß'", "äß", True},
		{"LOWER(k) = '\xffa'", "\xffA", True}, {"LOWER(k) = 'i'", "İ", True}, {"LOWER(k) = 'k'", "\u212a", True},
		{"LOWER(k) = '@['", "@[", True}, {"LOWER(k) = '\x60{'", "@[", False}, {"UPPER(k) = '\x60{'", "\x60{", True},
		{"UPPER(k) = 'AZ'", "az", True}, {"LOWER(k) = 'az'", "AZ", True},
		{"LENGTH(k) = 2", "äß", True}, {"LENGTH(k) = 0", "", True}, {"LENGTH(k) = 2", "\xff\xfe", True},
		{"k BETWEEN 'b' AND 'd'", "b", True}, {"k BETWEEN 'b' AND 'd'", "d", True}, {"k BETWEEN 'b' AND 'd'", "da", False},
		{"k BETWEEN 'b' AND 'd'", "a", False}, {"k BETWEEN 'b' AND 'd'", "", False}, {"k BETWEEN 'B' AND 'D'", "c", False},
		{"k = other", "30", True}, {"k = other", "30.0", False}, {"+k = other", "30.0", True}, {"k > other", "31", True},
		{"k > other", "x", Unknown}, {"NOT k > other", "x", Unknown}, {"k >= other - 1", "29", True}, {"k / 0.5 = 4", "2", True},
		{"k * 1e300 > 0", "1e300", Unknown}, {"1 / k > 0", "0", Unknown}, {"NOT 1 / k > 0", "0", Unknown}, {"-k < 0", "1", True},
		{"-1 / k < 0", "0", Unknown}, {"k * -1e300 < 0", "1e300", Unknown}, {"k - 1.7e308 < 0", "-1.7e308", Unknown},
		{"k - other = 0", "30", True}, {"k + k * 2 = 9", "3", True}, {"k = missing", "", Unknown}, {"missing <> k", "", Unknown},
		{"LOWER(missing) = 'x'", "x", Unknown}, {"LENGTH(missing) > 0", "x", Unknown}, {"missing BETWEEN 'a' AND 'b'", "x", Unknown},
		{"k > missing", "1", Unknown}, {"k BETWEEN other AND other + 1", "31", True}, {"k BETWEEN other AND 31", "29", False},
	} {
		wantTruth(t, of(c.text), values{"k": c.value, "other": "30"}, c.want)
		wantTruth(t, Not(of(c.text)), values{"k": c.value, "other": "30"}, True-c.want)
	}
	for _, f := range []Filter{Equal("k", ""), EqualNumber("k", 0), Less("k", 0), AtMost("k", 0),
		Greater("k", 0), AtLeast("k", 0), Prefix("k", ""), In("k", "")} {
		wantTruth(t, f, values{"other": ""}, Unknown)
		wantTruth(t, Not(f), values{"other": ""}, Unknown)
	}
	wantTruth(t, Exists("k"), values{"other": ""}, False)
	wantTruth(t, Not(Exists("k")), values{"other": ""}, True)
}

func TestValuesThatAreNoNumbersAreCounted(t *testing.T) {
	keys := property.NewKeys(0)
	m := Compile(And(Less("a", 1), Greater("b", 1)), keys)
	var p Probe
	for _, c := range []struct {
		message values
		want    uint64
	}{
		{values{"a": "0", "b": "2"}, 0},
		{values{"a": "x", "b": "y"}, 2},
		{values{"a": "x"}, 3}, // a missing one is not counted
		{values{}, 3},
	} {
		m.Match(viewOf(keys, c.message), &p)
		if p.NotNumbers != c.want {
			t.Fatalf("after %v: %d, want %d", c.message, p.NotNumbers, c.want)
		}
	}
}

// Keys beyond the interner's bound, and messages written before a filter, match all the same.
func TestKeysWithoutANumberMatch(t *testing.T) {
	keys := property.NewKeys(1)
	before := viewOf(keys, values{"a": "1", "b": "2"})
	m := Compile(And(Equal("a", "1"), Equal("b", "2")), keys)
	after := viewOf(keys, values{"a": "1", "b": "2"})
	var p Probe
	if m.Match(before, &p) != True || m.Match(after, &p) != True {
		t.Fatal("no match")
	}
}

// A probe keeps the texts of one match in one case, each once, however many tests want it.
func TestTextsInOneCaseAreMadeOnce(t *testing.T) {
	keys := property.NewKeys(0)
	f, err := Parse("LOWER(a) <> 'x' AND LOWER(a) <> 'y' AND UPPER(a) <> LOWER(b) AND LOWER(b) LIKE '%z'")
	if err != nil {
		t.Fatal(err)
	}
	m := Compile(f, keys)
	var p Probe
	for range 100 {
		if m.Match(viewOf(keys, values{"a": "ABC", "b": "XYZ"}), &p) != True || string(p.folded) != "abcABCxyz" {
			t.Fatalf("%q", p.folded)
		}
	}
	v := viewOf(keys, values{"a": "ABC", "b": "XYZ"})
	if n := testing.AllocsPerRun(100, func() { m.Match(v, &p) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestFiltersDoNotShareWhatTheyWereMadeFrom(t *testing.T) {
	texts := []string{"a", "b"}
	in := In("k", texts...)
	list := []Filter{Equal("k", "a"), Equal("k", "b")}
	or := Or(list...)
	texts[0], list[0] = "z", Equal("k", "z")
	for _, f := range []Filter{in, or} {
		wantTruth(t, f, values{"k": "a"}, True)
		wantTruth(t, f, values{"k": "z"}, False)
	}
	base := And(Exists("a"), Exists("b"))
	one, two := And(base, Exists("c")), And(base, Exists("d"))
	if one.String() != "EXISTS(a) AND EXISTS(b) AND EXISTS(c)" ||
		two.String() != "EXISTS(a) AND EXISTS(b) AND EXISTS(d)" {
		t.Fatal(one, two)
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	keys := property.NewKeys(0)
	m := Compile(And(Or(Equal("kind", "cpu"), In("kind", "memory", "disk")), Not(Prefix("kind", "x")),
		Less("value", 90), Greater("value", -1e3), Exists("value")), keys)
	v := viewOf(keys, values{"kind": "disk", "value": "30.25", "source": "host"})
	var p Probe
	matched := 0
	if n := testing.AllocsPerRun(100, func() {
		if m.Match(v, &p) == True {
			matched++
		}
	}); n != 0 || matched != 101 {
		t.Fatalf("%v allocations, %d matches", n, matched)
	}
	for _, text := range []string{"12345678901234567890", "-1.25e-3", "x", "12345678901234567890123456789012"} {
		v := viewOf(keys, values{"value": text, "kind": "cpu"})
		if n := testing.AllocsPerRun(100, func() { m.Match(v, &p) }); n != 0 {
			t.Errorf("%v allocations to read %s", n, text)
		}
	}
}

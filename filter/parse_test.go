package filter

import (
	"math"
	"reflect"
	"testing"
)

func TestGoodTexts(t *testing.T) {
	for text, want := range map[string]Filter{
		"TRUE":                                   {},
		"false":                                  Or(),
		"NOT TRUE":                               Or(),
		"1=1":                                    {},
		"1 = 0":                                  Or(),
		"2 <> 1":                                 {},
		"'a' = 'a'":                              {},
		"'a' != 'a'":                             Or(),
		"a = 'x'":                                Equal("a", "x"),
		"a='it''s'":                              Equal("a", "it's"),
		"a = ''":                                 Equal("a", ""),
		"'x' = a":                                Equal("a", "x"),
		"a <> 'x'":                               Not(Equal("a", "x")),
		"a != 'x'":                               Not(Equal("a", "x")),
		"alarm = TRUE":                           Equal("alarm", "true"),
		"False <> alarm":                         Not(Equal("alarm", "false")),
		"a = 30":                                 EqualNumber("a", 30),
		"a = -1":                                 EqualNumber("a", -1),
		"a = +.5":                                EqualNumber("a", 0.5),
		"a = 7.":                                 EqualNumber("a", 7),
		"a = 1e3":                                EqualNumber("a", 1000),
		"a = 2.5E-3":                             EqualNumber("a", 0.0025),
		"a=- 1":                                  EqualNumber("a", -1),
		"a < 30":                                 Less("a", 30),
		"a <= 30":                                AtMost("a", 30),
		"a > 30":                                 Greater("a", 30),
		"a >= 30":                                AtLeast("a", 30),
		"a<-3":                                   Less("a", -3),
		"30 < a":                                 Greater("a", 30),
		"30 <= a":                                AtLeast("a", 30),
		"30 > a":                                 Less("a", 30),
		"30 >= a":                                AtMost("a", 30),
		"30 = a":                                 EqualNumber("a", 30),
		"a IN ('x')":                             Equal("a", "x"),
		"a in ( 'x','y' )":                       In("a", "x", "y"),
		"a NOT IN ('x', 'y')":                    Not(In("a", "x", "y")),
		"a IN (1, 2)":                            Or(EqualNumber("a", 1), EqualNumber("a", 2)),
		"a IN (1, 'x', TRUE, -2)":                Or(In("a", "x", "true"), EqualNumber("a", 1), EqualNumber("a", -2)),
		"a BETWEEN 1 AND 2":                      And(AtLeast("a", 1), AtMost("a", 2)),
		"a BETWEEN 1 AND 1 AND b = 1":            And(AtLeast("a", 1), AtMost("a", 1), EqualNumber("b", 1)),
		"a NOT BETWEEN -1 AND 2":                 Not(And(AtLeast("a", -1), AtMost("a", 2))),
		"a LIKE 'x'":                             Equal("a", "x"),
		"a LIKE 'x%'":                            Prefix("a", "x"),
		"a LIKE '%'":                             Prefix("a", ""),
		"a LIKE 'x%%'":                           Prefix("a", "x"),
		"a NOT LIKE '%x'":                        Not(Like("a", "%x")),
		"a LIKE '_'":                             Like("a", "_"),
		"a LIKE 'x%_%'":                          Like("a", "x_%"),
		`a LIKE 'C:\%x'`:                         Like("a", `C:\\%x`),
		`a LIKE '50\%' ESCAPE '\'`:               Equal("a", "50%"),
		"a LIKE '50!%%' escape '!'":              Prefix("a", "50%"),
		"a LIKE '!!!_' ESCAPE '!'":               Equal("a", "!_"),
		"a LIKE 'é%' ESCAPE 'é'":                 Equal("a", "%"),
		"PREFIX(a, 'x')":                         Prefix("a", "x"),
		"prefix(user.[a b],'%')":                 Prefix("a b", "%"),
		"a IS NULL":                              Not(Exists("a")),
		"a IS NOT NULL":                          Exists("a"),
		"EXISTS(a)":                              Exists("a"),
		"exists ( [a b] )":                       Exists("a b"),
		"NOT EXISTS(a)":                          Not(Exists("a")),
		"NOT NOT EXISTS(a)":                      Not(Not(Exists("a"))),
		"EXISTS(a) OR EXISTS(b) AND EXISTS(c)":   Or(Exists("a"), And(Exists("b"), Exists("c"))),
		"(EXISTS(a) OR EXISTS(b)) AND EXISTS(c)": And(Or(Exists("a"), Exists("b")), Exists("c")),
		"NOT EXISTS(a) AND EXISTS(b)":            And(Not(Exists("a")), Exists("b")),
		"NOT (EXISTS(a) AND EXISTS(b))":          Not(And(Exists("a"), Exists("b"))),
		"((EXISTS(a)))":                          Exists("a"),
		"not(exists(a))and(exists(b))":           And(Not(Exists("a")), Exists("b")),
		"\n\tEXISTS(a)\r\n AND EXISTS(b) ":       And(Exists("a"), Exists("b")),
		"user.a = 1":                             EqualNumber("a", 1),
		"USER.[in] = 1":                          EqualNumber("in", 1),
		`user."a.b" = 1`:                         EqualNumber("a.b", 1),
		"user = 1":                               EqualNumber("user", 1),
		"prefix = 1":                             EqualNumber("prefix", 1),
		"where = 1":                              EqualNumber("where", 1),
		"from IN ('x')":                          Equal("from", "x"),
		"größe = 1":                              EqualNumber("größe", 1),
		"a_1 = 1":                                EqualNumber("a_1", 1),
		"_ = 1":                                  EqualNumber("_", 1),
		`"say ""x""" = 1`:                        EqualNumber(`say "x"`, 1),
		"[a]]b] = 1":                             EqualNumber("a]b", 1),
		`"" = 1`:                                 EqualNumber("", 1),
		`"IN" IN (1)`:                            EqualNumber("IN", 1),
		"a = '\xff'":                             Equal("a", "\xff"),
		"a = b":                                  text{key: "a"}.same(text{key: "b"}),
		"a <> [b c]":                             Not(text{key: "a"}.same(text{key: "b c"})),
		"a = user.b":                             text{key: "a"}.same(text{key: "b"}),
		"LOWER(a) = UPPER([b c])":                text{"a", lower}.same(text{"b c", upper}),
		"lower(a) = 'x'":                         text{"a", lower}.equal("x"),
		"'X' <> UPPER(a)":                        Not(text{"a", upper}.equal("X")),
		"LOWER(a) = TRUE":                        text{"a", lower}.equal("true"),
		"LOWER(a) IN ('x', 'y')":                 text{"a", lower}.in([]string{"x", "y"}),
		"LOWER(a) NOT LIKE 'x%'":                 Not(text{"a", lower}.prefix("x")),
		"LOWER(a) LIKE '%x'":                     text{"a", lower}.like(split("%x", 0)),
		"LOWER(a) BETWEEN 'a' AND 'b'":           text{"a", lower}.between("a", "b"),
		"lower = 'x'":                            Equal("lower", "x"),
		"length > 3 AND upper IS NULL":           And(Greater("length", 3), Not(Exists("upper"))),
		"a BETWEEN 'a' AND 'b'":                  Between("a", "a", "b"),
		"a NOT BETWEEN 'a' AND 'a'":              Not(Between("a", "a", "a")),
		"a BETWEEN ('10') AND '30'":              Between("a", "10", "30"),
		"a BETWEEN '10' AND '30a'":               Between("a", "10", "30a"),
		"a BETWEEN '' AND 'b' AND b = 1":         And(Between("a", "", "b"), EqualNumber("b", 1)),
		"a > b":                                  compare(numberOf("a"), greater, numberOf("b")),
		"a <= \"b c\"":                           compare(numberOf("a"), atMost, numberOf("b c")),
		"+a = b":                                 compare(numberOf("a"), equal, numberOf("b")),
		"a <> b + 0":                             Not(compare(numberOf("a"), equal, calculated(numberOf("b"), exAdd, constantOf(0)))),
		"LENGTH(a) > 3":                          compare(lengthOf("a"), greater, constantOf(3)),
		"3 < length(a)":                          compare(lengthOf("a"), greater, constantOf(3)),
		"LENGTH(a) = b":                          compare(lengthOf("a"), equal, numberOf("b")),
		"LENGTH(a) IN (1, 2)":                    Or(compare(lengthOf("a"), equal, constantOf(1)), compare(lengthOf("a"), equal, constantOf(2))),
		"a + 1 > 3":                              compare(calculated(numberOf("a"), exAdd, constantOf(1)), greater, constantOf(3)),
		"a-1 > 3":                                compare(calculated(numberOf("a"), exSubtract, constantOf(1)), greater, constantOf(3)),
		"1 + 2 * 3 = a":                          EqualNumber("a", 7),
		"a = (1)":                                EqualNumber("a", 1),
		"(a) = ('x')":                            Equal("a", "x"),
		"((a)) IN ('x')":                         Equal("a", "x"),
		"(a) NOT LIKE '%x' AND (b) IS NULL":      And(Not(Like("a", "%x")), Not(Exists("b"))),
		"((a = 1) AND (b) = 2)":                  And(EqualNumber("a", 1), EqualNumber("b", 2)),
		"2 * 3 = 6":                              {},
		"-(2) < a":                               Greater("a", -2),
		"- - a = -1":                             compare(numberOf("a").minus().minus(), equal, constantOf(-1)),
		"a BETWEEN b AND c + 1":                  And(compare(numberOf("a"), atLeast, numberOf("b")), compare(numberOf("a"), atMost, calculated(numberOf("c"), exAdd, constantOf(1)))),
		"a + 0 BETWEEN 1 AND 2":                  And(compare(calculated(numberOf("a"), exAdd, constantOf(0)), atLeast, constantOf(1)), compare(calculated(numberOf("a"), exAdd, constantOf(0)), atMost, constantOf(2))),
		"(a + b) * 2 >= c OR (d = 1)": Or(compare(calculated(calculated(numberOf("a"), exAdd, numberOf("b")), exMultiply, constantOf(2)),
			atLeast, numberOf("c")), EqualNumber("d", 1)),
	} {
		got, err := Parse(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %v, %v\nwant %v", text, got, err, want)
		}
	}
}

// Every number that a filter can hold is printed so that it parses.
func TestNumbersPrintAndParse(t *testing.T) {
	for _, n := range []float64{0, math.Copysign(0, -1), 1e6, 123456789, 0.000001, 1e-7, 1e20, 1e21,
		math.MaxFloat64, math.SmallestNonzeroFloat64, 1.0 / 3, -2e-300,
		math.Inf(1), math.Inf(-1), math.NaN()} {
		for _, f := range []Filter{EqualNumber("a", n), Less("a", n), AtMost("a", n), Greater("a", n), AtLeast("a", n)} {
			got, err := Parse(f.String())
			if err != nil || !reflect.DeepEqual(got, f) {
				t.Errorf("%v of %v: got %v, %v", f, n, got, err)
			}
		}
	}
}

// No property's number is infinite, so bounds that are can be written as finite ones.
func TestInfiniteBounds(t *testing.T) {
	inf := math.Inf(1)
	for _, value := range []string{"-1.7976931348623157e308", "-1", "0", "1.7976931348623157e308"} {
		for _, f := range []Filter{Less("k", inf), AtMost("k", inf), Greater("k", -inf), AtLeast("k", -inf)} {
			wantTruth(t, f, values{"k": value}, True)
		}
		for _, f := range []Filter{Less("k", -inf), AtMost("k", -inf), Greater("k", inf), AtLeast("k", inf),
			EqualNumber("k", inf), EqualNumber("k", -inf), EqualNumber("k", math.NaN()), Less("k", math.NaN()),
			AtLeast("k", math.NaN())} {
			wantTruth(t, f, values{"k": value}, False)
			wantTruth(t, f, values{"k": "x"}, Unknown)
			wantTruth(t, f, values{}, Unknown)
		}
	}
}

package filter

import "testing"

func TestFiltersPrintAsAWhereClause(t *testing.T) {
	a, b := Equal("a", "1"), Greater("b", 2.5)
	for want, f := range map[string]Filter{
		`TRUE`:                                 {},
		`FALSE`:                                Or(),
		`a = '1'`:                              a,
		`b > 2.5`:                              b,
		`b < -1`:                               Less("b", -1),
		`b <= 1e+21`:                           AtMost("b", 1e21),
		`b >= 0`:                               AtLeast("b", 0),
		`b = 30`:                               EqualNumber("b", 30),
		`a IN ('x', 'it''s')`:                  In("a", "x", "it's"),
		`PREFIX(a, 'x')`:                       Prefix("a", "x"),
		`EXISTS(a)`:                            Exists("a"),
		`NOT EXISTS(a)`:                        Not(Exists("a")),
		`NOT NOT a = '1'`:                      Not(Not(a)),
		`a = '1' AND b > 2.5`:                  And(a, b),
		`a = '1' OR b > 2.5`:                   Or(a, b),
		`(a = '1' OR b > 2.5) AND a = '1'`:     And(Or(a, b), a),
		`NOT (a = '1' AND b > 2.5)`:            Not(And(a, b)),
		`a = '1' AND b > 2.5 AND EXISTS(c)`:    And(And(a, b), Exists("c")),
		`(a = '1' AND b > 2.5) OR NOT b > 2.5`: Or(And(a, b), Not(b)),
		`"sequence number" = ''`:               Equal("sequence number", ""),
		`"say ""x""" = '1'`:                    Equal(`say "x"`, "1"),
		`"1st" = '1'`:                          Equal("1st", "1"),
		`"" = '1'`:                             Equal("", "1"),
		`"größe" = '1'`:                        Equal("größe", "1"),
		`"a[" = '1'`:                           Equal("a[", "1"),
		`_a1 = '1'`:                            Equal("_a1", "1"),
	} {
		if got := f.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

package filter

import "testing"

func TestFiltersPrintAsAWhereClause(t *testing.T) {
	a, b := Equal("a", "1"), Greater("b", 2.5)
	for want, f := range map[string]Filter{
		`TRUE`:                  {},
		`FALSE`:                 Or(),
		`a = '1'`:               a,
		`b > 2.5`:               b,
		`b < -1`:                Less("b", -1),
		`b <= 1e+21`:            AtMost("b", 1e21),
		`b >= 0`:                AtLeast("b", 0),
		`b = 30`:                EqualNumber("b", 30),
		`a IN ('x', 'it''s')`:   In("a", "x", "it's"),
		`a LIKE 'x%'`:           Prefix("a", "x"),
		`a IN (1, 2.5)`:         Or(EqualNumber("a", 1), EqualNumber("a", 2.5)),
		`a NOT IN (1, 2)`:       Not(Or(EqualNumber("a", 1), EqualNumber("a", 2))),
		`NOT (a = 1 OR b = 1)`:  Not(Or(EqualNumber("a", 1), EqualNumber("b", 1))),
		`a IN (1, 2) AND b = 3`: And(Or(EqualNumber("a", 1), EqualNumber("a", 2)), EqualNumber("b", 3)),
		`a IN ('x', 'y') OR a IN (1, 2) OR b = 3 OR a = 4`: Or(In("a", "x", "y"), EqualNumber("a", 1),
			EqualNumber("a", 2), EqualNumber("b", 3), EqualNumber("a", 4)),
		`a BETWEEN 1 AND 2`:     And(AtLeast("a", 1), AtMost("a", 2)),
		`a NOT BETWEEN 1 AND 2`: Not(And(AtLeast("a", 1), AtMost("a", 2))),
		`a BETWEEN 1 AND 2 AND a BETWEEN 3 AND 4 AND a >= 5`: And(AtLeast("a", 1), AtMost("a", 2),
			AtLeast("a", 3), AtMost("a", 4), AtLeast("a", 5)),
		`a BETWEEN 1 AND 2 OR b = 3`:           Or(And(AtLeast("a", 1), AtMost("a", 2)), EqualNumber("b", 3)),
		`a >= 2 AND a <= 1`:                    And(AtLeast("a", 2), AtMost("a", 1)),
		`a >= 1 AND b <= 2`:                    And(AtLeast("a", 1), AtMost("b", 2)),
		`a <= 2 AND a >= 1`:                    And(AtMost("a", 2), AtLeast("a", 1)),
		`a NOT LIKE '%b'`:                      Not(Like("a", "%b")),
		`a NOT IN ('x', 'y')`:                  Not(In("a", "x", "y")),
		`a LIKE '50\%%' ESCAPE '\'`:            Prefix("a", "50%"),
		`a LIKE 'C:\%'`:                        Prefix("a", `C:\`),
		`a LIKE '\\\_%' ESCAPE '\'`:            Prefix("a", `\_`),
		`a NOT LIKE '%'`:                       In("a"),
		`b = 1000000`:                          EqualNumber("b", 1e6),
		`b = 1e-07`:                            EqualNumber("b", 1e-7),
		`"and" = '1'`:                          Equal("and", "1"),
		`prefix = '1'`:                         Equal("prefix", "1"),
		`EXISTS(a)`:                            Exists("a"),
		`NOT EXISTS(a)`:                        Not(Exists("a")),
		`NOT a <> '1'`:                         Not(Not(a)),
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

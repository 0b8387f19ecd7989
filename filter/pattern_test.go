package filter

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/property"
)

func TestGoodPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		`{}`:                                                  `TRUE`,
		`{"kind":["cpu"]}`:                                    `kind = 'cpu'`,
		`{"kind":["cpu","memory"]}`:                           `kind IN ('cpu', 'memory')`,
		`{"kind":["cpu"],"value":[30]}`:                       `kind = 'cpu' AND value = 30`,
		`{"v":[30.5, "x", -2e3]}`:                             `v = 'x' OR v IN (30.5, -2000)`,
		`{"v":[true, false]}`:                                 `v = 'true' OR v = 'false'`,
		`{"v":[{"exists":true}]}`:                             `EXISTS(v)`,
		`{"v":[{"exists":false}]}`:                            `NOT EXISTS(v)`,
		`{"v":["x",{"exists":false}]}`:                        `v = 'x' OR NOT EXISTS(v)`,
		`{"v":[{"prefix":"ab"}]}`:                             `v LIKE 'ab%'`,
		`{"v":[{"anything-but":"x"}]}`:                        `v <> 'x'`,
		`{"v":[{"anything-but":5}]}`:                          `v <> 5`,
		`{"v":[{"anything-but":true}]}`:                       `v <> 'true'`,
		`{"v":[{"anything-but":["x","y"]}]}`:                  `v NOT IN ('x', 'y')`,
		`{"v":[{"anything-but":["x",5]}]}`:                    `NOT (v = 'x' OR v = 5)`,
		`{"v":[{"anything-but":{"prefix":"x"}}]}`:             `v NOT LIKE 'x%'`,
		`{"v":[{"numeric":[">",30]}]}`:                        `v > 30`,
		`{"v":[{"numeric":[">=",3,"<=",3]}]}`:                 `v BETWEEN 3 AND 3`,
		`{"v":[{"suffix":".png"}]}`:                           `v LIKE '%.png'`,
		`{"v":[{"suffix":"50%_"}]}`:                           `v LIKE '%50\%\_' ESCAPE '\'`,
		`{"v":[{"suffix":""}]}`:                               `v LIKE '%'`,
		`{"v":[{"anything-but":{"suffix":"x"}}]}`:             `v NOT LIKE '%x'`,
		`{"v":[{"equals-ignore-case":"ÄB"}]}`:                 `LOWER(v) = 'äb'`,
		`{"v":[{"anything-but":{"equals-ignore-case":"B"}}]}`: `LOWER(v) <> 'b'`,
		`{"v":[{"prefix":{"equals-ignore-case":"Ab"}}]}`:      `LOWER(v) LIKE 'ab%'`,
		`{"v":[{"suffix":{"equals-ignore-case":"Ab"}}]}`:      `LOWER(v) LIKE '%ab'`,
		`{"v":[{"wildcard":"a*b*"}]}`:                         `v LIKE 'a%b%'`,
		`{"v":[{"wildcard":"a\\*\\\\*é\\x_%"}]}`:              `v LIKE 'a*\\%é\\x\_\%' ESCAPE '\'`,
		`{"v":[{"wildcard":"abc"}]}`:                          `v = 'abc'`,
		`{"v":[{"anything-but":{"wildcard":"*a*"}}]}`:         `v NOT LIKE '%a%'`,
		`{"$or":[{"a":[1]},{"b":["x"],"c":[2]}]}`:             `a = 1 OR (b = 'x' AND c = 2)`,
		`{"k":["v"],"$or":[{"a":[1]},{"b":[1]}]}`:             `k = 'v' AND (a = 1 OR b = 1)`,
		`{"$or":[{"a":[1]},{"$or":[{"b":[1]},{"c":[1]}]}]}`:   `a = 1 OR b = 1 OR c = 1`,
		`{"$or":[{"a":[1]}]}`:                                 `a = 1`,
		`{"$or":[{}]}`:                                        `TRUE`,
		`{"v":[{"numeric":[">=",-3,"<",4.5]}]}`:               `v >= -3 AND v < 4.5`,
		`{"v":[{"numeric":["=",3]},{"numeric":["<=",1]}]}`:    `v = 3 OR v <= 1`,
		" {\n\t\"a b\" : [ \"\\u00fc\" ] }\n":                 `"a b" = 'ü'`,
		`{"a":["1"],"b":["2","3",4]}`:                         `a = '1' AND (b IN ('2', '3') OR b = 4)`,
	} {
		f, err := ParsePattern([]byte(pattern))
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
		} else if got := f.String(); got != want {
			t.Errorf("%s\n got %s\nwant %s", pattern, got, want)
		}
	}
}

const wantsPattern = `; want an object of property names and arrays of conditions, such as {"kind": ["cpu"]}`
const wantsCondition = `; want a string, a number, true, false, or one of ` +
	`{"anything-but": …}, {"equals-ignore-case": …}, {"exists": …}, {"numeric": …}, {"prefix": …}, {"suffix": …}, {"wildcard": …}`
const wantsPairs = `; want operators and numbers in turn, such as [">", 30, "<=", 90]`

const wantsPatterns = `; want an array of them, such as [{"kind": ["cpu"]}, {"temp": [30]}]`
const wantsRange = `; want the smaller first, as in [">=", 10, "<=", 20]`
const wantsOperator = `; want one of <, <=, =, >=, >`

func TestBadPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		``:                            `the pattern ends too early` + wantsPattern,
		`{`:                           `the pattern ends too early` + wantsPattern,
		`{"a":["b`:                    `the pattern ends too early` + wantsPattern,
		`{} {}`:                       `text after the pattern's end` + wantsPattern,
		`{}]`:                         `text after the pattern's end` + wantsPattern,
		`{"a" "b"}`:                   `not JSON: invalid character '"' after object key` + wantsPattern,
		`{"a":["b",]}`:                `not JSON: invalid character ']' looking for beginning of value` + wantsPattern,
		"{\"a\":[\"\xff\"]}":          `not JSON: invalid UTF-8` + wantsPattern,
		`[[[[[[[[[[1]]]]]]]]]]`:       `nested too deeply` + wantsPattern,
		`[]`:                          `a filter cannot be an array` + wantsPattern,
		`null`:                        `a filter cannot be null` + wantsPattern,
		`"kind"`:                      `a filter cannot be a string` + wantsPattern,
		`{"a":"b"}`:                   `a: conditions cannot be a string; want an array of conditions: ["b"]`,
		`{"a":5}`:                     `a: conditions cannot be a number; want an array of conditions: [5]`,
		`{"a":{"exists":true}}`:       `a: conditions cannot be an object; want an array of conditions: [{"exists": …}]`,
		`{"a":{"b":["x"]}}`:           `a: conditions cannot be an object; properties are flat, and hold no object; want an array of conditions, such as ["cpu"]`,
		`{"a":{}}`:                    `a: conditions cannot be an object; properties are flat, and hold no object; want an array of conditions, such as ["cpu"]`,
		`{"a":{"exists":true,"b":1}}`: `a: conditions cannot be an object; properties are flat, and hold no object; want an array of conditions, such as ["cpu"]`,
		`{"a":true}`:                  `a: conditions cannot be a boolean; want an array of conditions: [true]`,
		`{"$or":{}}`:                  `["$or"]: $or needs patterns` + wantsPatterns,
		`{"$or":[]}`:                  `["$or"]: $or needs patterns` + wantsPatterns,
		`{"$or":["x"]}`:               `["$or"][0]: a filter cannot be a string` + wantsPattern,
		`{"$or":[{"a":5},{"$or":[{"b":[null]}]}]}`: `["$or"][0].a: conditions cannot be a number; want an array of conditions: [5]` + "\n" +
			`["$or"][1]["$or"][0].b[0]: properties have no null; want {"exists": false} for absence`,
		`{"$or":[{"a":[1]}],"$or":[{"a":[2]}]}`:           `["$or"]: the property is named twice; put its conditions into one array`,
		`{"a":[{"suffix":["x"]}]}`:                        `a[0].suffix: a suffix cannot be an array; want a string`,
		`{"a":[{"wildcard":null}]}`:                       `a[0].wildcard: a wildcard cannot be null; want a string`,
		`{"a":[{"equals-ignore-case":1}]}`:                `a[0].equals-ignore-case: equals-ignore-case cannot be a number; want a string`,
		`{"a":[{"prefix":{"equals-ignore-case":1}}]}`:     `a[0].prefix.equals-ignore-case: a prefix cannot be a number; want a string`,
		`{"a":[{"prefix":{"suffix":"x"}}]}`:               `a[0].prefix: a prefix cannot be an object; want a string`,
		`{"a":[{"wildcard":{"equals-ignore-case":"x"}}]}`: `a[0].wildcard: a wildcard cannot be an object; want a string`,
		`{"a":[{"anything-but":{"suffix":true}}]}`:        `a[0].anything-but.suffix: a suffix cannot be a boolean; want a string`,
		`{"a":[{"cidr":"10.0.0.0/8"}]}`:                   `a[0].cidr: unknown condition "cidr"` + wantsCondition,
		`{"a":[{"numeric":[">=",5,"<=",1]}]}`:             `a[0].numeric: no number is between a larger and a smaller one` + wantsRange,
		`{"a":[{"numeric":[">",5,"<",5]}]}`:               `a[0].numeric: no number is between a larger and a smaller one` + wantsRange,
		`{"a":[{"numeric":["=",5,"=",6]}]}`:               `a[0].numeric: no number is between a larger and a smaller one` + wantsRange,
		`{"a":[{"numeric":[true,1,null,1,[],1,{},1,"x",1]}]}`: `a[0].numeric[0]: unknown operator true` + wantsOperator + "\n" +
			`a[0].numeric[2]: unknown operator null` + wantsOperator + "\n" +
			`a[0].numeric[4]: unknown operator an array` + wantsOperator + "\n" +
			`a[0].numeric[6]: unknown operator an object` + wantsOperator + "\n" +
			`a[0].numeric[8]: unknown operator "x"` + wantsOperator,
		`{"a":null}`:                                   `a: conditions cannot be null; want an array of conditions`,
		`{"a":[]}`:                                     `a: an empty array of conditions matches nothing` + wantsCondition,
		`{"a":["b"],"a":["c"]}`:                        `a: the property is named twice; put its conditions into one array`,
		`{"a\u0000":["b"]}`:                            `["a\x00"]: a property name cannot hold NUL`,
		`{"a":[null]}`:                                 `a[0]: properties have no null; want {"exists": false} for absence`,
		`{"a":[["b"]]}`:                                `a[0]: a condition cannot be an array` + wantsCondition,
		`{"a":["b",{}]}`:                               `a[1]: a condition object has one key, this has 0` + wantsCondition,
		`{"a":[{"prefix":"a","exists":true}]}`:         `a[0]: a condition object has one key, this has 2` + wantsCondition,
		`{"a":[{"prefx":"a"}]}`:                        `a[0].prefx: unknown condition "prefx"; did you mean "prefix"?`,
		`{"a":[{"Exists":true}]}`:                      `a[0].Exists: unknown condition "Exists"; did you mean "exists"?`,
		`{"a":[{"prefix":5}]}`:                         `a[0].prefix: a prefix cannot be a number; want a string`,
		`{"a":[{"exists":"true"}]}`:                    `a[0].exists: exists cannot be a string; want true or false`,
		`{"a":[{"anything-but":null}]}`:                `a[0].anything-but: anything-but cannot be null; want a string, a number, an array of them, or {"prefix": text}, {"suffix": text} and the like`,
		`{"a":[{"anything-but":{"numeric":[">",1]}}]}`: `a[0].anything-but: anything-but cannot be an object; want a string, a number, an array of them, or {"prefix": text}, {"suffix": text} and the like`,
		`{"a":[{"anything-but":{"prefix":5}}]}`:        `a[0].anything-but.prefix: a prefix cannot be a number; want a string`,
		`{"a":[{"anything-but":[]}]}`:                  `a[0].anything-but: an empty array excludes nothing; want {"exists": true} for presence`,
		`{"a":[{"anything-but":["x",null]}]}`:          `a[0].anything-but[1]: anything-but cannot list null; want strings and numbers`,
		`{"a":[{"numeric":[]}]}`:                       `a[0].numeric: numeric needs pairs of operator and number` + wantsPairs,
		`{"a":[{"numeric":[">"]}]}`:                    `a[0].numeric: numeric needs pairs of operator and number` + wantsPairs,
		`{"a":[{"numeric":5}]}`:                        `a[0].numeric: numeric needs pairs of operator and number` + wantsPairs,
		`{"a":[{"numeric":["~",5]}]}`:                  `a[0].numeric[0]: unknown operator "~"; want one of <, <=, =, >=, >`,
		`{"a":[{"numeric":[5,">"]}]}`: `a[0].numeric[0]: unknown operator 5; want one of <, <=, =, >=, >` + "\n" +
			`a[0].numeric[1]: numeric compares with a number, not a string` + wantsPairs,
		`{"a":[{"numeric":[">","5"]}]}`:   `a[0].numeric[1]: numeric compares with a number, not a string` + wantsPairs,
		`{"a":[1e999]}`:                   `a[0]: number out of range: 1e999; want a number that a float64 can hold`,
		`{"a":[{"numeric":[">",1e999]}]}`: `a[0].numeric[1]: number out of range: 1e999; want a number that a float64 can hold`,
		`{"a":[null],"b":5,"x.y":[[]]}`: `a[0]: properties have no null; want {"exists": false} for absence` + "\n" +
			`b: conditions cannot be a number; want an array of conditions: [5]` + "\n" +
			`["x.y"][0]: a condition cannot be an array` + wantsCondition,
	} {
		f, err := ParsePattern([]byte(pattern))
		var list fault.List
		if !errors.As(err, &list) || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", pattern, err, want)
		}
		if truth, _ := match(f, values{"a": "b"}); truth != False {
			t.Errorf("%s: the filter beside the error lets messages through", pattern)
		}
	}
}

// A pattern has the bounds of a condition: what it prints as can be read.
func TestPatternsAreBounded(t *testing.T) {
	list := func(piece string, n int) string { return strings.TrimSuffix(strings.Repeat(piece+",", n), ",") }
	for _, c := range []struct{ pattern, want string }{
		{`{"a":["` + strings.Repeat("x", textMax-10) + `"]}`, ""},
		{`{"a":["` + strings.Repeat("x", textMax) + `"]}`, "a pattern of 65546 bytes; want 65536 at most"},
		{`{"a":[` + list("1", conditionsMax) + `]}`, ""},
		{`{"a":[` + list("1", conditionsMax+1) + `]}`, "a[4096]: more than 4096 conditions; want a smaller filter"},
		{`{"a":[` + list(`"x"`, 2*conditionsMax) + `]}`, ""},
		{`{"a":[{"numeric":[` + list(`">",1`, conditionsMax) + `]}]}`, ""},
		{`{"a":[{"numeric":[` + list(`">",1`, conditionsMax+1) + `]}]}`, "a[0].numeric: more than 4096 conditions; want a smaller filter"},
		{`{"$or":[` + list(`{"a":["x"]}`, conditionsMax) + `]}`, ""},
		{`{"$or":[` + list(`{"a":["x"]}`, conditionsMax+2) + `]}`, `["$or"][4096].a: more than 4096 conditions; want a smaller filter`},
		{`{"a":[` + list(`{"wildcard":"*x*"}`, searchesMax) + `]}`, ""},
		{`{"a":[` + list(`{"wildcard":"*x*"}`, searchesMax+1) + `]}`, "a[256].wildcard: too much to search for: more than 256 texts " +
			"between two %; want fewer; one with a _ between characters counts as four, and one more for 64 characters beyond the first 64"},
		{`{"a":[{"wildcard":"` + strings.Repeat("x", patternMax+1) + `*y"}]}`,
			"a[0].wildcard: a pattern of more than 1024 bytes beside its %; want a shorter one"},
	} {
		f, err := ParsePattern([]byte(c.pattern))
		if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && got != c.want {
			t.Errorf("%.60s: got %.300s, want %s", c.pattern, got, c.want)
		}
		if printed := f.String(); err == nil && len(printed) <= textMax {
			if again, err := Parse(printed); err != nil || again.String() != printed {
				t.Errorf("%.60s does not come back: %v", c.pattern, err)
			}
		}
	}
}

// One long key above many mistakes must not be printed with each of them.
func TestManyMistakesUnderALongKey(t *testing.T) {
	pattern := `{"` + strings.Repeat("k", 1<<13) + `":[` + strings.Repeat("null,", 1<<10) + `null]}`
	_, err := ParsePattern([]byte(pattern))
	if err == nil || len(err.Error()) > 30*len(pattern) {
		t.Fatalf("an error of %d bytes for a pattern of %d", len(err.Error()), len(pattern))
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, pattern := range []string{`{}`, `{"a":["b",1,true]}`, `{"a":[{"numeric":[">",3,"<=",4]}]}`,
		`{"a":[{"anything-but":["x",5]},{"exists":false}]}`, `{"a":[{"anything-but":{"prefix":"x"}}]}`,
		`{"a":"b"}`, `[[[[[[[[[`, `{"a":[null,[],{}],"a":[]}`, "\xff", `{"a":["\ud800"]}`} {
		f.Add([]byte(pattern))
	}
	keys := property.NewKeys(8)
	v := viewOf(keys, values{"a": "b", "": "1e3"})
	f.Fuzz(func(t *testing.T, pattern []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		filter, err := ParsePattern(pattern)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20+uint64(len(pattern))*2000 {
			t.Fatalf("%d bytes taken to read %d", taken, len(pattern))
		}
		var list fault.List
		if err != nil && (!errors.As(err, &list) || len(list) == 0 || err.Error() == "") {
			t.Fatalf("not a list of faults: %#v", err)
		}
		var p Probe
		truth := Compile(filter, keys).Match(v, &p)
		if err != nil && truth != False || filter.String() == "" {
			t.Fatalf("%v beside %v", truth, err)
		}
	})
}

// Each number of a range that is none is a mistake of its own.
func TestEveryNumberOfARangeIsLookedAt(t *testing.T) {
	_, err := ParsePattern([]byte(`{"v":[{"numeric":[">","a","<","b"]}]}`))
	if err == nil || strings.Count(err.Error(), "numeric compares with a number") != 2 {
		t.Error(err)
	}
}

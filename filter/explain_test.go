package filter

import (
	"fmt"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	message := values{"kind": "cpu", "temp": "25", "state": "hot", "a b": "1", "quote": "it's", "esc": "\x1b[31m",
		"a1": "0", "a2": "0", "a3": "0", "a4": "0", "a5": "0"}
	for text, want := range map[string]string{
		"TRUE":                       "TRUE is true: it accepts every message",
		"FALSE":                      "FALSE is false: it accepts no message",
		"NOT FALSE":                  "NOT FALSE is true: it accepts every message",
		"kind = 'cpu'":               "kind = 'cpu' is true: kind is 'cpu'",
		"kind <> 'cpu'":              "kind <> 'cpu' is false: kind is 'cpu'",
		"kind IN ('gpu', 'ram')":     "kind IN ('gpu', 'ram') is false: kind is 'cpu'",
		"kind NOT IN ('gpu', 'ram')": "kind NOT IN ('gpu', 'ram') is true: kind is 'cpu'",
		"kind LIKE 'c_u'":            "kind LIKE 'c_u' is true: kind is 'cpu'",
		"kind NOT LIKE 'c%'":         "kind NOT LIKE 'c%' is false: kind is 'cpu'",
		"temp > 30":                  "temp > 30 is false: temp is '25'",
		"temp BETWEEN 20 AND 30":     "temp BETWEEN 20 AND 30 is true: temp is '25'",
		"temp NOT BETWEEN 30 AND 40": "temp NOT BETWEEN 30 AND 40 is true: temp is '25'",
		"state > 30":                 "state > 30 is unknown: state is 'hot', which is not a number",
		"NOT state > 30":             "NOT state > 30 is unknown: state is 'hot', which is not a number",
		"gone > 30":                  "gone > 30 is unknown: the message has no property gone",
		"gone <> 'x'":                "gone <> 'x' is unknown: the message has no property gone",
		"EXISTS(gone)":               "EXISTS(gone) is false: the message has no property gone",
		"gone IS NULL":               "NOT EXISTS(gone) is true: the message has no property gone",
		"EXISTS(kind)":               "EXISTS(kind) is true: the message has the property kind",
		"[a b] = 2":                  `"a b" = 2 is false: "a b" is '1'`,
		"quote = 'x'":                "quote = 'x' is false: quote is 'it''s'",
		"esc = 'x'":                  "esc = 'x' is false: esc is '·[31m'",
		"kind = 'cpu' AND temp > 20": "kind = 'cpu' is true: kind is 'cpu'; temp > 20 is true: temp is '25'",
		"kind = 'cpu' AND temp > 30": "temp > 30 is false: temp is '25'",
		"gone = 1 AND temp > 30":     "temp > 30 is false: temp is '25'",
		"gone = 1 AND temp > 20 AND no = 'x'": "gone = 1 is unknown: the message has no property gone; " +
			"no = 'x' is unknown: the message has no property no",
		"kind = 'x' OR temp > 30":                "kind = 'x' is false: kind is 'cpu'; temp > 30 is false: temp is '25'",
		"kind = 'x' OR gone = 1":                 "gone = 1 is unknown: the message has no property gone",
		"gone = 1 OR temp > 20":                  "temp > 20 is true: temp is '25'",
		"NOT (kind = 'cpu' AND temp > 20)":       "kind = 'cpu' is true: kind is 'cpu'; temp > 20 is true: temp is '25'",
		"NOT (kind = 'cpu' AND gone = 1)":        "gone = 1 is unknown: the message has no property gone",
		"NOT NOT kind = 'cpu'":                   "kind <> 'cpu' is false: kind is 'cpu'",
		"(kind = 'x' OR gone = 1) AND temp > 20": "gone = 1 is unknown: the message has no property gone",
		"kind = 'x' AND temp > 30":               "kind = 'x' is false: kind is 'cpu'",
		"kind = 'cpu' OR temp > 20":              "kind = 'cpu' is true: kind is 'cpu'",
		"LOWER(kind) = 'CPU'":                    "LOWER(kind) = 'CPU' is false: kind is 'cpu'",
		"UPPER(kind) LIKE 'C%'":                  "UPPER(kind) LIKE 'C%' is true: kind is 'cpu'",
		"kind BETWEEN 'a' AND 'd'":               "kind BETWEEN 'a' AND 'd' is true: kind is 'cpu'",
		"kind = state":                           "kind = state is false: kind is 'cpu', state is 'hot'",
		"kind = kind":                            "kind = kind is true: kind is 'cpu'",
		"kind <> gone":                           "kind <> gone is unknown: the message has no property gone",
		"temp * 2 > [a b] + 3":                   `temp * 2 > "a b" + 3 is true: temp is '25', "a b" is '1'`,
		"temp > state":                           "temp > state is unknown: state is 'hot', which is not a number",
		"LENGTH(state) > temp":                   "LENGTH(state) > temp is false: state is 'hot', temp is '25'",
		"temp / (temp - 25) > 0":                 "temp / (temp - 25) > 0 is unknown: temp is '25', the result is no number that a float64 can hold",
		"NOT temp + gone > 0":                    "NOT temp + gone > 0 is unknown: the message has no property gone",
		"temp IN (1, 25)":                        "temp IN (1, 25) is true: temp is '25'",
		"temp NOT IN (1, 25)":                    "temp NOT IN (1, 25) is false: temp is '25'",
		"state IN (1, 25)":                       "state IN (1, 25) is unknown: state is 'hot', which is not a number",
		"gone NOT BETWEEN 1 AND 2":               "gone NOT BETWEEN 1 AND 2 is unknown: the message has no property gone",
		"temp < 1 OR temp < 2 OR temp < 3 OR temp < 4 OR temp < 5": "temp < 1 is false: temp is '25'; " +
			"temp < 2 is false: temp is '25'; temp < 3 is false: temp is '25'; temp < 4 is false: temp is '25'; and 1 more",
		"a1 + a2 + a3 + a4 + a5 > 1": "a1 + a2 + a3 + a4 + a5 > 1 is false: a1 is '0', a2 is '0', a3 is '0', a4 is '0', and 1 more",
		"a1 + a2 + a3 > a4":          "a1 + a2 + a3 > a4 is false: a1 is '0', a2 is '0', a3 is '0', a4 is '0'",
		"temp < 1 OR temp < 2 OR temp < 3 OR temp < 4 OR temp < 5 OR temp < 6": "temp < 1 is false: temp is '25'; " +
			"temp < 2 is false: temp is '25'; temp < 3 is false: temp is '25'; temp < 4 is false: temp is '25'; and 2 more",
	} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(text, err)
		}
		e := explain(f, message)
		truth, _ := match(f, message)
		if e.String() != want || e.Truth != truth {
			t.Errorf("%s is %v\n got %v\nwant %s", text, e.Truth, e, want)
		}
	}
}

func TestExplanationsAreShort(t *testing.T) {
	long := strings.Repeat("ä", 1<<12)
	for _, f := range []Filter{Equal("k", long), Equal(long, "x"), In("k", strings.Fields(strings.Repeat("word ", 5000))...)} {
		if e := explain(f, values{"k": long, long: "x"}); len(e.String()) > 400 || strings.Contains(e.String(), "\ufffd") {
			t.Errorf("%d bytes: %v", len(e.String()), e)
		}
	}
}

func TestTruthsHaveNames(t *testing.T) {
	if got := fmt.Sprint(False, Unknown, True); got != "false unknown true" {
		t.Error(got)
	}
}

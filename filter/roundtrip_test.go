package filter

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// checkRoundTrip prints a filter and parses what was printed.
func checkRoundTrip(numbers []uint16) (bool, error) {
	t := &tape{numbers: numbers}
	f, _ := t.filter(4)
	again, err := Parse(f.String())
	if err != nil {
		return false, err
	}
	if !reflect.DeepEqual(f, again) {
		return false, fmt.Errorf("%v came back as %v", f, again)
	}
	return true, nil
}

func TestPrintedFiltersParseToTheSame(t *testing.T) {
	forAllTapes(t, "same filter", 6000, 60, checkRoundTrip)
}

// sentence reads a condition as a person may write it, and its naive twin.
func (t *tape) sentence(depth int) (string, verdict) {
	kind := t.next(16)
	if kind < 12 || depth == 0 {
		return t.clause(kind)
	}
	if kind == 12 {
		s, v := t.sentence(depth - 1)
		return t.word("NOT") + t.in(s), func(m values) string {
			return map[string]string{"true": "false", "false": "true", "unknown": "unknown"}[v(m)]
		}
	}
	word, order := "AND", []string{"false", "unknown", "true"}
	if kind == 13 {
		word, order = "OR", []string{"true", "unknown", "false"}
	}
	var texts []string
	var vs []verdict
	for range 1 + t.next(3) {
		s, v := t.sentence(depth - 1)
		texts, vs = append(texts, t.in(s)), append(vs, v)
	}
	return strings.Join(texts, " "+t.word(word)),
		func(m values) string { return firstOf(vs, m, order...) }
}

// in puts a condition into parentheses.
func (t *tape) in(s string) string { return "(" + strings.Repeat(" ", t.next(2)) + s + ")" }

// word is a keyword in any case with blanks behind it.
func (t *tape) word(keyword string) string {
	blank := []string{" ", "\n", "\t "}[t.next(3)]
	if t.next(2) == 0 {
		return strings.ToLower(keyword) + blank
	}
	return keyword + blank
}

// named is a key, or the same key as it may also be written.
func (t *tape) named(key string) string {
	switch t.next(4) {
	case 0:
		return "[" + key + "]"
	case 1:
		return `"` + key + `"`
	case 2:
		return "user." + name(key)
	}
	return name(key)
}

// clause reads a predicate in words.
func (t *tape) clause(kind int) (string, verdict) {
	k, text, other := t.key(), t.value(), t.value()
	n, more := float64(t.next(5)-3), float64(t.next(3))
	key := t.named(k) + " "
	not, yes := t.word(""), true
	if t.next(2) == 0 {
		not, yes = t.word("NOT"), false
	}
	switch kind {
	case 0:
		return key + t.word("IS") + not + t.word("NULL"), func(m values) string {
			_, there := m[k]
			return fmt.Sprint(there != yes)
		}
	case 1:
		return key + not + t.word("IN") + "(" + quote(text) + "," + quote(other) + ")",
			onText(k, func(s string) bool { return (s == text || s == other) == yes })
	case 2:
		return key + not + t.word("BETWEEN") + fmt.Sprint(n, " and ", n+more),
			onNumber(k, func(v float64) bool { return (v >= n && v <= n+more) == yes })
	case 3:
		pattern := t.pattern()
		like := likeness(pattern)
		return key + not + t.word("LIKE") + quote(pattern) + ` ESCAPE '\'`,
			onText(k, func(s string) bool { return like(s) == yes })
	case 4:
		return quote(text) + []string{"<>", "!="}[t.next(2)] + key,
			onText(k, func(s string) bool { return s != text })
	case 5:
		return fmt.Sprint(n, "<", key), onNumber(k, func(v float64) bool { return n < v })
	case 6:
		return fmt.Sprint(key, ">=", n), onNumber(k, func(v float64) bool { return v >= n })
	}
	switch kind {
	case 7:
		low := "(" + quote(text) + ")" // it may be a number
		if text > other {
			return key + not + t.word("IN") + "((" + quote(text) + "))", onText(k, func(s string) bool { return (s == text) == yes })
		}
		return key + not + t.word("BETWEEN") + low + t.word(" AND") + quote(other),
			onText(k, func(s string) bool { return (text <= s && s <= other) == yes })
	case 8:
		s := t.cased(k)
		return "(" + s.written(quoteName) + ") = " + quote(text), func(m values) string {
			if value, there := s.naive(m); there {
				return fmt.Sprint(value == text)
			}
			return "unknown"
		}
	case 9:
		one, other := t.cased(k), t.cased(t.key())
		return one.written(quoteName) + "=" + other.written(bracketName), func(m values) string { return naiveSame(one, other, m) }
	case 10:
		left, naive := t.expression(3)
		return "((" + left.String() + ")) * 1 >" + t.word("") + fmt.Sprint(n), func(m values) string {
			v, ok := naive(m)
			if !ok {
				return "unknown"
			}
			return fmt.Sprint(v > n)
		}
	}
	return key + "=" + quote(text), onText(k, func(s string) bool { return s == text })
}

func checkSentence(numbers []uint16) (bool, error) {
	t := &tape{numbers: numbers}
	messages := []values{t.message(), t.message(), t.message(), {}}
	text, naive := t.sentence(3)
	f, err := Parse(text)
	if err != nil {
		return false, fmt.Errorf("%s\n%w", text, err)
	}
	for _, m := range messages {
		if got, _ := match(f, m); got.String() != naive(m) {
			return false, fmt.Errorf("%s of %v is %v, want %s", text, m, got, naive(m))
		}
	}
	return true, nil
}

func TestSentencesMeanWhatTheySay(t *testing.T) {
	forAllTapes(t, "same truth", 6000, 80, checkSentence)
}

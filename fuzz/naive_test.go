package fuzz

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/millrace/millrace/filter"
)

// truth is of a message in the plainest words: a filter's meaning without an engine.
type truth func(v values) filter.Truth

func allOf(parts []truth) truth {
	return func(v values) filter.Truth {
		least := filter.True
		for _, p := range parts {
			least = min(least, p(v))
		}
		return least
	}
}

func anyOf(parts []truth) truth {
	return func(v values) filter.Truth {
		greatest := filter.False
		for _, p := range parts {
			greatest = max(greatest, p(v))
		}
		return greatest
	}
}

func not(part truth) truth {
	return func(v values) filter.Truth { return filter.True - part(v) }
}

func exists(key string) truth {
	return func(v values) filter.Truth {
		_, there := v[key]
		return truthOf(there)
	}
}

func truthOf(yes bool) filter.Truth {
	if yes {
		return filter.True
	}
	return filter.False
}

// onText is unknown of a message without the property.
func onText(key string, test func(s string) bool) truth {
	return func(v values) filter.Truth {
		s, there := v[key]
		if !there {
			return filter.Unknown
		}
		return truthOf(test(s))
	}
}

// onNumber is unknown, too, of one whose property is no number.
func onNumber(key string, test func(n float64) bool) truth {
	return func(v values) filter.Truth {
		n, ok := naiveNumber(v[key])
		if !ok {
			return filter.Unknown
		}
		return truthOf(test(n))
	}
}

var decimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

func naiveNumber(s string) (float64, bool) {
	if len(s) > 64 || !decimal.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

func equals(key string, texts ...string) truth {
	return onText(key, func(s string) bool { return slices.Contains(texts, s) })
}

// compares holds a property's number against n by an operator of SQL.
func compares(key, operator string, n float64) truth {
	return onNumber(key, func(x float64) bool {
		return strings.Contains(operator, "<") && x < n ||
			strings.Contains(operator, ">") && x > n ||
			strings.HasSuffix(operator, "=") && operator != "!=" && x == n
	})
}

// looksLike is LIKE by way of a regular expression. The pattern's runes are its characters.
func looksLike(key string, pattern []rune, escape rune) truth {
	b, escaped := strings.Builder{}, false
	b.WriteString("^(?s:")
	for _, r := range pattern {
		switch {
		case !escaped && r == escape:
			escaped = true
			continue
		case !escaped && r == '%':
			b.WriteString(".*")
		case !escaped && r == '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
		escaped = false
	}
	return onText(key, regexp.MustCompile(b.String()+")$").MatchString)
}

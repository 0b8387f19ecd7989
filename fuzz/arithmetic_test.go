package fuzz

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/millrace/millrace/filter"
)

// beyondLiterals writes what compares a property with more than a literal, or what was made of it.
func (w *writer) beyondLiterals(key, name string) (string, truth) {
	switch w.next(4) {
	case 0:
		return w.texts(key, name)
	case 1:
		return w.inOneCase(key, name)
	case 2:
		return w.same(key, name)
	}
	left, one := w.calculation(2)
	right, other := w.calculation(2)
	operator := pick(&w.tape, "<", "<=", "=", ">=", ">", "<>")
	// A literal beside a literal would be decided when it is parsed, and one property beside another by its text.
	return "0 + (" + left + ") " + operator + " 0 + " + right, func(v values) filter.Truth {
		a, ok := one(v)
		b, too := other(v)
		if !ok || !too {
			return filter.Unknown
		}
		return truthOf(strings.Contains(operator, "<") && a < b || strings.Contains(operator, ">") && a > b ||
			strings.Contains(operator, "=") && a == b)
	}
}

func (w *writer) texts(key, name string) (string, truth) {
	low, high := w.text(), w.text()
	if low > high {
		low, high = high, low
	}
	return name + w.word(" BETWEEN") + "(" + sqlQuoted(low) + ")" + w.word(" AND ") + sqlQuoted(high),
		onText(key, func(s string) bool { return low <= s && s <= high })
}

func (w *writer) inOneCase(key, name string) (string, truth) {
	function, cased := "LOWER", strings.ToLower
	if w.next(2) == 0 {
		function, cased = "UPPER", strings.ToUpper
	}
	subject, text := w.word(function)+" ("+name+")", w.text()
	switch w.next(3) {
	case 0:
		return subject + " LIKE " + sqlQuoted(strings.NewReplacer("%", "", "_", "").Replace(text)+"%"),
			onText(key, func(s string) bool {
				return strings.HasPrefix(cased(s), strings.NewReplacer("%", "", "_", "").Replace(text))
			})
	case 1:
		other := w.text()
		return subject + w.word(" IN ") + "(" + sqlQuoted(text) + ", " + sqlQuoted(other) + ")",
			onText(key, func(s string) bool { return cased(s) == text || cased(s) == other })
	}
	return subject + "=" + sqlQuoted(cased(text)), onText(key, func(s string) bool { return cased(s) == cased(text) })
}

func (w *writer) same(key, name string) (string, truth) {
	other := w.key()
	operator := pick(&w.tape, "=", "<>")
	meaning := func(v values) filter.Truth {
		one, there := v[key]
		two, too := v[other]
		if !there || !too {
			return filter.Unknown
		}
		return truthOf((one == two) == (operator == "="))
	}
	return name + " " + operator + " [" + other + "]", meaning
}

// numeral is a number in the plainest words; false where it is none.
type numeral func(v values) (float64, bool)

// calculation writes a number as people do: with parentheses around every part of another.
func (w *writer) calculation(depth int) (string, numeral) {
	key := w.key()
	name := w.name(key)
	switch kind := w.next(8); {
	case kind == 0:
		return w.word("LENGTH") + "(" + name + ")", func(v values) (float64, bool) {
			s, there := v[key]
			return float64(utf8.RuneCountInString(s)), there
		}
	case kind == 1:
		literal := pick(&w.tape, "1", "2.5", "-3", "1e300", "0")
		return literal, func(values) (float64, bool) { return numberOf(literal), true }
	case kind == 2 && depth > 0:
		text, part := w.calculation(depth - 1)
		return "- (" + text + ")", func(v values) (float64, bool) { n, ok := part(v); return -n, ok }
	case kind < 6 && depth > 0:
		return w.operation(depth)
	}
	return name, func(v values) (float64, bool) { return naiveNumber(v[key]) }
}

func (w *writer) operation(depth int) (string, numeral) {
	left, one := w.calculation(depth - 1)
	key := w.key()
	right, other := "LENGTH("+w.name(key)+")", func(v values) (float64, bool) { // no literal zero, to divide by
		s, there := v[key]
		return float64(utf8.RuneCountInString(s)), there
	}
	operator := pick(&w.tape, "+", "-", "*", "/")
	return "(" + left + ")" + operator + right, func(v values) (float64, bool) {
		a, ok := one(v)
		b, too := other(v)
		n := map[string]float64{"+": a + b, "-": a - b, "*": a * b, "/": a / b}[operator]
		return n, ok && too && !math.IsInf(n, 0) && !math.IsNaN(n)
	}
}

package fuzz

import "strings"

// writer writes conditions as people do, in every form that the language has, beside their meaning.
type writer struct {
	tape
	digits []string // long numbers that messages have
}

var someKeys = []string{"a", "b", "c d", "and", "été"}

func (w *writer) key() string { return pick(&w.tape, someKeys...) }

// text is a property's value or a text in a filter.
func (w *writer) text() string {
	switch w.next(8) {
	case 6:
		return w.longNumber()
	case 7:
		return strings.ToValidUTF8(strings.ReplaceAll(string(w.take(w.next(12))), "\x00", ""), "")
	}
	return pick(&w.tape, "1", "1.0", "2", "-3", "x", "xy", "", "1e0", "xéx", "%", `_\`, "it's", "+.5", "0.", "true", "e1",
		"9007199254740993", "1e400", "10")
}

// longNumber is one whose last digit a float64 may or may not hold.
func (w *writer) longNumber() string {
	number := make([]byte, 12+w.next(8))
	for i := range number {
		number[i] = '0' + byte(w.next(10))
	}
	text := pick(&w.tape, "", "0.", "-", "-.", "1.") + string(number)
	w.digits = append(w.digits, text)
	return text
}

func (w *writer) message() values {
	v := values{}
	for _, key := range someKeys {
		if w.next(3) > 0 {
			v[key] = w.text()
		}
	}
	return v
}

// condition writes a condition; parts of others are always in parentheses, whole or not.
func (w *writer) condition(depth int) (string, truth) {
	if depth == 0 || w.next(3) == 0 {
		return w.predicate()
	}
	if w.next(4) == 0 {
		text, part := w.condition(depth - 1)
		return w.word("NOT") + " (" + text + ")", not(part)
	}
	var texts []string
	var parts []truth
	for range 2 + w.next(3) {
		text, part := w.condition(depth - 1)
		texts, parts = append(texts, "("+text+")"), append(parts, part)
	}
	if w.next(2) == 0 {
		return strings.Join(texts, " "+w.word("OR")+" "), anyOf(parts)
	}
	return strings.Join(texts, w.word("\tAND\n")), allOf(parts)
}

// word is a keyword in one of its cases.
func (w *writer) word(upper string) string {
	return pick(&w.tape, upper, strings.ToLower(upper), upper[:1]+strings.ToLower(upper[1:]))
}

func (w *writer) predicate() (string, truth) {
	key := w.key()
	name := w.name(key)
	switch w.next(12) {
	case 0:
		return pick(&w.tape, "EXISTS("+name+")", name+" IS NOT NULL"), exists(key)
	case 1:
		return name + " IS " + w.word("NULL"), not(exists(key))
	case 2:
		return w.membership(key, name)
	case 3:
		low, high := w.number(), w.number()
		if numberOf(low) > numberOf(high) {
			low, high = high, low // else Parse takes it for a slip
		}
		text := name + " BETWEEN " + low + " AND " + high
		return text, allOf([]truth{compares(key, ">=", numberOf(low)), compares(key, "<=", numberOf(high))})
	case 4:
		return w.like(key, name)
	case 5, 6:
		return w.comparison(key, name)
	case 7, 8:
		return w.equality(key, name)
	}
	return w.beyondLiterals(key, name)
}

func (w *writer) equality(key, name string) (string, truth) {
	text := w.text()
	operator := pick(&w.tape, "=", "<>", "!=")
	meaning := equals(key, text)
	if operator != "=" {
		meaning = not(meaning)
	}
	if w.next(2) == 0 {
		return sqlQuoted(text) + operator + name, meaning
	}
	return name + " " + operator + " " + sqlQuoted(text), meaning
}

// name writes a property's name bare where that may be.
func (w *writer) name(key string) string {
	if key == "c d" || key == "and" || w.next(4) == 0 {
		return pick(&w.tape, `"`+key+`"`, "["+key+"]", `user."`+key+`"`)
	}
	return key
}

func sqlQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (w *writer) number() string {
	if n := len(w.digits); n > 0 && w.next(4) == 3 {
		return w.digits[w.next(n)]
	}
	return pick(&w.tape, "1", "1.0", "2", "-3", ".5", "+1e1", "0", "9007199254740992", "1e21", "-1E-7", "007")
}

func numberOf(text string) float64 {
	n, _ := naiveNumber(text) // the numbers of the writer are all good
	return n
}

// comparison writes the property on either side.
func (w *writer) comparison(key, name string) (string, truth) {
	number := w.number()
	operator := pick(&w.tape, "<", "<=", "=", ">=", ">", "<>")
	meaning := compares(key, operator, numberOf(number))
	if operator == "<>" {
		meaning = not(compares(key, "=", numberOf(number)))
	}
	if w.next(2) == 0 {
		mirrored := strings.NewReplacer("<>", "!=", "<", ">", ">", "<").Replace(operator)
		return number + mirrored + name, meaning
	}
	return name + operator + number, meaning
}

func (w *writer) membership(key, name string) (string, truth) {
	var texts []string
	var parts []truth
	for range 1 + w.next(4) {
		if w.next(3) == 0 {
			number := w.number()
			texts, parts = append(texts, number), append(parts, compares(key, "=", numberOf(number)))
			continue
		}
		text := w.text()
		texts, parts = append(texts, sqlQuoted(text)), append(parts, equals(key, text))
	}
	list := "(" + strings.Join(texts, ",") + ")"
	if w.next(2) == 0 {
		return name + " NOT IN" + list, not(anyOf(parts))
	}
	return name + " IN " + list, anyOf(parts)
}

func (w *writer) like(key, name string) (string, truth) {
	var pattern []rune
	for range w.next(7) {
		pattern = append(pattern, pick(&w.tape, '%', '_', 'x', 'y', 'é', '1', '\\', '\''))
	}
	text := name + " LIKE " + sqlQuoted(string(pattern))
	if w.next(2) == 0 {
		return text, looksLike(key, pattern, -1)
	}
	pattern = append(pattern, '!', pick(&w.tape, '%', '_', '!'), 'x')
	return name + " NOT LIKE " + sqlQuoted(string(pattern)) + " ESCAPE '!'", not(looksLike(key, pattern, '!'))
}

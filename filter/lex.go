package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // bare: a keyword or a property's name
	nameToken             // a property's name in double quotes or brackets
	stringToken           // text in single quotes
	numberToken           // without a sign
	symbolToken           // an operator or punctuation
)

type token struct {
	kind    tokenKind
	text    string // without quotes
	at, end int    // bytes
}

// lexer cuts a text into tokens, each byte looked at once. After the first mistake it yields
// nothing but the end.
type lexer struct {
	text string
	at   int // where the next token is looked for
	hub  bool
	err  *SyntaxError
}

const (
	comparators = "=<>!&|^~" // run together they are one symbol, so that == is seen as a slip
	marks       = "(),.+-*/%;"
)

func (l *lexer) next() token {
	l.skipBlanks()
	if l.err != nil || l.at == len(l.text) {
		return token{at: l.at, end: l.at}
	}
	c, rest := l.text[l.at], l.text[l.at:]
	switch {
	case c == '\'':
		return l.quoted(stringToken, '\'')
	case c == '"' && l.hub:
		return l.quoted(stringToken, '"')
	case c == '"':
		return l.quoted(nameToken, '"')
	case c == '[':
		return l.quoted(nameToken, ']')
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return l.number()
	case strings.IndexByte(comparators, c) >= 0:
		return l.take(symbolToken, len(rest)-len(strings.TrimLeft(rest, comparators)))
	case strings.HasPrefix(rest, "--"):
		return l.stop(slip{"a comment", "want none"})
	case strings.IndexByte(marks, c) >= 0:
		return l.take(symbolToken, 1)
	case wordLength(rest) > 0:
		return l.take(wordToken, wordLength(rest))
	}
	_, size := utf8.DecodeRuneInString(rest)
	return l.stop(strangeCharacter(rest[:size]))
}

// fail notes a mistake unless there is one already.
func (l *lexer) fail(at int, s slip) {
	if l.err == nil {
		l.err = failure(l.text, at, s)
	}
}

func (l *lexer) skipBlanks() {
	for l.at < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[l.at:])
		if !unicode.IsSpace(r) {
			return
		}
		l.at += size
	}
}

func (l *lexer) take(kind tokenKind, length int) token {
	t := token{kind: kind, text: l.text[l.at : l.at+length], at: l.at, end: l.at + length}
	l.at = t.end
	return t
}

// quoted reads up to the closing quote; one that is written twice stands for itself.
func (l *lexer) quoted(kind tokenKind, quote byte) token {
	start := l.at
	for i := start + 1; i < len(l.text); i++ {
		if l.text[i] != quote {
			continue
		}
		if i+1 < len(l.text) && l.text[i+1] == quote {
			i++
			continue
		}
		l.at = i + 1
		q := string(quote)
		return token{kind, strings.ReplaceAll(l.text[start+1:i], q+q, q), start, i + 1}
	}
	return l.stop(openQuote(kind, quote))
}

// number reads digits, a point and an exponent; what they make is judged where it is used.
func (l *lexer) number() token {
	n := numberLength(l.text[l.at:])
	if more := wordLength(l.text[l.at+n:]); more > 0 {
		return l.stop(lettersInNumber(l.text[l.at:l.at+n], l.text[l.at+n:l.at+n+more]))
	}
	return l.take(numberToken, n)
}

// numberLength measures a number, without a sign, at the beginning of text.
func numberLength(text string) int {
	n := digits(text)
	if n < len(text) && text[n] == '.' {
		n++
		n += digits(text[n:])
	}
	e := n
	if e < len(text) && text[e]|0x20 == 'e' {
		e++
		if e < len(text) && (text[e] == '+' || text[e] == '-') {
			e++
		}
		if power := digits(text[e:]); power > 0 {
			return e + power
		}
	}
	return n
}

// wordLength measures a bare word at the beginning of text. A word may begin with $ or @, only to
// be refused with a reason.
func wordLength(text string) int {
	for i, r := range text {
		inside := unicode.IsLetter(r) || r == '_' || r == '$'
		if !inside && (i > 0 || r != '@') && (i == 0 || !unicode.IsDigit(r)) {
			return i
		}
	}
	return len(text)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// stop notes a mistake at the place reached and ends the tokens.
func (l *lexer) stop(s slip) token {
	l.fail(l.at, s)
	l.at = len(l.text)
	return token{at: l.at, end: l.at}
}

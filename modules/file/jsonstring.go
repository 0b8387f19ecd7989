package file

import (
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads a string. What it returns is a part of the line, or of the scratch memory when
// there was something to unescape.
func (o *objects) quoted() ([]byte, bool) {
	if !o.take('"') {
		return nil, false
	}
	start := o.at
	for i := start; i < len(o.text); i++ {
		switch c := o.text[i]; {
		case c == '"':
			o.at = i + 1
			return o.text[start:i], true
		case c == '\\':
			o.at = i
			return o.escaped(start)
		case c < ' ':
			return nil, false
		}
	}
	return nil, false
}

// escaped reads the rest of a string, from its first backslash on.
func (o *objects) escaped(start int) ([]byte, bool) {
	first := len(o.scratch)
	o.scratch = append(o.scratch, o.text[start:o.at]...)
	for o.at < len(o.text) {
		c := o.text[o.at]
		o.at++
		switch {
		case c == '"':
			return o.scratch[first:len(o.scratch):len(o.scratch)], true
		case c < ' ':
			return nil, false
		case c != '\\':
			o.scratch = append(o.scratch, c)
		case !o.escape():
			return nil, false
		}
	}
	return nil, false
}

// escape reads what follows a backslash.
func (o *objects) escape() bool {
	if o.at == len(o.text) {
		return false
	}
	c := o.text[o.at]
	o.at++
	if c == 'u' {
		return o.unicode()
	}
	o.scratch = append(o.scratch, escapes[c])
	return escapes[c] != 0
}

// escapes maps the letter of an escape to its character; 0: there is no such escape.
var escapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// unicode reads the four digits of \u, and those of the other half of a surrogate pair. Half a
// pair becomes U+FFFD, as in encoding/json.
func (o *objects) unicode() bool {
	r, ok := o.hex()
	if !ok {
		return false
	}
	if utf16.IsSurrogate(r) {
		r = o.pair(r)
	}
	o.scratch = utf8.AppendRune(o.scratch, r)
	return true
}

// pair completes a surrogate pair, if the other half follows; then it is used up.
func (o *objects) pair(first rune) rune {
	at := o.at
	if o.take('\\') && o.take('u') {
		if second, ok := o.hex(); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return r
			}
		}
	}
	o.at = at
	return utf8.RuneError
}

func (o *objects) hex() (rune, bool) {
	if len(o.text)-o.at < 4 {
		return 0, false
	}
	var r rune
	for _, c := range o.text[o.at : o.at+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	o.at += 4
	return r, true
}

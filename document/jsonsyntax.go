package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// jsonWants says what belongs where the standard library's parser met something else; the first
// phrase that its message contains counts.
var jsonWants = [...]struct{ phrase, want string }{
	{"beginning of object key", "want a key in double quotes"},
	{"after object key:value pair", `want "," or "}"`},
	{"after object key", `want ":"`},
	{"after array element", `want "," or "]"`},
	{"beginning of value", `want a string in double quotes, a number, true, false, null, "{" or "["`},
	{"after top-level value", "want one value only"},
	{"in string literal", `want the closing quote before it, or an escape such as \n or \t`},
	{"in string escape", `want \" \\ \/ \b \f \n \r \t or \u; a backslash itself is \\`},
	{`in \u hexadecimal`, `want four hexadecimal digits after \u`},
	{"numeric literal", "want a number such as 12, -0.5 or 1e3"},
	{"in exponent", "want a number such as 12, -0.5 or 1e3"},
}

// refuse reports a syntax error of the standard library's parser.
func (l *jsonLexer) refuse(err error) {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		l.report.add(position{1, 1}, nil, "not JSON: "+err.Error(), "")
		return
	}
	message := syntax.Error()
	if strings.HasPrefix(message, "unexpected end") {
		l.refuseEnd()
		return
	}
	offset := max(int(syntax.Offset)-1, 0) // the offset counts the bytes read
	l.report.add(l.cursor.to(offset), nil, "not JSON: "+message, jsonWant(message, l.text[:offset]))
}

func jsonWant(message string, before []byte) string {
	if leadingZero(message, before) {
		return "want a number without leading zeros"
	}
	for _, w := range jsonWants {
		if !strings.Contains(message, w.phrase) {
			continue
		}
		if w.phrase == "beginning of value" && strings.TrimSpace(string(before)) == "" {
			return `want "{" (a document in YAML has a name that ends in .yaml or .yml)`
		}
		return w.want
	}
	return ""
}

// refuseEnd reports that the text ends too early and which bracket waits to be closed.
func (l *jsonLexer) refuseEnd() {
	want := "want a value"
	if n := len(l.open); l.cut {
		want = "want the closing quote of the string"
	} else if n > 0 {
		opened := l.open[n-1]
		brackets := map[byte]string{'{': `"}" that closes the "{"`, '[': `"]" that closes the "["`}
		want = fmt.Sprintf("want the %s of line %d", brackets[l.text[opened]],
			l.cursor.to(opened).line)
	}
	l.report.add(l.cursor.to(len(l.text)), nil, "not JSON: the text ends too early", want)
}

// leadingZero tells whether a digit was refused because a number that begins with 0 ended there.
func leadingZero(message string, before []byte) bool {
	digit, ok := strings.CutPrefix(message, "invalid character '")
	return ok && digit[0] >= '0' && digit[0] <= '9' && bytes.HasSuffix(before, []byte("0"))
}

package filter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/millrace/millrace/fault"
)

// slip puts a mistake into words: what is wrong, and what would be right. The functions that make
// them know the slips of the pen, and what other languages write.
type slip struct{ problem, want string }

const (
	wantPrimary = "want a condition, such as kind = 'cpu'"
	wantOwn     = "want a property of the message"
	wantTest    = "want one of = <> < <= > >= IN LIKE BETWEEN IS"
	wantPlain   = "want a property compared with a text or a number"
	wantNumber  = "want a number, a property or LENGTH(name)"
	noModulo    = "there is no %, only + - * /"
)

// symbolSlips are operators of other languages.
var symbolSlips = map[string]string{
	"==": "=", "===": "=", "=<": "<=", "=>": ">=", "=!": "<>", "!==": "<>", "><": "<>", "<=>": "=",
	"=~": "LIKE", "~": "LIKE", "!~": "NOT LIKE",
}

// wordSlips are words of other languages.
var wordSlips = map[string]string{
	"IS_DEFINED": "EXISTS(name)", "STARTS_WITH": "LIKE 'text%'", "ENDS_WITH": "LIKE '%text'",
	"CONTAINS": "LIKE '%text%'", "SUFFIX": "LIKE '%text'", "STARTSWITH": "LIKE 'text%'", "ENDSWITH": "LIKE '%text'",
	"LCASE": "LOWER(name)", "UCASE": "UPPER(name)", "LEN": "LENGTH(name)", "CHAR_LENGTH": "LENGTH(name)",
	"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=",
}

var testWords = []string{"BETWEEN", "IN", "IS", "LIKE", "NOT"}

func isWord(t token, word string) bool {
	return t.kind == wordToken && strings.EqualFold(t.text, word)
}

func isTestWord(t token) bool {
	return t.kind == wordToken && slices.Contains(testWords, strings.ToUpper(t.text))
}

func isSymbolSlip(t token) bool { return t.kind == symbolToken && symbolSlips[t.text] != "" }

func isSymbol(t token, symbol string) bool { return t.kind == symbolToken && t.text == symbol }

func isArithmetic(t token) bool {
	return t.kind == symbolToken && strings.Trim(t.text, "+-*/%") == ""
}

// found describes a token.
func found(t token) string {
	switch t.kind {
	case endToken:
		return "the end"
	case stringToken:
		return clip(quote(t.text))
	}
	return strconv.Quote(clip(t.text))
}

func didYouMean(word string, known ...string) string { return fault.DidYouMean(word, known) }

// openQuote is about a quote without its partner.
func openQuote(kind tokenKind, quote byte) slip {
	what := "text"
	if kind == nameToken {
		what = "name"
	}
	return slip{"the " + what + " that begins here does not end",
		fmt.Sprintf("want %c at its end; within it, write %c twice", quote, quote)}
}

// lettersInNumber is about letters right after digits.
func lettersInNumber(number, letters string) slip {
	all := number + letters
	problem := "no number: " + clip(all)
	switch {
	case number == "0" && (letters[0]|0x20 == 'x' || letters[0]|0x20 == 'b'):
		return slip{problem, "want decimal digits"}
	case strings.IndexByte("lLfFdD", letters[0]) >= 0 && len(letters) == 1:
		return slip{problem, "want it without the letter: " + clip(number)}
	}
	return slip{problem, "want " + clip(quote(all)) + " if it is a text, " + clip(name(all)) +
		" if it is a property"}
}

// strangeCharacter is about a character that nothing begins with.
func strangeCharacter(c string) slip {
	problem := "unexpected character " + strconv.Quote(c)
	switch c {
	case "`":
		return slip{problem, "want double quotes around a name, single quotes around a text"}
	case "‘", "’", "“", "”", "´", "«", "»":
		return slip{problem, "want ' around a text"}
	case "{":
		return slip{problem, "want a condition; a JSON pattern is an object, not a text"}
	case "≤":
		return slip{problem, "want <="}
	case "≥":
		return slip{problem, "want >="}
	case "≠":
		return slip{problem, "want <>"}
	}
	return slip{problem, "want it in quotes, if it belongs to a text or a name"}
}

// notABareName is about a word that stands where a property's name may.
func notABareName(word string, compared bool, want string) slip {
	quoted := clip(name(word))
	switch {
	case word[0] == '@':
		return slip{"a parameter, " + clip(word), "want its value: a text in single quotes, or a number"}
	case strings.EqualFold(word, "$body"):
		return slip{"$body names the message's content, which filters do not look into",
			"want a property, which a module can set"}
	case word[0] == '$':
		return slip{clip(word) + " names a system property of IoT Hub",
			wantOwn + ", in quotes if that is its name: " + quoted}
	case compared:
		return slip{"the keyword " + strings.ToUpper(word) + " where a property belongs",
			"want " + quoted + " to name the property"}
	}
	return slip{"the keyword " + strings.ToUpper(word) + " out of place", want}
}

// noOperandHere is about something that is neither name nor literal.
func noOperandHere(t token, want string) slip {
	switch {
	case t.kind == endToken:
		return slip{"the filter ends too early", want}
	case strings.HasPrefix(t.text, "!"):
		return slip{"unknown operator " + found(t), `did you mean "NOT"?`}
	case isSymbol(t, "%"):
		return slip{noModulo, want}
	}
	return slip{found(t) + " out of place", want}
}

func operatorSlip(t token) slip {
	return slip{"unknown operator " + found(t), fmt.Sprintf("did you mean %q?", symbolSlips[t.text])}
}

func wordSlip(t token) slip {
	problem := "unknown word " + found(t)
	if meant := wordSlips[strings.ToUpper(t.text)]; meant != "" {
		return slip{problem, "did you mean " + meant + "?"}
	}
	if near := didYouMean(t.text, append([]string{"AND", "OR"}, testWords...)...); near != "" {
		return slip{problem, near}
	}
	return slip{problem, wantTest}
}

func unknownFunction(word string, hub bool) slip {
	problem := "unknown function " + strconv.Quote(clip(word))
	known := slices.Concat([]string{"EXISTS", "PREFIX"}, valueFunctions)
	meant := wordSlips[strings.ToUpper(word)]
	if hub {
		known, meant = slices.Concat(hubFunctions, valueFunctions), ""
	}
	if meant != "" {
		return slip{problem, "did you mean " + meant + "?"}
	}
	if near := didYouMean(word, known...); near != "" {
		return slip{problem, near}
	}
	return slip{problem, "want one of " + strings.Join(known, ", ")}
}

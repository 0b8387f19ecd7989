package module

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/millrace/millrace/fault"
)

var types = []Type{String, Int, Number, Bool, Strings, Choice, Duration}

// article returns the type as it reads in a sentence.
func (t Type) article() string {
	switch t {
	case Int:
		return "a whole number"
	case Strings:
		return "an array of strings"
	case Duration:
		return `a duration such as "1.5s", or a whole number of milliseconds`
	default:
		return "a " + string(t)
	}
}

// check holds one value against the argument. The value is well-formed JSON.
func (a Arg) check(value json.RawMessage) error {
	switch a.Type {
	case String:
		return a.checkString(value)
	case Strings:
		return checkStrings(value)
	case Choice:
		return a.checkChoice(value)
	case Bool:
		if kindOf(value) != "a boolean" {
			return mismatch(value, a.Type)
		}
		return nil
	default:
		return a.checkNumber(value)
	}
}

func (a Arg) checkString(value json.RawMessage) error {
	var text string
	if kindOf(value) != "a string" || json.Unmarshal(value, &text) != nil {
		return mismatch(value, String)
	}
	if len(a.Enum) > 0 && !slices.Contains(a.Enum, text) {
		want := fault.DidYouMean(text, a.Enum)
		if want == "" {
			want = "want " + oneOf(a.Enum)
		}
		return fault.Fault{Problem: "unknown value " + quote(text), Want: want}
	}
	if pattern, _ := a.pattern(); pattern != nil && !pattern.MatchString(text) {
		return fault.Fault{
			Problem: quote(text) + " does not have the right form",
			Want:    "want a text that matches " + a.Pattern,
		}
	}
	return nil
}

func (a Arg) checkChoice(value json.RawMessage) error {
	switch kindOf(value) {
	case "a string":
		return a.checkString(value)
	case "an array":
		return checkStrings(value)
	default:
		return mismatch(value, Choice)
	}
}

func checkStrings(value json.RawMessage) error {
	var elements []json.RawMessage
	if kindOf(value) != "an array" || json.Unmarshal(value, &elements) != nil {
		return mismatch(value, Strings)
	}
	var faults fault.List
	for i, e := range elements {
		if kindOf(e) != "a string" {
			faults.Under(fault.At(fault.Index(i)), mismatch(e, String))
		}
	}
	return faults.Err()
}

// checkNumber checks the types that can have bounds.
func (a Arg) checkNumber(value json.RawMessage) error {
	number, err := a.number(value)
	switch {
	case err != nil:
		return err
	case a.Min != nil && number < *a.Min:
		return fault.Fault{Problem: clip(value) + " is too small", Want: a.bounds()}
	case a.Max != nil && number > *a.Max:
		return fault.Fault{Problem: clip(value) + " is too large", Want: a.bounds()}
	}
	return nil
}

// number reads a value for the comparison with the bounds.
func (a Arg) number(value json.RawMessage) (float64, error) {
	if a.Type == Duration {
		var d Span
		err := d.UnmarshalJSON(value)
		return d.milliseconds(), err
	}
	if kindOf(value) != "a number" {
		return 0, mismatch(value, a.Type)
	}
	if a.Type == Int {
		if _, err := strconv.ParseInt(string(value), 10, 64); err != nil {
			return 0, notWhole(value, err)
		}
	}
	number, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return 0, fault.Fault{Problem: clip(value) + " is too large", Want: "want a number below 1.8e308"}
	}
	return number, nil
}

func notWhole(value json.RawMessage, err error) error {
	if errors.Is(err, strconv.ErrRange) {
		return fault.Fault{Problem: clip(value) + " is out of range", Want: "want 64 bits at most"}
	}
	return fault.Fault{
		Problem: clip(value) + " is not a whole number",
		Want:    "want digits without fraction or exponent",
	}
}

func (a Arg) bounded() bool {
	return a.Type == Int || a.Type == Number || a.Type == Duration
}

// bounds says in words which numbers are right.
func (a Arg) bounds() string {
	unit := ""
	if a.Type == Duration {
		unit = " milliseconds"
	}
	switch {
	case a.Max == nil:
		return "want " + plain(*a.Min) + unit + " or more"
	case a.Min == nil:
		return "want " + plain(*a.Max) + unit + " or less"
	default:
		return "want " + plain(*a.Min) + " to " + plain(*a.Max) + unit
	}
}

// pattern compiles the pattern so that it must match the whole text; nil when there is none.
func (a Arg) pattern() (*regexp.Regexp, error) {
	if a.Pattern == "" {
		return nil, nil
	}
	return regexp.Compile(`^(?:` + a.Pattern + `)$`)
}

func mismatch(value json.RawMessage, want Type) error {
	return fault.Fault{Problem: kindOf(value) + " where " + want.article() + " belongs"}
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// quote shows a text of the document in an error, without flooding it.
func quote(text string) string {
	if len(text) > 64 {
		text = strings.ToValidUTF8(text[:64], "") + "…"
	}
	return strconv.Quote(text)
}

// clip shows a number of the document in an error, without flooding it.
func clip(value json.RawMessage) string {
	if len(value) > 64 {
		return string(value[:64]) + "…"
	}
	return string(value)
}

func oneOf[S ~string](words []S) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(string(w))
	}
	return strings.Join(quoted, ", ")
}

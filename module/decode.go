package module

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/millrace/millrace/fault"
)

// Decode fills a struct from arguments that Check has accepted; it is meant for Configure. Fields
// that args do not mention keep their values, so defaults are set before. Name a key with a dot in
// the field's tag as it is: `json:"message.delay"`. A number that does not fit its field is a
// fault.Fault, never a rounded value; one that is decoded into an interface is a json.Number.
func Decode(args json.RawMessage, into any) error {
	if len(bytes.TrimSpace(args)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(args))
	d.UseNumber()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		var path fault.Path
		if wrong.Field != "" {
			path = fault.At(fault.Key(wrong.Field))
		}
		return fault.Fault{Path: path, Problem: wrong.Value + " does not fit " + wrong.Type.String()}
	}
	return err
}

// Span is a time.Duration in a module's arguments, for an argument of type Duration: JSON has it
// as a string such as "1.5s" or as a whole number of milliseconds.
type Span time.Duration

// Duration returns the span as the standard library's type.
func (s Span) Duration() time.Duration { return time.Duration(s) }

// UnmarshalJSON reads a span. Its errors are faults.
func (s *Span) UnmarshalJSON(text []byte) error {
	switch kindOf(text) {
	case "a string":
		return s.parse(text)
	case "a number":
		return s.fromMilliseconds(text)
	default:
		return mismatch(text, Duration)
	}
}

// MarshalJSON writes a span as a string that UnmarshalJSON reads.
func (s Span) MarshalJSON() ([]byte, error) { return json.Marshal(s.Duration().String()) }

func (s *Span) parse(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return err
	}
	d, err := time.ParseDuration(written)
	if err != nil {
		return fault.Fault{
			Problem: quote(written) + " is not a duration",
			Want:    `want a number with a unit (ms, s, m, h), such as "1.5s"`,
		}
	}
	*s = Span(d)
	return nil
}

func (s *Span) fromMilliseconds(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return notWhole(text, err)
	}
	const limit = math.MaxInt64 / int64(time.Millisecond)
	if n > limit || n < -limit {
		return fault.Fault{Problem: clip(text) + " is out of range", Want: "want 292 years at most"}
	}
	*s = Span(time.Duration(n) * time.Millisecond)
	return nil
}

func (s Span) milliseconds() float64 { return float64(s) / float64(time.Millisecond) }

package module_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/millrace/millrace/module"
)

func TestDecode(t *testing.T) {
	into := struct {
		Delay  int         `json:"message.delay"`
		Period module.Span `json:"period"`
		Format string      `json:"format"`
		Any    any         `json:"any"`
	}{Format: "v1"}
	args := `{"message.delay":7,"period":1500,"any":12345678901234567890}`
	if err := module.Decode(json.RawMessage(args), &into); err != nil {
		t.Fatal(err)
	}
	if into.Delay != 7 || into.Period.Duration() != 1500*time.Millisecond || into.Format != "v1" {
		t.Errorf("%+v", into)
	}
	if into.Any != json.Number("12345678901234567890") {
		t.Errorf("%T %v", into.Any, into.Any)
	}
}

func TestDecodeNothing(t *testing.T) {
	for _, args := range []string{"", " ", "null"} {
		into := struct{ Format string }{"v1"}
		if err := module.Decode(json.RawMessage(args), &into); err != nil || into.Format != "v1" {
			t.Errorf("%q: %v, %+v", args, err, into)
		}
	}
}

func TestDecodeRefusesToRound(t *testing.T) {
	var into struct {
		Small int8 `json:"small"`
	}
	err := module.Decode(json.RawMessage(`{"small":300}`), &into)
	if want := "small: number 300 does not fit int8"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`"1.5s"`: 1500 * time.Millisecond, `"2m"`: 2 * time.Minute, `250`: 250 * time.Millisecond,
		`0`: 0, `-3`: -3 * time.Millisecond, `9223372036854`: 9223372036854 * time.Millisecond,
	} {
		var s module.Span
		if err := json.Unmarshal([]byte(text), &s); err != nil || s.Duration() != want {
			t.Errorf("%s: %v, %v", text, s.Duration(), err)
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var s2 module.Span
		if err := json.Unmarshal(again, &s2); err != nil || s2 != s {
			t.Errorf("%s: written as %s", text, again)
		}
	}
	for _, text := range []string{`1.5`, `"1"`, `true`, `null`, `9223372036855`, `[]`} {
		var s module.Span
		if s.UnmarshalJSON([]byte(text)) == nil {
			t.Errorf("%s: accepted as %v", text, s.Duration())
		}
	}
}

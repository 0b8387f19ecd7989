package module_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/module"
)

func sample() module.Spec {
	return module.Spec{
		Name: "sample", Summary: "Serves as an example",
		Args: []module.Arg{
			{Name: "filename", Type: module.String, Required: true, Pattern: `[a-z.]+`, Doc: "A file"},
			{Name: "message.delay", Type: module.Int, Min: new(0.0), Max: new(10.0), Doc: "In ms"},
			{Name: "ratio", Type: module.Number, Min: new(-1.5), Default: "0.5", Doc: "A share"},
			{Name: "deep", Type: module.Bool, Doc: "Whether it is"},
			{Name: "kinds", Type: module.Strings, Doc: "Which ones"},
			{Name: "period", Type: module.Duration, Min: new(1.0), Max: new(60000.0), Doc: "Time"},
			{Name: "format", Type: module.String, Enum: []string{"v1", "jsonl"}, Doc: "How"},
		},
		Example: json.RawMessage(`{"filename":"log.txt"}`),
		New:     func() module.Module { return nothing{} },
	}
}

func TestCheckAccepts(t *testing.T) {
	for _, args := range []string{
		`{"filename":"a.b"}`,
		` { "filename" : "a" , "message.delay" : 10 } `,
		`{"filename":"a","message.delay":0,"ratio":-1.5e0,"deep":false,"kinds":[],"format":"v1"}`,
		`{"filename":"a","kinds":["x","y"],"period":"1.5s"}`,
		`{"filename":"a","period":60000}`,
		`{"\u0066ilename":"a"}`,
	} {
		if err := sample().Check(json.RawMessage(args)); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	missing := `missing key "filename"; want a string: A file`
	for _, c := range []struct{ args, want string }{
		{``, missing},
		{`null`, missing},
		{`{}`, missing},
		{`"text"`, `a string; want an object with the module's arguments`},
		{`[]`, `an array; want an object with the module's arguments`},
		{`{"filename":"a"`, `not JSON: unexpected end of JSON input`},
		{`{"filename":"a"} x`, `not JSON: invalid character 'x' after top-level value`},
		{`{"filename":null}`, `filename: null where a string belongs`},
		{`{"filename":"A"}`, `filename: "A" does not have the right form; ` +
			`want a text that matches [a-z.]+`},
		{`{"filename":"aB"}`, `filename: "aB" does not have the right form; ` +
			`want a text that matches [a-z.]+`},
		{`{"filename":"a","filename":"b"}`,
			`filename: duplicate key "filename"; want each key once`},
		{`{"filename":"a","filename":"b","filename":"c"}`,
			`filename: duplicate key "filename"; want each key once`},
		{`{"Filename":"a"}`, `Filename: unknown key "Filename"; ` +
			`keys are case-sensitive: did you mean "filename"?`},
		{`{"filenam":"a"}`, `filenam: unknown key "filenam"; did you mean "filename"?`},
		{`{"x":"a"}`, `x: unknown key "x"; want "filename", "message.delay", "ratio", "deep", ` +
			`"kinds", "period", "format"` + "\n" + missing},
		{`{"filename":"a","message.delya":1}`,
			`["message.delya"]: unknown key "message.delya"; did you mean "message.delay"?`},
		{`{"filename":"a","message.delay":11}`,
			`["message.delay"]: 11 is too large; want 0 to 10`},
		{`{"filename":"a","message.delay":-1}`,
			`["message.delay"]: -1 is too small; want 0 to 10`},
		{`{"filename":"a","message.delay":1.0}`, `["message.delay"]: 1.0 is not a whole number; ` +
			`want digits without fraction or exponent`},
		{`{"filename":"a","message.delay":"1"}`,
			`["message.delay"]: a string where a whole number belongs`},
		{`{"filename":"a","message.delay":99999999999999999999}`,
			`["message.delay"]: 99999999999999999999 is out of range; want 64 bits at most`},
		{`{"filename":"a","ratio":-1.6}`, `ratio: -1.6 is too small; want -1.5 or more`},
		{`{"filename":"a","ratio":1e999}`, `ratio: 1e999 is too large; want a number below 1.8e308`},
		{`{"filename":"a","deep":1}`, `deep: a number where a boolean belongs`},
		{`{"filename":"a","kinds":["x",1,null]}`,
			"kinds[1]: a number where a string belongs\nkinds[2]: null where a string belongs"},
		{`{"filename":"a","kinds":"x"}`, `kinds: a string where an array of strings belongs`},
		{`{"filename":"a","period":0}`, `period: 0 is too small; want 1 to 60000 milliseconds`},
		{`{"filename":"a","period":"2m"}`,
			`period: "2m" is too large; want 1 to 60000 milliseconds`},
		{`{"filename":"a","period":"2"}`, `period: "2" is not a duration; ` +
			`want a number with a unit (ms, s, m, h), such as "1.5s"`},
		{`{"filename":"a","period":true}`, `period: a boolean where a duration such as "1.5s", ` +
			`or a whole number of milliseconds belongs`},
		{`{"filename":"a","period":9223372036854775807}`,
			`period: 9223372036854775807 is out of range; want 292 years at most`},
		{`{"filename":"a","format":"v2"}`, `format: unknown value "v2"; did you mean "v1"?`},
		{`{"filename":"a","format":"protobuf"}`,
			`format: unknown value "protobuf"; want "v1", "jsonl"`},
	} {
		err := sample().Check(json.RawMessage(c.args))
		if err == nil {
			t.Errorf("%s: accepted", c.args)
		} else if err.Error() != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.args, err, c.want)
		}
	}
}

func TestCheckReportsAllAtOnce(t *testing.T) {
	args := `{"Deep":true,"ratio":"x","message.delay":99,"kinds":[7],"period":"soon","x":1}`
	var list fault.List
	err := sample().Check(json.RawMessage(args))
	if want := 7; !errors.As(err, &list) || len(list) != want {
		t.Fatalf("%d faults, want %d:\n%v", len(list), want, err)
	}
}

func TestCheckWithoutArgs(t *testing.T) {
	none := module.Spec{Name: "none"}
	for _, args := range []string{"", "null", "{}"} {
		if err := none.Check(json.RawMessage(args)); err != nil {
			t.Errorf("%q: %v", args, err)
		}
	}
	err := none.Check(json.RawMessage(`{"a":1}`))
	if err == nil || !strings.Contains(err.Error(), "takes no arguments") {
		t.Error(err)
	}
}

func TestCheckList(t *testing.T) {
	list := sample()
	list.List = true
	want := "want an array of one or more objects with the module's arguments"
	for args, problem := range map[string]string{
		`[{"filename":"a"},{"filename":"b","deep":true}]`: "",
		``:                   "null; " + want,
		`{"filename":"a"}`:   "an object; " + want,
		`"a"`:                "a string; " + want,
		`[]`:                 "an empty array; " + want,
		`[{"filename":"a"}`:  "not JSON: unexpected end of JSON input",
		`[{"filename":1},7]`: "[0].filename: a number where a string belongs\n[1]: a number; want an object",
		`[{"filename":"a"},{"filename":"b","filenam":"c"}]`: `[1].filenam: unknown key "filenam"; ` +
			`did you mean "filename"?`,
		`[{"filename":"a"},{}]`: `[1]: missing key "filename"; want a string: A file`,
	} {
		err := list.Check(json.RawMessage(args))
		if err == nil && problem != "" || err != nil && err.Error() != problem {
			t.Errorf("%s:\n got %v\nwant %s", args, err, problem)
		}
	}
}

func TestCheckAnyArgs(t *testing.T) {
	any := module.Spec{Name: "any", AnyArgs: true}
	for _, args := range []string{"", "null", "{}", `"x"`, `[1]`, `{"a":1,"a":2}`} {
		if err := any.Check(json.RawMessage(args)); err != nil {
			t.Errorf("%q: %v", args, err)
		}
	}
	if any.Check(json.RawMessage(`{`)) == nil {
		t.Error("accepted what is not JSON")
	}
}

// FuzzCheck: no text makes Check panic, and what it accepts decodes without an error.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"filename":"a","message.delay":3,"ratio":1e3,"deep":true,"kinds":["a"],` +
		`"period":"1s","format":"v1"}`))
	f.Add([]byte(`{"filename":"a","filename":2}`))
	f.Add([]byte("{\"filename\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, args []byte) {
		if sample().Check(args) != nil {
			return
		}
		var into struct {
			Filename string      `json:"filename"`
			Delay    int64       `json:"message.delay"`
			Ratio    float64     `json:"ratio"`
			Deep     bool        `json:"deep"`
			Kinds    []string    `json:"kinds"`
			Period   module.Span `json:"period"`
			Format   string      `json:"format"`
		}
		if err := module.Decode(args, &into); err != nil {
			t.Fatalf("%s: %v", args, err)
		}
		if into.Filename == "" || into.Delay < 0 || into.Delay > 10 {
			t.Fatalf("%s: accepted %+v", args, into)
		}
	})
}

// nothing is a module that does nothing.
type nothing struct{}

func (nothing) Configure(json.RawMessage) error { return nil }

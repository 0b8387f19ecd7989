package module

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/millrace/millrace/fault"
)

// Check holds args against the spec's Args: unknown, duplicate and case-variant keys, missing
// ones, types, bounds, enumerations and patterns; for a List, in each of its objects. Absent and
// null args are an object without keys, and no List.
// All mistakes come back as one fault.List with paths relative to args.
func (s Spec) Check(args json.RawMessage) error {
	var faults fault.List
	args = bytes.TrimSpace(args)
	if len(args) == 0 {
		args = json.RawMessage("null")
	}
	if err := wellFormed(args); err != nil {
		faults.Add(nil, "not JSON: "+err.Error(), "")
		return faults.Err()
	}
	if s.AnyArgs {
		return nil
	}
	if s.List {
		return s.checkList(args)
	}
	if kind := kindOf(args); kind != "null" && kind != "an object" {
		faults.Add(nil, kind, "want an object with the module's arguments")
		return faults.Err()
	}
	s.checkKeys(members(args), &faults)
	return faults.Err()
}

// checkList holds every object of an array against Args.
func (s Spec) checkList(args json.RawMessage) error {
	var elements []json.RawMessage
	if kind := kindOf(args); kind != "an array" || json.Unmarshal(args, &elements) != nil {
		return fault.Fault{Problem: kind, Want: wantList}
	}
	if len(elements) == 0 {
		return fault.Fault{Problem: "an empty array", Want: wantList}
	}
	var faults fault.List
	for i, e := range elements {
		var of fault.List
		if kind := kindOf(e); kind != "an object" {
			of.Add(nil, kind, "want an object")
		} else {
			s.checkKeys(members(e), &of)
		}
		faults.Under(fault.At(fault.Index(i)), of.Err())
	}
	return faults.Err()
}

const wantList = "want an array of one or more objects with the module's arguments"

// checkKeys reports unknown and missing keys. A missing key that an unknown one was meant to be is
// one mistake, not two.
func (s Spec) checkKeys(given []member, faults *fault.List) {
	count := make(map[string]int, len(given))
	meant := make(map[string]bool)
	for _, m := range given {
		place := fault.At(fault.Key(m.key))
		count[m.key]++
		a, known := s.arg(m.key)
		switch {
		case count[m.key] == 2:
			faults.Add(place, "duplicate key "+quote(m.key), "want each key once")
		case count[m.key] > 2:
		case !known:
			name, want := s.suggest(m.key)
			faults.Add(place, "unknown key "+quote(m.key), want)
			meant[name] = true
		default:
			faults.Under(place, a.check(m.value))
		}
	}
	for _, a := range s.Args {
		if a.Required && count[a.Name] == 0 && !meant[a.Name] {
			faults.Add(nil, "missing key "+quote(a.Name), "want "+a.Type.article()+": "+a.Doc)
		}
	}
}

func (s Spec) arg(name string) (Arg, bool) {
	for _, a := range s.Args {
		if a.Name == name {
			return a, true
		}
	}
	return Arg{}, false
}

// suggest returns the key that was probably meant, or "", and says what would be right.
func (s Spec) suggest(written string) (meant, want string) {
	if len(s.Args) == 0 {
		return "", "want none: this module takes no arguments"
	}
	names := make([]string, len(s.Args))
	for i, a := range s.Args {
		names[i] = a.Name
	}
	guess := fault.DidYouMean(written, names)
	for _, name := range names {
		switch {
		case strings.EqualFold(name, written):
			return name, "keys are case-sensitive: " + guess
		case strings.Contains(guess, `"`+name+`"`):
			return name, guess
		}
	}
	return "", "want " + oneOf(names)
}

// member is one key of an object with its value, in the order of the text.
type member struct {
	key   string
	value json.RawMessage
}

// members takes an object apart without losing duplicate keys. The object is well-formed; null has
// no members.
func members(object json.RawMessage) []member {
	var list []member
	d := json.NewDecoder(bytes.NewReader(object))
	if open, _ := d.Token(); open != json.Delim('{') {
		return nil
	}
	for d.More() {
		key, _ := d.Token()
		m := member{key: key.(string)}
		if err := d.Decode(&m.value); err != nil {
			return list
		}
		list = append(list, m)
	}
	return list
}

func wellFormed(text json.RawMessage) error {
	var probe json.RawMessage
	return json.Unmarshal(text, &probe)
}

// kindOf names the JSON type of a well-formed value, with its article.
func kindOf(value json.RawMessage) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

package module

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/millrace/millrace/fault"
)

var kindName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// complete reports everything that keeps the spec from being registered.
func (s Spec) complete() error {
	var faults fault.List
	if !kindName.MatchString(s.Name) {
		faults.Add(fault.At(fault.Key("Name")), "not a name",
			"want lower case words joined by underscores")
	}
	if !isSentence(s.Summary) {
		faults.Add(fault.At(fault.Key("Summary")), "missing or ends in a full stop", wantSentence)
	}
	s.completeNew(&faults)
	s.completeArgs(&faults)
	completeProperties("Reads", s.Reads, &faults)
	completeProperties("Writes", s.Writes, &faults)
	if len(faults) == 0 {
		s.completeExample(&faults)
	}
	return faults.Err()
}

func (s Spec) completeNew(faults *fault.List) {
	problem := ""
	switch m, value := s.make(); {
	case s.New == nil:
		problem = "missing"
	case value != nil:
		problem = fmt.Sprintf("panics: %v", value)
	case m == nil:
		problem = "makes nothing"
	default:
		return
	}
	faults.Add(fault.At(fault.Key("New")), problem, "want a function that makes a module")
}

func (s Spec) completeArgs(faults *fault.List) {
	if s.AnyArgs && len(s.Args) > 0 {
		faults.Add(fault.At(fault.Key("AnyArgs")), "set beside Args", "want one or the other")
	}
	if s.List && len(s.Args) == 0 {
		faults.Add(fault.At(fault.Key("List")), "set without Args", "want what each object has")
	}
	for i, a := range s.Args {
		place := fault.At(fault.Key("Args"), fault.Index(i))
		if a.Name != "" {
			place = fault.At(fault.Key("Args"), fault.Key(a.Name))
		}
		sameName := func(b Arg) bool { return strings.EqualFold(a.Name, b.Name) }
		if slices.ContainsFunc(s.Args[:i], sameName) {
			faults.Add(place, "described twice", "want names that differ in more than case")
		}
		faults.Under(place, a.complete())
	}
}

// completeExample needs a spec that is whole otherwise, because it runs Check.
func (s Spec) completeExample(faults *fault.List) {
	if s.Example == nil && len(s.Args) > 0 {
		faults.Add(fault.At(fault.Key("Example")), "missing", "want a complete, valid args value")
		return
	}
	faults.Under(fault.At(fault.Key("Example")), s.Check(s.Example))
}

func (a Arg) complete() error {
	var faults fault.List
	refuse := func(field, problem, want string) {
		faults.Add(fault.At(fault.Key(field)), problem, want)
	}
	if a.Name == "" {
		refuse("Name", "missing", "want the key")
	}
	if !slices.Contains(types, a.Type) {
		refuse("Type", "unknown type "+quote(string(a.Type)), "want "+oneOf(types))
	}
	if !isSentence(a.Doc) {
		refuse("Doc", "missing or ends in a full stop", wantSentence)
	}
	if a.Type != String && a.Exclusive {
		refuse("Exclusive", "set on an argument that is not a string", "want none")
	}
	if a.Type != String && (a.Enum != nil && a.Type != Choice || a.Pattern != "") {
		refuse("Enum", "set with Pattern or alone on an argument that is not a string", "want none")
	}
	if (a.Min != nil || a.Max != nil) && !a.bounded() {
		refuse("Min", "a bound on an argument that is not a number", "want none")
	}
	if a.Min != nil && a.Max != nil && *a.Min > *a.Max {
		refuse("Min", "above Max", "want an interval")
	}
	if _, err := a.pattern(); err != nil {
		refuse("Pattern", err.Error(), "want a regular expression")
	}
	if len(faults) == 0 {
		a.completeDefault(refuse)
	}
	return faults.Err()
}

// completeDefault needs an argument that is whole otherwise, because it checks a value.
func (a Arg) completeDefault(refuse func(field, problem, want string)) {
	switch {
	case a.Default == "":
	case a.Required:
		refuse("Default", "set on a required argument", "want none")
	case !json.Valid([]byte(a.Default)):
		refuse("Default", "not JSON", "want it as it would be written in a document")
	default:
		if err := a.check(json.RawMessage(a.Default)); err != nil {
			refuse("Default", err.Error(), "want a value that the argument accepts")
		}
	}
}

func completeProperties(field string, properties []Property, faults *fault.List) {
	for i, p := range properties {
		if p.Name == "" || !isSentence(p.Doc) {
			faults.Add(fault.At(fault.Key(field), fault.Index(i)),
				"without a name or a description", wantSentence)
		}
	}
}

const wantSentence = "want a sentence without a full stop"

func isSentence(text string) bool { return text != "" && !strings.HasSuffix(text, ".") }

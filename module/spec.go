package module

import (
	"encoding/json"
	"strings"
)

// Spec describes a kind of module: to people (edge modules NAME), to the document checker and to
// the JSON Schema. It is plain data and must not be changed once registered.
type Spec struct {
	Name    string          // "simulated_device"; lower case, words joined by underscores
	Summary string          // one sentence without a full stop
	Args    []Arg           // in the order to be shown; empty: takes none
	List    bool            // the arguments are an array of one or more objects, each with Args
	AnyArgs bool            // arguments of any shape are accepted and ignored, as v1 did
	Reads   []Property      // properties it acts upon
	Writes  []Property      // properties it publishes
	Example json.RawMessage // a complete, valid args value; nil for a module that takes none
	New     func() Module   // makes an unconfigured instance
}

// Receives tells whether modules of this kind take messages: whether they can be a link's sink or
// have a filter.
func (s Spec) Receives() bool {
	m, _ := s.make()
	switch m.(type) {
	case Receiver, BatchReceiver:
		return true
	}
	return false
}

// make calls New, and returns what it panics with.
func (s Spec) make() (m Module, panicked any) {
	defer func() { panicked = recover() }()
	return s.New(), nil
}

// Arg describes one key of a module's arguments.
type Arg struct {
	Name     string
	Type     Type
	Required bool
	Min, Max *float64 // bounds, both inclusive, for Int and Number; nil: none
	Enum     []string // allowed values for String and Choice; nil: any
	Pattern  string   // regular expression for String that must match whole; "": any
	Default  string   // as shown to people, JSON: `10`, `"v1"`; "" when there is none
	Doc      string   // one sentence without a full stop, with the unit

	// Exclusive says that the argument, a String, is a file that no two modules may both have.
	Exclusive bool

	// Base64 says that the argument, a String, is used as base64. Whether it is one is not checked where
	// it is configured; edge check notes where it is not.
	Base64 bool
}

// Type is the JSON type of an argument.
type Type string

// The types an argument can have.
const (
	String   Type = "string"
	Int      Type = "integer" // 64 bits; written without fraction or exponent
	Number   Type = "number"
	Bool     Type = "boolean"
	Strings  Type = "array of strings"
	Choice   Type = "string or array of strings"
	Duration Type = "duration" // "1.5s" or a whole number of milliseconds, the unit of Min and Max
)

// Property describes a message property that a module reads or writes. A name that ends in "*"
// stands for every name with that beginning: "property*", and "*" alone for any name at all.
type Property struct {
	Name string
	Doc  string // one sentence without a full stop

	// Secret says that the value is one, such as a key. Edge check notes links that lead from a module
	// that writes it to one that shows whatever it is sent.
	Secret bool
}

// Covers reports whether the description stands for a property of that name.
func (p Property) Covers(name string) bool {
	if prefix, any := strings.CutSuffix(p.Name, "*"); any {
		return strings.HasPrefix(name, prefix)
	}
	return p.Name == name
}

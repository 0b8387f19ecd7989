package filter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/millrace/millrace/property"
)

// String returns false, unknown or true.
func (t Truth) String() string { return [...]string{"false", "unknown", "true"}[t] }

// Explanation says what a filter is of one message, and why.
type Explanation struct {
	Truth    Truth
	Findings []Finding // of the predicates that decided, in the filter's order; never empty
}

// Finding is what one predicate of a filter is of a message.
type Finding struct {
	Predicate Filter
	Truth     Truth
	Reason    string // for example "the message has no property temp"
}

// String writes a finding: temp > 30 is unknown: the message has no property temp. Long predicates
// are cut.
func (f Finding) String() string {
	return fmt.Sprintf("%s is %v: %s", shortened(f.Predicate.String(), 100), f.Truth, f.Reason)
}

// String writes the first few findings.
func (e Explanation) String() string {
	const most = 4
	var texts []string
	for _, f := range e.Findings[:min(len(e.Findings), most)] {
		texts = append(texts, f.String())
	}
	if more := len(e.Findings) - most; more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, "; ")
}

// Explain evaluates the filter on a message's properties and says which of its predicates decided:
// the first false one of an AND and the first true one of an OR; otherwise all that have the
// filter's truth. It is for people and takes its time; the truth is that of Match.
func (f Filter) Explain(v property.View) Explanation {
	n := f.node
	switch {
	case n == nil:
		return one(f, True, "it accepts every message")
	case n.op == opAnd:
		return f.decided(v, False)
	case n.op == opOr && len(n.parts) == 0:
		return one(f, False, "it accepts no message")
	case n.op == opOr:
		return f.decided(v, True)
	case n.op == opNot:
		return f.explainNot(v)
	}
	return f.explainLeaf(v)
}

// one explains by one finding.
func one(f Filter, t Truth, reason string) Explanation {
	return Explanation{t, []Finding{{f, t, reason}}}
}

// decided joins the explanations of the parts of an AND, whose decisive truth is False, or an OR,
// whose decisive truth is True.
func (f Filter) decided(v property.View, decisive Truth) Explanation {
	joint := Explanation{Truth: True - decisive}
	for _, part := range f.node.parts {
		switch e := part.Explain(v); e.Truth {
		case decisive:
			return f.whole(e)
		case joint.Truth:
			joint.Findings = append(joint.Findings, e.Findings...)
		case Unknown:
			joint = e
		}
	}
	return f.whole(joint)
}

// whole makes one finding of those in a filter that is written as one predicate, of one property.
func (f Filter) whole(e Explanation) Explanation {
	if f.predicate() {
		return one(f, e.Truth, e.Findings[0].Reason)
	}
	return e
}

// explainNot negates a predicate's finding as a whole; those of a larger part stay as they are.
func (f Filter) explainNot(v property.View) Explanation {
	part := f.node.parts[0]
	if part.node.op == opOr && len(part.node.parts) == 0 {
		return one(f, True, "it accepts every message")
	}
	e := part.Explain(v)
	e.Truth = True - e.Truth
	if part.predicate() {
		return one(f, e.Truth, e.Findings[0].Reason)
	}
	return e
}

func (f Filter) explainLeaf(v property.View) Explanation {
	truth := f.alone(v)
	if f.node.op == opExists {
		return one(f, truth, map[Truth]string{True: "the message has the property ",
			False: "the message has no property "}[truth]+shortName(f.node.key))
	}
	var reasons []string
	for _, key := range f.node.keys() {
		value, there := v.Lookup(key.name)
		if !there {
			return one(f, truth, "the message has no property "+shortName(key.name))
		}
		reason := shortName(key.name) + " is " + shortened(quote(string(value)), 64)
		if _, isNumber := parseNumber(value); truth == Unknown && key.number && !isNumber {
			return one(f, truth, reason+", which is not a number")
		}
		reasons = append(reasons, reason)
	}
	if truth == Unknown {
		reasons = append(reasons, "the result is no number that a float64 can hold")
	}
	return one(f, truth, listed(reasons))
}

// alone evaluates one predicate. Its keys are compared by name, for the message's numbers are of
// another interner: none gets one here, where the only one is taken by a name that is none of theirs.
func (f Filter) alone(v property.View) Truth {
	keys := property.NewKeys(1)
	last := ""
	for _, key := range f.node.keys() {
		last = max(last, key.name)
	}
	keys.Intern(last + "x")
	var p Probe
	return Compile(f, keys).Match(v, &p)
}

// usedKey is a property that a predicate looks at, as a number or a text.
type usedKey struct {
	name   string
	number bool
}

// keys returns each property of a predicate once.
func (n *node) keys() (all []usedKey) {
	add := func(key usedKey) {
		if !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	if n.op != opCompare {
		add(usedKey{n.key, n.op == opNumber})
	}
	if n.op == opSame {
		add(usedKey{n.other.key, false})
	}
	for _, side := range []*expression{n.left, n.right} {
		if side != nil {
			side.each(func(e *expression) { add(usedKey{e.key, e.op == exNumber}) })
		}
	}
	return all
}

func shortName(key string) string { return shortened(name(key), 64) }

// listed is a list of reasons, shortened where they are many.
func listed(reasons []string) string {
	const most = 4
	if more := len(reasons) - most; more > 0 {
		reasons = append(reasons[:most:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(reasons, ", ")
}

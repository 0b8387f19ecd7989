package document

import (
	"slices"
	"strings"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/module"
)

// unwritten notes properties that a filter asks for and its source never writes. Of * nothing is said:
// there is hardly a document in which each module declares what it writes.
func (n *notes) unwritten(where, source string, l *filter.Lowering) {
	spec, known := n.specs[source]
	if source == engine.Any || !known || len(spec.Writes) == 0 {
		return
	}
	told := make(map[string]bool)
	for _, c := range l.Any {
		for _, k := range c.Conditions {
			if k.Absent || told[k.Key] || covered(spec.Writes, k.Key) {
				continue
			}
			told[k.Key] = true
			n.say(where, "the filter asks for the property %s, which %s never writes; %s",
				quote(k.Key), spec.Name, wanted(k.Key, spec.Writes))
		}
	}
}

func wanted(key string, writes []module.Property) string {
	names := make([]string, len(writes))
	for i, p := range writes {
		names[i] = p.Name
	}
	if guess := fault.DidYouMean(key, names); guess != "" {
		return guess
	}
	return "it writes " + strings.Join(names, ", ")
}

func covered(list []module.Property, name string) bool {
	return slices.ContainsFunc(list, func(p module.Property) bool { return p.Covers(name) })
}

// shown notes secrets that a source writes and a sink shows: it reads whatever it is sent, and does
// not know this property as one of its own.
func (n *notes) shown(where, source, sink string, l *filter.Lowering) {
	reads := n.specs[sink].Reads
	if !covered(reads, "") { // which only * covers
		return
	}
	for _, spec := range n.sources(source, sink) {
		for _, p := range spec.Writes {
			own := slices.ContainsFunc(reads, func(r module.Property) bool { return r.Name == p.Name })
			if p.Secret && !own && !keptOut(l, p.Name) {
				n.say(where, "%s writes the secret %s, and %s shows every property that it is sent; "+
					`want the filter {%s: [{"exists": false}]}`, spec.Name, quote(p.Name), n.specs[sink].Name, quote(p.Name))
			}
		}
	}
}

// keptOut tells whether no message that a filter lets through has the property.
func keptOut(l *filter.Lowering, key string) bool {
	for _, c := range l.Any {
		if !slices.ContainsFunc(c.Conditions, func(k filter.Condition) bool { return k.Key == key && k.Absent }) {
			return false
		}
	}
	return true
}

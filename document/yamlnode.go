package document

import (
	"fmt"

	"github.com/millrace/millrace/fault"

	"go.yaml.in/yaml/v4"
)

// yamlConverter turns the YAML library's nodes into ours. Every alias becomes a copy of what it
// stands for, within the bounds on depth and number of values.
type yamlConverter struct {
	report  *report
	end     position            // of the text
	open    map[*yaml.Node]bool // what is being converted, to find an alias inside its own anchor
	depth   int
	values  int
	refused bool // a bound was passed; reported once
}

// convert never returns nil; what cannot be converted is reported and invalid.
func (c *yamlConverter) convert(y *yaml.Node) *node {
	n := &node{at: c.place(y)}
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	c.values++
	c.depth++
	defer func() { c.depth-- }()
	switch {
	case c.refused:
	case c.values > valuesMax:
		c.refused = true
		c.report.add(n.at, nil, fmt.Sprintf("more than %d values, aliases expanded", valuesMax),
			"want a smaller document or fewer aliases")
	case c.open[y]:
		c.report.add(n.at, nil, "an alias inside the value it stands for", "want no loop")
	case c.depth > depthMax:
		c.refused = true
		tooDeep(c.report, n.at)
	case tagged(y):
		c.report.add(n.at, nil, "the YAML tag "+quote(y.Tag),
			"want no tags; quotes make a string of a number or a boolean")
	default:
		c.open[y] = true
		c.fill(n, y)
		delete(c.open, y)
	}
	return n
}

// place is where a node begins. The library puts a value that is absent at the end of the text onto
// a line that is not there.
func (c *yamlConverter) place(y *yaml.Node) position {
	if y.Line > c.end.line {
		return c.end
	}
	return position{y.Line, y.Column}
}

func tagged(y *yaml.Node) bool { return y.Style&yaml.TaggedStyle != 0 || y.Tag == "!" }

func (c *yamlConverter) fill(n *node, y *yaml.Node) {
	switch y.Kind {
	case yaml.SequenceNode:
		n.kind = arrayKind
		for _, element := range y.Content {
			n.put(fault.Index(len(n.children)), c.convert(element))
		}
	case yaml.MappingNode:
		n.kind = objectKind
		for i := 0; i+1 < len(y.Content); i += 2 {
			c.member(n, y.Content[i], y.Content[i+1])
		}
	default:
		c.scalar(n, y)
	}
}

func (c *yamlConverter) member(n *node, key, value *yaml.Node) {
	at := c.place(key)
	if problem, want := keyProblem(key); problem != "" {
		c.report.add(at, nil, problem, want)
		n.partial = true
		return
	}
	child := c.convert(value)
	child.keyAt = at
	n.put(fault.Key(key.Value), child)
}

// keyProblem says why a key is not taken; "" when it is.
func keyProblem(key *yaml.Node) (problem, want string) {
	switch {
	case key.Kind != yaml.ScalarNode || tagged(key):
		return "a key that is not plain text", "want text for a key"
	case key.Tag == "!!merge":
		return "a merge key (<<)", "want an alias (*name) for a whole value instead"
	case key.Value == "" && key.Style == 0:
		return "a value without a key", "want a key before the colon"
	}
	return "", ""
}

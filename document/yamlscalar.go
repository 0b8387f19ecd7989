package document

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// scalar gives a plain value the type that it has in YAML 1.2 and in JSON alike. Where YAML's
// versions disagree, or JSON has no such number, the reader asks the author to be plain.
func (c *yamlConverter) scalar(n *node, y *yaml.Node) {
	n.kind, n.text = stringKind, y.Value
	if y.Style != 0 {
		return
	}
	lower := strings.ToLower(y.Value)
	switch {
	case slices.Contains([]string{"", "~", "null"}, lower):
		n.kind, n.text = nullKind, "null"
	case lower == "true" || lower == "false":
		n.kind, n.text = booleanKind, lower
	case jsonNumber.MatchString(y.Value):
		n.kind = numberKind
	case slices.Contains([]string{"yes", "no", "on", "off"}, lower):
		c.doubtful(n, "a boolean to some readers of YAML and a text to others",
			"want true or false, or quotes: "+strconv.Quote(y.Value))
	case y.Tag == "!!int" || y.Tag == "!!float":
		c.doubtful(n, "a number that JSON cannot write",
			"want decimal digits, or quotes: "+quote(y.Value))
	}
}

func (c *yamlConverter) doubtful(n *node, problem, want string) {
	c.report.add(n.at, nil, quote(n.text)+" is "+problem, want)
	n.kind = invalidKind
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

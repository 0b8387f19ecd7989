package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readYAML returns the tree, or nil after reporting a syntax error or when there is no value.
func readYAML(text []byte, r *report) *node {
	if !yamlFits(text, r) {
		return nil
	}
	root, err := loadYAML(withoutVersion(text))
	if err != nil {
		refuseYAML(text, r, err)
		return nil
	}
	if root == nil {
		return nil
	}
	c := yamlConverter{
		report: r,
		end:    newCursor(text).to(len(text)),
		open:   make(map[*yaml.Node]bool),
	}
	tree := c.convert(root)
	if c.refused {
		return nil
	}
	return tree
}

// yamlWeightMax bounds the sum of yamlWeight over a text: the structure of twice as many values as there
// may be, since colons and line breaks weigh too.
const yamlWeightMax = 4 * structureMax

const structureMax = 2 * valuesMax

// yamlWeight is how much a character can add to the tokens that the YAML library keeps in memory,
// in quarters of a value.
func yamlWeight(c rune) int {
	switch c {
	case '\n', ',', '[', '{', '&', '*', '!':
		return 4
	case ':', '?':
		return 2
	case '"', '\'':
		return 1
	}
	return 0
}

// yamlFits bounds what the YAML library is given: how much structure there can be, and which
// characters. What YAML 1.1 alone takes for a line break is refused, since no editor counts lines
// that way.
func yamlFits(text []byte, r *report) bool {
	cursor, weight := newCursor(text), 0
	for i, c := range string(text) {
		weight += yamlWeight(c)
		lone := c == '\r' && !bytes.HasPrefix(text[i:], []byte("\r\n"))
		switch {
		case weight > yamlWeightMax:
			r.add(cursor.to(i), nil,
				fmt.Sprintf("the document has the structure of more than %d values", structureMax),
				"want a smaller document: fewer lines, commas, brackets, colons and quotes")
			return false
		case lone || c == '\u0085' || c == '\u2028' || c == '\u2029':
			r.add(cursor.to(i), nil, fmt.Sprintf("the line break %U", c),
				fmt.Sprintf(`want a line feed, or the escape "\u%04x" in a string`, c))
			return false
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == '\ufffe' || c == '\uffff':
			r.add(cursor.to(i), nil, fmt.Sprintf("the control character %U", c),
				fmt.Sprintf(`want the escape "\u%04x" in a string in double quotes`, c))
			return false
		}
	}
	return true
}

var (
	errDeep     = errors.New("too deep")
	errSeveral  = errors.New("several documents")
	errPanicked = errors.New("the YAML library cannot read this text")
)

// loadYAML returns the root of the only document, or nil when there is none. A panic of the library
// is an error.
func loadYAML(text []byte) (root *yaml.Node, err error) {
	defer func() {
		if recover() != nil {
			root, err = nil, errPanicked
		}
	}()
	limits := &yamlLimits{}
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(limits))
	if err != nil {
		return nil, err
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, limits.explain(err)
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
		return first.Content[0], nil
	case err != nil:
		return nil, limits.explain(err)
	}
	return nil, &yamlError{position{second.Line, second.Column}, errSeveral}
}

// yamlError is an error whose place the library's own error does not tell.
type yamlError struct {
	at    position
	cause error
}

func (e *yamlError) Error() string { return e.cause.Error() }
func (e *yamlError) Unwrap() error { return e.cause }

// yamlLimits is a plugin of the YAML library that stops its scanner before nesting grows deep.
type yamlLimits struct{ deep bool }

// CheckDepth is called for each level of brackets or indentation.
func (l *yamlLimits) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > depthMax {
		l.deep = true
		return errDeep
	}
	return nil
}

// CheckAlias is never called: nodes keep their aliases, yamlConverter expands and bounds them.
func (l *yamlLimits) CheckAlias(_, _ int) error { return nil }

func (l *yamlLimits) explain(err error) error {
	at := yamlPlace(err)
	if l.deep {
		return &yamlError{at, errDeep}
	}
	return err
}

// yamlPlace digs the position out of an error; the zero position when it has none.
func yamlPlace(err error) position {
	var own *yamlError
	if errors.As(err, &own) {
		return own.at
	}
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return position{}
	}
	mark := load.Mark
	if mark.Line == 0 {
		mark = load.ContextMark
	}
	return position{mark.Line, mark.Column}
}

// refuseYAML reports an error of the YAML library.
func refuseYAML(text []byte, r *report, err error) {
	at := clamp(text, yamlPlace(err))
	var load *yaml.LoadError
	switch {
	case errors.Is(err, errDeep):
		tooDeep(r, at)
	case errors.Is(err, errSeveral):
		r.add(at, nil, "a second YAML document", "want one document in a file")
	case errors.As(err, &load):
		problem := strings.TrimPrefix(load.ContextMsg+": "+load.Message, ": ")
		if begun := load.ContextMark.Line; begun > 0 && begun != at.line {
			problem += fmt.Sprintf(" (begun at line %d)", begun)
		}
		r.add(at, nil, "not YAML: "+problem, yamlWant(load.Message, lineOf(text, at.line), at.column))
	default:
		r.add(at, nil, "not YAML: "+err.Error(), "")
	}
}

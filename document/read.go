package document

import (
	"fmt"
	"path/filepath"
	"strings"
)

const (
	// depthMax bounds how deeply values nest, so that no reader's recursion can be driven deep.
	depthMax = 64
	// valuesMax bounds how many values a document holds, aliases expanded, and with them the memory
	// and the time that reading takes. Ten thousand links with filters are about 80,000.
	valuesMax = 1 << 17
)

const wantDocument = `want an object with "modules" and "links"`

// read turns the text into a tree, or returns nil after reporting why there is none.
func read(name string, text []byte, r *report) *node {
	var root *node
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		root = readYAML(text, r)
	default:
		root = readJSON(text, r)
	}
	if root == nil && len(r.faults) == 0 {
		r.add(position{1, 1}, nil, "the document is empty but for comments", wantDocument)
	}
	if root != nil {
		refuseDuplicates(root, r)
	}
	return root
}

// refuseDuplicates reports keys given twice and keeps the first of each.
func refuseDuplicates(n *node, r *report) {
	if n.kind == objectKind {
		n.children = distinct(n.children, r)
	}
	for _, child := range n.children {
		refuseDuplicates(child, r)
	}
}

func distinct(children []*node, r *report) []*node {
	first := make(map[string]*node, len(children))
	kept := children[:0]
	for _, child := range children {
		earlier, twice := first[child.key()]
		if !twice {
			first[child.key()] = child
			kept = append(kept, child)
			continue
		}
		problem := fmt.Sprintf("duplicate key %s, first at line %d", quote(child.key()),
			earlier.keyAt.line)
		r.add(child.keyAt, child.path(), problem, "want each key once")
	}
	return kept
}

func tooDeep(r *report, at position) {
	r.add(at, nil, fmt.Sprintf("nested more than %d levels deep", depthMax),
		"want a flatter document")
}

func tooMany(r *report, at position) {
	r.add(at, nil, fmt.Sprintf("the document has more than %d values", valuesMax),
		"want a smaller document")
}

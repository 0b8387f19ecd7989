package document

import (
	"encoding/json"

	"github.com/millrace/millrace/fault"
)

// kind is the JSON type of a node.
type kind uint8

const (
	invalidKind kind = iota // its mistake is reported already; nothing follows from it
	nullKind
	booleanKind
	numberKind
	stringKind
	arrayKind
	objectKind
)

// article returns the kind as it reads in a sentence.
func (k kind) article() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "an array",
		"an object"}[k]
}

// node is a value of the document with its place. A tree of nodes belongs to one reading of one
// document and to one goroutine.
type node struct {
	kind     kind
	text     string   // a string's characters; the source of a number, boolean or null
	written  string   // a string as the document has it, once variables have been expanded
	at       position // of the value
	keyAt    position // of its key, in an object
	parent   *node
	step     fault.Step // from the parent
	children []*node
	partial  bool // a key of the object was refused, so that nothing is said to be missing
}

// put appends a child.
func (n *node) put(step fault.Step, child *node) {
	child.parent, child.step = n, step
	n.children = append(n.children, child)
}

// path leads from the root to the node, for an error: long keys are shortened.
func (n *node) path() fault.Path {
	if n.parent == nil {
		return nil
	}
	return n.parent.path().Join(clipped(fault.At(n.step)))
}

func clipped(path fault.Path) fault.Path {
	short := make(fault.Path, len(path))
	for i, step := range path {
		if key, ok := step.Key(); ok {
			step = fault.Key(clip(key))
		}
		short[i] = step
	}
	return short
}

// key is the key of a node in an object.
func (n *node) key() string {
	key, _ := n.step.Key()
	return key
}

// get returns the child with that key, or nil when there is none or n is no object.
func (n *node) get(key string) *node {
	if n == nil || n.kind != objectKind {
		return nil
	}
	for _, child := range n.children {
		if child.key() == key {
			return child
		}
	}
	return nil
}

// getString returns the string under a key, or "" when there is none.
func (n *node) getString(key string) string {
	if child := n.get(key); child != nil && child.kind == stringKind {
		return child.text
	}
	return ""
}

// descend follows a path as far as there are nodes.
func (n *node) descend(path fault.Path) (deepest *node, whole bool) {
	for _, step := range path {
		next := n.child(step)
		if next == nil {
			return n, false
		}
		n = next
	}
	return n, true
}

func (n *node) child(step fault.Step) *node {
	if i, ok := step.Index(); ok {
		if n.kind == arrayKind && i >= 0 && i < len(n.children) {
			return n.children[i]
		}
		return nil
	}
	key, _ := step.Key()
	return n.get(key)
}

// broken tells whether something in the tree is invalid.
func (n *node) broken() bool {
	if n.kind == invalidKind || n.partial {
		return true
	}
	for _, child := range n.children {
		if child.broken() {
			return true
		}
	}
	return false
}

// json writes the tree as compact JSON, numbers as they were written.
func (n *node) json() json.RawMessage {
	if n == nil {
		return json.RawMessage("null")
	}
	return n.append(nil)
}

func (n *node) append(b []byte) []byte {
	switch n.kind {
	case objectKind, arrayKind:
		return n.appendChildren(b)
	case stringKind:
		return appendString(b, n.text)
	case invalidKind:
		return append(b, "null"...)
	default:
		return append(b, n.text...)
	}
}

func (n *node) appendChildren(b []byte) []byte {
	brackets := "{}"
	if n.kind == arrayKind {
		brackets = "[]"
	}
	b = append(b, brackets[0])
	for i, child := range n.children {
		if i > 0 {
			b = append(b, ',')
		}
		if n.kind == objectKind {
			b = append(appendString(b, child.key()), ':')
		}
		b = child.append(b)
	}
	return append(b, brackets[1])
}

func appendString(b []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // cannot fail: a string always has a JSON form
	return append(b, quoted...)
}

package migrate

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/millrace/millrace/document"
)

// treeReader builds nodes from a text that is known to be JSON. Nodes have the places they were at.
type treeReader struct {
	text         []byte
	decoder      *json.Decoder
	offset       int // of line and column
	line, column int
}

func readTree(text []byte) *yaml.Node {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	r := &treeReader{text: text, decoder: d, line: 1, column: 1}
	return r.value()
}

// move goes to the next token.
func (r *treeReader) move() {
	to := int(r.decoder.InputOffset())
	for to < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[to]) >= 0 {
		to++
	}
	for _, c := range string(r.text[r.offset:to]) {
		r.column++
		if c == '\n' {
			r.line, r.column = r.line+1, 1
		}
	}
	r.offset = to
}

func (r *treeReader) value() *yaml.Node {
	r.move()
	n := &yaml.Node{Line: r.line, Column: r.column}
	token, _ := r.decoder.Token() // cannot fail: the text was checked whole
	switch v := token.(type) {
	case json.Delim:
		r.children(n, v)
	case string:
		fill(n, v)
	case json.Number:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!float", v.String()
	case bool:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!bool", strconv.FormatBool(v)
	default:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!null", "null"
	}
	return n
}

func (r *treeReader) children(n *yaml.Node, open json.Delim) {
	n.Kind = yaml.SequenceNode
	if open == '{' {
		n.Kind = yaml.MappingNode
	}
	for r.decoder.More() {
		if open == '{' {
			n.Content = append(n.Content, r.value())
		}
		n.Content = append(n.Content, r.value())
	}
	_, _ = r.decoder.Token() // the closing bracket
}

// get returns the value under a key; nil when there is none or n is no object.
func get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// getText returns the string under a key; "" when there is none.
func getText(n *yaml.Node, key string) string {
	if v := get(n, key); isText(v) {
		return v.Value
	}
	return ""
}

func isText(n *yaml.Node) bool { return n != nil && n.Kind == yaml.ScalarNode && n.Tag == "!!str" }
func isNull(n *yaml.Node) bool { return n != nil && n.Tag == "!!null" }

// members iterates over an object.
func members(n *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

// elements returns the elements of an array.
func elements(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// renamed gives a document's mistakes the name of the file.
func renamed(err error, file string) error {
	var mistakes *document.Error
	if errors.As(err, &mistakes) {
		mistakes.File = file
	}
	return err
}

// clip shortens a text for a comment.
func clip(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

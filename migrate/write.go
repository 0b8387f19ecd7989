package migrate

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// text makes a string.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	fill(n, s)
	return n
}

// fill makes a node a string. It has quotes unless it can be nothing else.
func fill(n *yaml.Node, s string) {
	n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!str", s
	if !plain(s) {
		n.Style = yaml.DoubleQuotedStyle
	}
}

var (
	plainText = regexp.MustCompile(`^([A-Za-z/]|\.{1,2}/)[A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`)
	notPlain  = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
)

func plain(s string) bool {
	return plainText.MatchString(s) && !slices.Contains(notPlain, strings.ToLower(s))
}

// object makes an object of keys and values in turn.
func object(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(pairs); i += 2 {
		key := pairs[i].(string)
		switch v := pairs[i+1].(type) {
		case string:
			put(n, key, text(v))
		case *yaml.Node:
			put(n, key, v)
		}
	}
	return n
}

// list makes an array of strings.
func list(items ...string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range items {
		n.Content = append(n.Content, text(s))
	}
	return n
}

func null() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"} }

func put(n *yaml.Node, key string, value *yaml.Node) { n.Content = append(n.Content, text(key), value) }

// flow writes a value on one line.
func flow(n *yaml.Node) *yaml.Node {
	n.Style = yaml.FlowStyle
	return n
}

// about puts a comment before a value, below what is there already.
func about(n *yaml.Node, lines ...string) {
	if n.HeadComment != "" {
		lines = append(strings.Split(n.HeadComment, "\n"), lines...)
	}
	n.HeadComment = comment(lines...)
}

// above puts a comment before an element of an array: the YAML library repeats one that is beside.
func above(n *yaml.Node, words string) { about(n, words) }

// beside puts a comment behind a value, or before one that takes more than a line.
func beside(n *yaml.Node, words string) {
	if n.Kind != yaml.ScalarNode {
		about(n, words)
		return
	}
	if n.LineComment != "" {
		words = n.LineComment + "; " + words
	}
	n.LineComment = oneLine(words)
}

const commentWidth = 98 // characters

// comment wraps lines. What would end a comment, or a terminal act upon, is replaced.
func comment(lines ...string) string {
	var out []string
	for _, l := range lines {
		out = append(out, wrap(oneLine(l))...)
	}
	return strings.Join(out, "\n")
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, s)
}

func wrap(s string) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > commentWidth:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

package document

import (
	"errors"
	"strconv"
	"strings"

	"github.com/millrace/millrace/fault"
)

// structure holds a tree against a shape: types, keys, words and ranges.
func (c *checker) structure(n *node, s *shape) {
	switch {
	case n.kind == invalidKind || s.kind == invalidKind || n.kind == s.or:
	case n.kind != s.kind:
		c.mismatch(n, s)
	case n.kind == objectKind && s.keys != nil:
		c.keys(n, s)
	case n.kind == arrayKind:
		for _, element := range n.children {
			c.structure(element, s.items)
		}
	case n.kind == stringKind:
		c.string(n, s)
	case n.kind == numberKind:
		c.whole(n, s)
	}
}

func (c *checker) mismatch(n *node, s *shape) {
	want := s.want
	if s.kind == stringKind && s.sizeMax == 0 && (n.kind == numberKind || n.kind == booleanKind) {
		want = "want quotes to make it a string: " + quote(n.text)
	}
	if s.kind == numberKind {
		want = between(s)
	}
	belongs := s.kind.article()
	if s.or != invalidKind {
		belongs = s.or.article() + " or " + belongs
	}
	c.at(n, describe(n)+" where "+belongs+" belongs", want)
	n.kind = invalidKind
}

// keys reports unknown and missing keys. A missing key that an unknown one was meant to be is one
// mistake, not two.
func (c *checker) keys(n *node, s *shape) {
	meant := make(map[string]bool)
	for _, child := range n.children {
		if known := s.key(child.key()); known != nil {
			c.structure(child, known.shape)
			continue
		}
		meant[c.unknownKey(child, s)] = true
	}
	for _, k := range s.keys {
		if k.required && !n.partial && n.get(k.name) == nil && !meant[k.name] {
			c.at(n, "missing key "+quote(k.name), wantMissing(n, k))
		}
	}
}

// wantMissing says what would be right where a key is missing.
func wantMissing(n *node, k key) string {
	if n.parent == nil && k.name == "modules" {
		return k.shape.want + alone(n.get("links"), "links")
	}
	return k.shape.want
}

func (s *shape) key(name string) *key {
	for i := range s.keys {
		if s.keys[i].name == name {
			return &s.keys[i]
		}
	}
	return nil
}

// unknownKey reports a key and returns the one that was probably meant.
func (c *checker) unknownKey(child *node, s *shape) string {
	if c.full() {
		c.omitted++
		return ""
	}
	names := s.names()
	meant, want := "", "want "+oneOf(names)
	if guess := fault.DidYouMean(child.key(), names); guess != "" {
		meant, want = guessed(guess), guess
		if strings.EqualFold(meant, child.key()) {
			want = "keys are case-sensitive: " + guess
		}
	}
	c.add(child.keyAt, child.path(), "unknown key "+quote(child.key()), want)
	if len(names) == 1 {
		return names[0]
	}
	return meant
}

// guessed takes the word out of a did-you-mean.
func guessed(guess string) string {
	_, word, _ := strings.Cut(guess, `"`)
	word, _, _ = strings.Cut(word, `"`)
	return word
}

func (c *checker) string(n *node, s *shape) {
	switch {
	case strings.Contains(n.text, "${"):
		c.at(n, "a variable in "+quote(n.text), "want none: variables stand in args and filters only")
		n.kind = invalidKind
	case s.name:
		c.name(n)
	case s.words != nil:
		c.word(n, s.words)
	case s.sizeMax > 0:
		c.size(n, s)
	}
}

func (c *checker) name(n *node) {
	problem := ""
	switch {
	case n.text == "":
		problem = "an empty name"
	case n.text == every:
		problem = `the name "*", which stands for every module in a link's source`
	case len(n.text) > nameMax:
		problem = "a name of " + strconv.Itoa(len(n.text)) + " bytes"
	case strings.ContainsFunc(n.text, isControl):
		problem = "a control character in the name " + quote(n.text)
	default:
		return
	}
	c.at(n, problem, `want a name such as "sensor1", 128 bytes at most`)
	n.kind = invalidKind
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f }

func (c *checker) word(n *node, words []string) {
	for _, w := range words {
		if n.text == w {
			return
		}
	}
	want := fault.DidYouMean(n.text, words)
	if want == "" {
		want = "want " + oneOf(words)
	}
	c.at(n, "unknown value "+quote(n.text), want)
	n.kind = invalidKind
}

func (c *checker) whole(n *node, s *shape) {
	n.text = digits(n.text)
	value, err := strconv.Atoi(n.text)
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		c.at(n, describe(n)+" where a whole number belongs", between(s))
	case err != nil || value < s.min || value > s.max:
		c.at(n, describe(n)+" is out of range", between(s))
	default:
		return
	}
	n.kind = invalidKind
}

func between(s *shape) string {
	return "want a whole number from " + strconv.Itoa(s.min) + " to " + strconv.Itoa(s.max)
}

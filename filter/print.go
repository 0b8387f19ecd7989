package filter

import (
	"strconv"
	"strings"
)

var symbols = [...]string{less: "<", atMost: "<=", equal: "=", atLeast: ">=", greater: ">"}

// String writes the filter the way a WHERE clause says it: kind = 'cpu' AND value > 30.
func (f Filter) String() string {
	if f.node == nil {
		return "TRUE"
	}
	n := f.node
	switch n.op {
	case opAnd:
		return joined(n.parts, " AND ")
	case opOr:
		if len(n.parts) == 0 {
			return "FALSE"
		}
		return joined(n.parts, " OR ")
	case opNot:
		return "NOT " + n.parts[0].nested()
	case opEqual:
		return name(n.key) + " = " + quote(n.text)
	case opIn:
		return name(n.key) + " IN (" + quoteAll(n.texts) + ")"
	case opPrefix:
		return "PREFIX(" + name(n.key) + ", " + quote(n.text) + ")"
	case opExists:
		return "EXISTS(" + name(n.key) + ")"
	}
	text := strconv.FormatFloat(n.number, 'g', -1, 64)
	return name(n.key) + " " + symbols[n.relation] + " " + text
}

func (f Filter) nested() string {
	if f.node != nil && f.node.op <= opOr {
		return "(" + f.String() + ")"
	}
	return f.String()
}

func joined(parts []Filter, word string) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = p.nested()
	}
	return strings.Join(texts, word)
}

func name(key string) string {
	for i, r := range key {
		letter := r == '_' || (r|0x20 >= 'a' && r|0x20 <= 'z')
		if !letter && (i == 0 || r < '0' || r > '9') {
			return `"` + strings.ReplaceAll(key, `"`, `""`) + `"`
		}
	}
	if key == "" {
		return `""`
	}
	return key
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = quote(t)
	}
	return strings.Join(quoted, ", ")
}

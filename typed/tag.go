package typed

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// tag is what a field's tag says.
type tag struct {
	name     string // of the property, or how the content is written
	content  bool
	static   bool
	omitzero bool
	shared   bool
	decimals int // of a float; none said: -1
}

// maxDecimals is how many decimals messages format in place.
const maxDecimals = 15

// tagOf reads a field's tag; tagged is false if it has none of ours.
func tagOf(name string, f reflect.StructField) (t tag, tagged bool, err error) {
	text, isProperty := f.Tag.Lookup("property")
	content, isContent := f.Tag.Lookup("content")
	t = tag{content: isContent, decimals: -1}
	switch {
	case isProperty && isContent:
		return t, true, typeFault(name, f.Type, "it has the tags property and content", "one of them")
	case isContent:
		text = content
	case !isProperty:
		return t, false, nil
	}
	words := strings.Split(text, ",")
	t.name = words[0]
	for _, word := range words[1:] {
		if wrong, want := t.option(word); wrong != "" {
			return t, true, typeFault(name, f.Type, wrong, want)
		}
	}
	return t, true, t.check(name, f)
}

// option reads one word behind the name.
func (t *tag) option(word string) (wrong, want string) {
	number, isDecimals := strings.CutPrefix(word, "decimals=")
	switch {
	case word == "shared":
		t.shared = true
	case t.content:
		return fmt.Sprintf("the unknown option %.64q of content", word), "shared, or none"
	case word == "static":
		t.static = true
	case word == "omitzero":
		t.omitzero = true
	case isDecimals:
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || n > maxDecimals {
			return fmt.Sprintf("%.64q decimals", number), fmt.Sprintf("0 to %d", maxDecimals)
		}
		t.decimals = n
	default:
		return fmt.Sprintf("the unknown option %.64q of property", word), "static, omitzero, shared or decimals=N"
	}
	return "", ""
}

// check looks at the tag and the field as a whole.
func (t *tag) check(name string, f reflect.StructField) error {
	switch {
	case !f.IsExported():
		return typeFault(name, f.Type, "it is not exported, so it cannot be set", "an upper-case name, or no tag")
	case t.content:
		return nil
	case t.name == "":
		return typeFault(name, f.Type, "its tag names no property", `property:"NAME"`)
	case strings.IndexByte(t.name, 0) >= 0:
		return typeFault(name, f.Type, "its property's name has a NUL", "a name without")
	case t.static && t.omitzero:
		return typeFault(name, f.Type, "it is static and omitzero", "one of them")
	}
	return nil
}

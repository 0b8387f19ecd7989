package fuzz

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/millrace/millrace/fault"
	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// FuzzPattern: a JSON pattern that is accepted is what a naive reading of it says, and so is the SQL
// that it prints as; one that is refused is refused with words and a place that is there.
func FuzzPattern(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"kind":["cpu","memory"],"value":[{"numeric":[">",30,"<=",90.5]}]}`, `{"a":["1",1,true,false]}`,
		`{"a":[{"anything-but":"x"}],"b":[{"anything-but":["x",1]},{"exists":false}]}`, `{"":[{"prefix":""}]}`,
		`{"a":[{"anything-but":{"prefix":"x"}}]}`, `{"a":[{"numeric":["=",1e0]},{"exists":true}]}`, `{"a":"x"}`, `[]`,
		`{"a":[]}`, `{"a":[null]}`, `{"a":[1e400]}`, `{"a":[{"numeric":["!",1]}]}`, "{\"\xff\":[1]}", `{"a":["\ud800"]}`,
		`{"a":[{"exists":"yes"}],"a":[2]}`, `{"$or":[{"a":[{"suffix":"x"}]},{"b":[{"equals-ignore-case":"Ä"},{"wildcard":"a*\\*b*"}]}],"a":[{"prefix":{"equals-ignore-case":"X"}}]}`,
		`{"a":[{"anything-but":{"suffix":"y"}},{"anything-but":{"wildcard":"*x*"}},{"suffix":{"equals-ignore-case":"É"}}]}`,
		`{"a\"b":["it's",{"prefix":"%_\\"}],"in":[{"anything-but":[1,2]}]}`,
	} {
		f.Add([]byte(text), []byte{1, 2, 3, 4, 5, 6, 7})
	}
	keys := property.NewKeys(2)
	s := shardOf(keys, arena.Limits{})
	f.Fuzz(func(t *testing.T, text, properties []byte) {
		var p filter.Filter
		var err error
		checkAllocation(t, memoryFactor*len(text), func() { p, err = filter.ParsePattern(text) })
		if err != nil {
			checkFaults(t, text, err)
			return
		}
		var tree map[string][]any
		naive, err := naivePattern(text, &tree)
		if err != nil {
			t.Fatalf("%s is accepted, but %v", text, err)
		}
		v := messageFor(&tape{properties}, tree)
		m := written(t, s, v, nil)
		defer m.Release()
		checkTruth(t, p, keys, m.Properties(), naive(v))
		if printed := p.String(); len(printed) < 60<<10 && !strings.Contains(printed, "\x00") {
			again, err := filter.Parse(printed)
			if err != nil {
				t.Fatalf("%s prints as\n%s\nwhich is refused: %v", text, printed, err)
			}
			checkTruth(t, again, keys, m.Properties(), naive(v))
		}
	})
}

// checkFaults holds refusals to words, and to paths that lead somewhere in the pattern, unless a key
// comes twice, of which encoding/json keeps the last.
func checkFaults(t *testing.T, text []byte, err error) {
	t.Helper()
	var list fault.List
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("%q: %T", text, err)
	}
	var tree any
	readable := utf8.Valid(text) && json.Unmarshal(text, &tree) == nil && !strings.Contains(err.Error(), "twice")
	for _, f := range list {
		if f.Problem == "" || readable && !leadsSomewhere(tree, f.Path) {
			t.Fatalf("%q: %v", text, f)
		}
	}
}

func leadsSomewhere(at any, path fault.Path) bool {
	for _, step := range path {
		var there bool
		if key, isKey := step.Key(); isKey {
			object, _ := at.(map[string]any)
			at, there = object[key]
		} else {
			i, _ := step.Index()
			array, _ := at.([]any)
			if there = i < len(array); there {
				at = array[i]
			}
		}
		if !there {
			return false
		}
	}
	return true
}

// naivePattern reads a pattern that is right as encoding/json sees it.
func naivePattern(text []byte, tree *map[string][]any) (truth, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(tree); err != nil {
		return nil, err
	}
	return naiveObject(*tree), nil
}

func naiveObject(tree map[string][]any) truth {
	var all []truth
	for key, conditions := range tree {
		if key != "$or" {
			all = append(all, naiveAlternatives(key, conditions))
			continue
		}
		var any []truth
		for _, c := range conditions {
			any = append(any, naiveObject(below(c)))
		}
		all = append(all, anyOf(any))
	}
	return allOf(all)
}

// below returns an object of an $or.
func below(object any) map[string][]any {
	tree := map[string][]any{}
	for key, conditions := range object.(map[string]any) {
		tree[key] = conditions.([]any)
	}
	return tree
}

// flat returns the conditions of a pattern and of all those in it, by property.
func flat(tree map[string][]any) map[string][]any {
	all := map[string][]any{}
	for key, conditions := range tree {
		if key != "$or" {
			all[key] = append(all[key], conditions...)
			continue
		}
		for _, c := range conditions {
			for key, conditions := range flat(below(c)) {
				all[key] = append(all[key], conditions...)
			}
		}
	}
	return all
}

func naiveAlternatives(key string, conditions []any) truth {
	var any []truth
	for _, c := range conditions {
		any = append(any, naiveCondition(key, c))
	}
	return anyOf(any)
}

func naiveCondition(key string, c any) truth {
	switch c := c.(type) {
	case string:
		return equals(key, c)
	case bool:
		return equals(key, map[bool]string{true: "true", false: "false"}[c])
	case json.Number:
		n, _ := c.Float64() // Parse has refused what is out of range
		return compares(key, "=", n)
	case map[string]any:
		for name, operand := range c {
			return naiveNamed(key, name, operand)
		}
	}
	return func(values) filter.Truth { panic("a condition that is none") }
}

func naiveNamed(key, name string, operand any) truth {
	switch name {
	case "exists":
		if operand == true {
			return exists(key)
		}
		return not(exists(key))
	case "prefix", "suffix", "wildcard", "equals-ignore-case":
		return naiveTextTest(key, name, operand)
	case "numeric":
		var all []truth
		for list := operand.([]any); len(list) > 0; list = list[2:] {
			n, _ := list[1].(json.Number).Float64()
			all = append(all, compares(key, list[0].(string), n))
		}
		return allOf(all)
	}
	if list, isList := operand.([]any); isList {
		return not(naiveAlternatives(key, list))
	}
	return not(naiveCondition(key, operand))
}

// naiveTextTest reads a condition on a text.
func naiveTextTest(key, name string, operand any) truth {
	asIs := func(s string) string { return s }
	if object, isObject := operand.(map[string]any); isObject {
		operand, asIs = object["equals-ignore-case"], strings.ToLower
	}
	want := asIs(operand.(string))
	switch name {
	case "prefix":
		return onText(key, func(s string) bool { return strings.HasPrefix(asIs(s), want) })
	case "suffix":
		return onText(key, func(s string) bool { return strings.HasSuffix(asIs(s), want) })
	case "equals-ignore-case":
		return onText(key, func(s string) bool { return asLower(s) == asLower(want) })
	}
	return onText(key, regexp.MustCompile(starred(want)).MatchString)
}

// asLower is what equals-ignore-case compares: it is not Unicode's folding, as strings.EqualFold has it.
func asLower(s string) string { return strings.ToLower(s) }

// starred writes a wildcard as a regular expression.
func starred(pattern string) string {
	literal := strings.NewReplacer("\\\\", "\x01", "\\*", "\x02", "*", "\x03").Replace(pattern)
	return "^(?s:" + strings.NewReplacer("\x01", "\\\\", "\x02", "\\*", "\x03", ".*").Replace(regexp.QuoteMeta(literal)) + ")$"
}

// messageFor makes a message that has some of the pattern's keys, with values from the pattern.
func messageFor(steps *tape, tree map[string][]any) values {
	v := values{}
	tree = flat(tree)
	candidates := []string{"", "1", "x", "-0.0", "1e1", "true"}
	keys := slices.Sorted(maps.Keys(tree))
	for _, key := range keys {
		for _, c := range tree[key] {
			candidates = append(candidates, leaves(c)...)
		}
	}
	size := 0
	for _, key := range keys {
		value := candidates[steps.next(min(256, len(candidates)))]
		if size += len(key) + len(value) + 2; size > message.DefaultPropertyBytes || len(v) == message.DefaultProperties {
			break
		}
		if steps.next(4) > 0 && !strings.Contains(key+value, "\x00") {
			v[key] = value
		}
	}
	return v
}

func leaves(c any) (texts []string) {
	switch c := c.(type) {
	case string:
		texts = append(texts, c, c+"x", "x"+c, strings.ToUpper(c), strings.ReplaceAll(c, "*", "xx"))
	case json.Number:
		texts = append(texts, c.String(), "0"+c.String())
	case []any:
		for _, item := range c {
			texts = append(texts, leaves(item)...)
		}
	case map[string]any:
		for _, operand := range c {
			texts = append(texts, leaves(operand)...)
		}
	}
	return texts
}

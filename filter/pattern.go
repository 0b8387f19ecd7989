package filter

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/millrace/millrace/fault"
)

// ParsePattern reads a filter written as a JSON pattern, after the event patterns of Amazon
// EventBridge: an object whose keys are property names, all of which must match, and whose values
// are arrays of conditions, any of which may:
//
//	{"kind": ["cpu", "memory"], "value": [{"numeric": [">", 30, "<=", 90]}]}
//
// A condition is a string (equal bytes), a number (equal number), true or false (equal to that
// text) or an object with one of the keys
//
//	"anything-but":       a string, number or boolean, an array of them, or one of the four below
//	"exists":             true or false
//	"numeric":            an array of operators (< <= = >= >) each followed by a number; all must hold
//	"prefix", "suffix":   a string, or {"equals-ignore-case": text}
//	"equals-ignore-case": a string
//	"wildcard":           a string in which * is any run of characters; \* and \\ are * and \
//
// Beside properties a pattern may have the key "$or": an array of patterns, any of which must match.
//
// Anything-but is Not: it wants the property to be there and, where it excludes a number, to be a
// number, for what cannot be compared is Unknown. The empty object accepts everything. The bounds are
// those of Parse. All mistakes come back in one fault.List.
func ParsePattern(pattern []byte) (Filter, error) {
	if len(pattern) > textMax {
		return Or(), fault.List{{Problem: fmt.Sprintf("a pattern of %d bytes", len(pattern)),
			Want: fmt.Sprintf("want %d at most", textMax)}}
	}
	v, err := readValue(pattern)
	if err != nil {
		return Or(), fault.List{{Problem: err.Error(), Want: wantPattern}}
	}
	var p patternParser
	f := p.object(v, nil)
	if err := p.faults.Err(); err != nil {
		return Or(), err
	}
	return f, nil
}

const (
	wantPattern = `want an object of property names and arrays of conditions, ` +
		`such as {"kind": ["cpu"]}`
	wantCondition = `want a string, a number, true, false, or one of {"anything-but": …}, ` +
		`{"equals-ignore-case": …}, {"exists": …}, {"numeric": …}, {"prefix": …}, {"suffix": …}, {"wildcard": …}`
	wantNumeric = `want operators and numbers in turn, such as [">", 30, "<=", 90]`
)

var (
	conditions = []string{"anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}
	relations  = map[string]relation{
		"<": less, "<=": atMost, "=": equal, ">=": atLeast, ">": greater,
	}
)

type patternParser struct {
	faults     fault.List
	conditions int
	searches   searches
}

// count counts a condition.
func (p *patternParser) count(path fault.Path) {
	if p.conditions++; p.conditions == conditionsMax+1 {
		p.faults.Add(path, fmt.Sprintf("more than %d conditions", conditionsMax), "want a smaller filter")
	}
}

func (p *patternParser) object(v value, path fault.Path) Filter {
	if v.kind != isObject {
		p.faults.Add(path, "a filter cannot be "+v.kind.String(), wantPattern)
		return Filter{}
	}
	var all []Filter
	seen := make(map[string]bool, len(v.keys))
	for i, key := range v.keys {
		path := path.Then(fault.Key(key))
		if seen[key] {
			p.faults.Add(path, "the property is named twice", "put its conditions into one array")
			continue
		}
		seen[key] = true
		if key == "$or" {
			all = append(all, p.or(v.items[i], path))
			continue
		}
		all = append(all, p.alternatives(key, v.items[i], path))
	}
	return And(all...)
}

// or reads patterns of which any must match.
func (p *patternParser) or(v value, path fault.Path) Filter {
	if v.kind != isArray || len(v.items) == 0 {
		p.faults.Add(path, "$or needs patterns", `want an array of them, such as [{"kind": ["cpu"]}, {"temp": [30]}]`)
		return Filter{}
	}
	var any []Filter
	for i, item := range v.items {
		any = append(any, p.object(item, path.Then(fault.Index(i))))
	}
	return Or(any...)
}

func (p *patternParser) alternatives(key string, v value, path fault.Path) Filter {
	if v.kind != isArray {
		p.faults.Add(path, "conditions cannot be "+v.kind.String(), v.insteadOfConditions())
		return Filter{}
	}
	if strings.IndexByte(key, 0) >= 0 {
		p.faults.Add(path, "a property name cannot hold NUL", "")
	}
	if len(v.items) == 0 {
		p.faults.Add(path, "an empty array of conditions matches nothing", wantCondition)
	}
	var texts []string
	var any []Filter
	for i, item := range v.items {
		if item.kind == isString {
			if texts = append(texts, item.text); len(texts) == 1 {
				p.count(path)
			}
			continue
		}
		any = append(any, p.condition(key, item, path.Then(fault.Index(i))))
	}
	return Or(append(oneOf(key, texts), any...)...)
}

// insteadOfConditions is about what should be an array. Properties are flat: an object that is no
// condition looks like one within another.
func (v value) insteadOfConditions() string {
	switch {
	case v.kind == isObject && (len(v.keys) != 1 || !slices.Contains(conditions, v.keys[0])):
		return `properties are flat, and hold no object; want an array of conditions, such as ["cpu"]`
	case v.kind == isObject:
		return "want an array of conditions: [" + `{"` + v.keys[0] + `": …}]`
	case v.kind == isNull:
		return "want an array of conditions"
	}
	return "want an array of conditions: [" + v.source() + "]"
}

func oneOf(key string, texts []string) []Filter {
	if len(texts) == 0 {
		return nil
	}
	return []Filter{In(key, texts...)}
}

func (p *patternParser) condition(key string, v value, path fault.Path) Filter {
	p.count(path)
	switch v.kind {
	case isString, isBool:
		return Equal(key, v.text)
	case isNumber:
		return EqualNumber(key, p.number(v, path))
	case isObject:
		return p.named(key, v, path)
	case isNull:
		p.faults.Add(path, "properties have no null", `want {"exists": false} for absence`)
	default:
		p.faults.Add(path, "a condition cannot be "+v.kind.String(), wantCondition)
	}
	return Or()
}

func (p *patternParser) named(key string, v value, path fault.Path) Filter {
	if len(v.keys) != 1 {
		p.faults.Add(path, "a condition object has one key, this has "+strconv.Itoa(len(v.keys)),
			wantCondition)
		return Or()
	}
	operand, path := v.items[0], path.Then(fault.Key(v.keys[0]))
	switch v.keys[0] {
	case "anything-but":
		return Not(p.excluded(key, operand, path))
	case "exists":
		return p.exists(key, operand, path)
	case "numeric":
		return p.numeric(key, operand, path)
	case "prefix", "suffix", "equals-ignore-case", "wildcard":
		return p.ofText(key, v, path)
	}
	want := fault.DidYouMean(v.keys[0], conditions)
	if want == "" {
		want = wantCondition
	}
	p.faults.Add(path, "unknown condition "+strconv.Quote(v.keys[0]), want)
	return Or()
}

func (p *patternParser) excluded(key string, v value, path fault.Path) Filter {
	switch {
	case v.kind == isObject && len(v.keys) == 1 && slices.Contains(textConditions, v.keys[0]):
		return p.ofText(key, v, path.Then(fault.Key(v.keys[0])))
	case v.kind == isString || v.kind == isNumber || v.kind == isBool:
		return p.condition(key, v, path)
	case v.kind == isArray && len(v.items) > 0:
		return p.excludedList(key, v, path)
	case v.kind == isArray:
		p.faults.Add(path, "an empty array excludes nothing", `want {"exists": true} for presence`)
		return Or()
	}
	p.faults.Add(path, "anything-but cannot be "+v.kind.String(),
		`want a string, a number, an array of them, or {"prefix": text}, {"suffix": text} and the like`)
	return Or()
}

func (p *patternParser) excludedList(key string, v value, path fault.Path) Filter {
	for i, item := range v.items {
		if item.kind != isString && item.kind != isNumber && item.kind != isBool {
			p.faults.Add(path.Then(fault.Index(i)), "anything-but cannot list "+item.kind.String(),
				"want strings and numbers")
			return Or()
		}
	}
	return p.alternatives(key, v, path)
}

func (p *patternParser) exists(key string, v value, path fault.Path) Filter {
	if v.kind != isBool {
		p.faults.Add(path, "exists cannot be "+v.kind.String(), "want true or false")
		return Or()
	}
	if v.text == "true" {
		return Exists(key)
	}
	return Not(Exists(key))
}

func (p *patternParser) numeric(key string, v value, path fault.Path) Filter {
	if v.kind != isArray || len(v.items) == 0 || len(v.items)%2 != 0 {
		p.faults.Add(path, "numeric needs pairs of operator and number", wantNumeric)
		return Or()
	}
	var all []Filter
	before := len(p.faults)
	for i := 0; i < len(v.items); i += 2 {
		if i > 0 {
			p.count(path)
		}
		op, operand := v.items[i], v.items[i+1]
		r, known := relations[op.text]
		if op.kind != isString || !known {
			p.faults.Add(path.Then(fault.Index(i)), "unknown operator "+op.source(),
				"want one of <, <=, =, >=, >")
		}
		if operand.kind != isNumber {
			p.faults.Add(path.Then(fault.Index(i+1)), "numeric compares with a number, not "+
				operand.kind.String(), wantNumeric)
			continue
		}
		all = append(all, number(key, r, p.number(operand, path.Then(fault.Index(i+1)))))
	}
	if len(p.faults) == before {
		p.checkRange(all, path)
	}
	return And(all...)
}

// checkRange refuses comparisons that no number fulfils together, as BETWEEN 5 AND 1 is refused.
func (p *patternParser) checkRange(all []Filter, path fault.Path) {
	low, high := -math.MaxFloat64, math.MaxFloat64
	for _, f := range all {
		from, to := f.node.interval()
		low, high = max(low, from), min(high, to)
	}
	if low > high {
		s := smallerFirst("number")
		p.faults.Add(path, s.problem, s.want+`, as in [">=", 10, "<=", 20]`)
	}
}

func (p *patternParser) number(v value, path fault.Path) float64 {
	n, err := json.Number(v.text).Float64()
	if err != nil {
		p.faults.Add(path, "number out of range: "+v.text, "want a number that a float64 can hold")
	}
	return n
}

package filter

import "github.com/millrace/millrace/fault"

// textConditions are what anything-but may exclude, beside values.
var textConditions = []string{"equals-ignore-case", "prefix", "suffix", "wildcard"}

// ofText reads an object with one of textConditions.
func (p *patternParser) ofText(key string, v value, path fault.Path) Filter {
	condition, operand, subject := v.keys[0], v.items[0], text{key: key}
	if operand.kind == isObject && len(operand.keys) == 1 && operand.keys[0] == "equals-ignore-case" &&
		(condition == "prefix" || condition == "suffix") {
		subject.fold, operand, path = lower, operand.items[0], path.Then(fault.Key("equals-ignore-case"))
	}
	if operand.kind != isString {
		p.faults.Add(path, map[string]string{"prefix": "a prefix", "suffix": "a suffix", "wildcard": "a wildcard",
			"equals-ignore-case": "equals-ignore-case"}[condition]+" cannot be "+operand.kind.String(), "want a string")
		return Or()
	}
	f := subject.matching(condition, operand.text)
	if s, wrong := p.searches.add(f); wrong {
		p.faults.Add(path, s.problem, s.want)
	}
	return f
}

func (t text) matching(condition, operand string) Filter {
	if t.fold != asIs {
		operand = t.fold.folded(operand)
	}
	switch condition {
	case "prefix":
		return t.prefix(operand)
	case "suffix":
		return t.like(split("%"+escaped(operand), '\\'))
	case "wildcard":
		return t.like(splitStars(operand))
	}
	t.fold = lower
	return t.equal(lower.folded(operand))
}

// splitStars reads a pattern whose only wildcard is *. A backslash before * or itself stands for that;
// elsewhere it is one.
func splitStars(pattern string) (all []wild) {
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '*':
			all = append(all, wild{special: '%'})
			continue
		case c == '\\' && i+1 < len(pattern) && (pattern[i+1] == '*' || pattern[i+1] == '\\'):
			i++
		}
		all = append(all, wild{text: pattern[i : i+1]})
	}
	return all
}

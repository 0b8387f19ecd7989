package workload

import "github.com/millrace/millrace/filter"

// Millrace returns the filter as the engine has it.
func (f Filter) Millrace() filter.Filter {
	parts := make([]filter.Filter, len(f))
	for i, c := range f {
		parts[i] = c.millrace()
	}
	return filter.And(parts...)
}

func (c Condition) millrace() filter.Filter {
	switch c.Op {
	case In:
		return filter.In(c.Key, c.Texts...)
	case Prefix:
		return filter.Prefix(c.Key, c.Texts[0])
	case Differs:
		return filter.Not(filter.Equal(c.Key, c.Texts[0]))
	case Exists:
		return filter.Exists(c.Key)
	case Below:
		return filter.Less(c.Key, c.Number)
	case From:
		return filter.AtLeast(c.Key, c.Number)
	}
	return filter.Equal(c.Key, c.Texts[0])
}

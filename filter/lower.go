package filter

import "slices"

// A Lowering is a filter as an index wants it: a disjunction of conjunctions of conditions, at most
// one for each key. A message makes the filter True if and only if it fulfils one of Any; or, where
// a condition is Opaque, only if. What is False and what is Unknown is no longer told apart, for a
// message matches neither way: negations were pushed down to the conditions before.
//
// Lower uses the memory of the lowering before. A Lowering belongs to one goroutine; the zero value
// is ready.
type Lowering struct {
	Any     []Conjunction // none: the filter is never True
	Refused string        // why there is no such form within bounds; "" if there is

	effort int           // spent on it
	spare  []Conjunction // memory to use again
}

// Conjunction holds conditions that all have to be fulfilled; without any it is always true.
type Conjunction struct {
	Conditions []Condition // sorted by key
}

// Condition is what a conjunction wants of one property: either that it is absent, or that it is
// there and everything else said here holds of it. Its slices are valid until the next Lower.
type Condition struct {
	Key         string
	Absent      bool
	Texts       []string // none, or equals one of them; then nothing else is set; sorted
	Lower       []string // none, or is one of them in lower case, as LOWER has it; sorted
	Upper       []string // the same in upper case
	Number      bool     // is a number from Low to High, which are finite and included
	Low, High   float64
	Prefix      string    // begins with it
	NotTexts    []string  // equals none of them
	NotPrefixes []string  // begins with none of them
	NotNumbers  []float64 // its number is none of them; Number is set too
	Opaque      bool      // and more, which only the filter itself can say
}

const (
	alternativesMax = 256     // conjunctions that a filter is lowered to
	effortMax       = 1 << 17 // conditions and texts that are copied or compared meanwhile
)

// Lower replaces l by the form of f. It takes time in proportion to f's size, and a constant bound
// beside that.
func (l *Lowering) Lower(f Filter) {
	l.spare = append(l.spare, l.Any...)
	l.Any, l.Refused = append(l.Any[:0], l.fresh()), ""
	l.effort = 0
	if f.All() {
		return
	}
	l.Any = l.where(l.Any, f.node, True)
	if l.Refused != "" {
		l.Any = l.Any[:0]
	}
	for _, c := range l.Any {
		c.finish()
	}
}

// ParseNumber reads a property's number the way that numeric comparisons do.
func ParseNumber(value []byte) (n float64, ok bool) { return parseNumber(value) }

// finish sorts what was collected in any order.
func (c *Conjunction) finish() {
	for i := range c.Conditions {
		k := &c.Conditions[i]
		for _, texts := range []*[]string{&k.Texts, &k.Lower, &k.Upper} {
			if len(*texts) > 1 {
				slices.Sort(*texts)
				*texts = slices.Compact(*texts)
			}
		}
	}
}

// AppendLower appends a text in lower case, as LOWER has it.
func AppendLower(into, value []byte) []byte { return lower.append(into, value) }

// AppendUpper appends a text in upper case, as UPPER has it.
func AppendUpper(into, value []byte) []byte { return upper.append(into, value) }

// admits tells whether a value that is there is as wanted.
func (c *Condition) admits(value []byte) bool {
	if c.Number {
		n, ok := parseNumber(value)
		if !ok || n < c.Low || n > c.High || slices.Contains(c.NotNumbers, n) {
			return false
		}
	}
	text := string(value)
	return (len(c.Texts) == 0 || slices.Contains(c.Texts, text)) &&
		(len(c.Lower) == 0 || slices.Contains(c.Lower, lower.folded(text))) &&
		(len(c.Upper) == 0 || slices.Contains(c.Upper, upper.folded(text))) &&
		hasPrefix(text, c.Prefix) && !slices.Contains(c.NotTexts, text) &&
		!slices.ContainsFunc(c.NotPrefixes, func(p string) bool { return hasPrefix(text, p) })
}

func hasPrefix(text, prefix string) bool {
	return len(text) >= len(prefix) && text[:len(prefix)] == prefix
}

package filter

import (
	"math"
	"slices"
	"strings"
)

// where adds to each of the conjunctions that the filter has the truth wanted, which is True or
// False: it returns the disjunction of what they become.
func (l *Lowering) where(all []Conjunction, n *node, want Truth) []Conjunction {
	switch {
	case l.Refused != "":
		return all
	case n.op == opNot:
		return l.where(all, n.parts[0].node, True-want)
	case n.op == opAnd && want == True, n.op == opOr && want == False:
		for _, part := range n.parts {
			all = l.where(all, part.node, want)
		}
		return all
	case n.op == opAnd, n.op == opOr:
		return l.whereAny(all, n.parts, want)
	}
	return l.retain(all, func(c *Conjunction) bool {
		l.spend(c.size() + len(n.texts))
		return l.Refused == "" && c.restrict(n, want)
	})
}

// spend gives up what takes too much effort.
func (l *Lowering) spend(effort int) {
	if l.effort += effort; l.effort > effortMax {
		l.Refused = "it is too large to be multiplied out"
	}
}

// size counts the conditions and texts of a conjunction.
func (c *Conjunction) size() int {
	n := 1
	for i := range c.Conditions {
		k := &c.Conditions[i]
		n += 1 + len(k.Texts) + len(k.Lower) + len(k.Upper) + len(k.NotTexts) + len(k.NotPrefixes) + len(k.NotNumbers)
	}
	return n
}

// whereAny distributes: each part is added to a copy of the conjunctions.
func (l *Lowering) whereAny(all []Conjunction, parts []Filter, want Truth) (any []Conjunction) {
	for _, part := range parts {
		for _, c := range l.where(l.clones(all), part.node, want) {
			any = l.unite(any, c)
		}
		if len(any) > alternativesMax || l.Refused != "" {
			l.Refused = "it has too many alternatives when it is multiplied out"
			break
		}
	}
	l.spare = append(l.spare, all...)
	return any
}

// unite adds a conjunction to a disjunction: where it differs from one that is there by the texts of
// one property only, that one's texts become more.
func (l *Lowering) unite(any []Conjunction, c Conjunction) []Conjunction {
	l.spend(len(any))
	for i := range any {
		at, alike := any[i].differsIn(&c)
		if !alike {
			continue
		}
		if at >= 0 {
			into := &any[i].Conditions[at].Texts
			*into = append(*into, c.Conditions[at].Texts...)
		}
		l.spare = append(l.spare, c)
		return any
	}
	return append(any, c)
}

// differsIn returns the index of the one condition in whose texts two conjunctions differ, -1 if
// they do not differ, and false if they differ otherwise.
func (c *Conjunction) differsIn(o *Conjunction) (at int, alike bool) {
	if len(c.Conditions) != len(o.Conditions) {
		return 0, false
	}
	at = -1
	for i := range c.Conditions {
		a, b := &c.Conditions[i], &o.Conditions[i]
		switch {
		case a.equal(b):
		case at < 0 && a.Key == b.Key && len(a.Texts) > 0 && len(b.Texts) > 0 && a.Opaque == b.Opaque:
			at = i
		default:
			return 0, false
		}
	}
	return at, true
}

func (c *Condition) equal(o *Condition) bool {
	return c.Key == o.Key && c.Absent == o.Absent && c.Number == o.Number && c.Low == o.Low &&
		c.High == o.High && c.Prefix == o.Prefix && slices.Equal(c.Texts, o.Texts) &&
		slices.Equal(c.Lower, o.Lower) && slices.Equal(c.Upper, o.Upper) &&
		slices.Equal(c.NotTexts, o.NotTexts) && slices.Equal(c.NotPrefixes, o.NotPrefixes) &&
		slices.Equal(c.NotNumbers, o.NotNumbers) && c.Opaque == o.Opaque
}

// retain keeps those that can still be fulfilled.
func (l *Lowering) retain(all []Conjunction, restrict func(*Conjunction) bool) []Conjunction {
	kept := all[:0]
	for i := range all {
		c := all[i]
		if restrict(&c) {
			kept = append(kept, c)
		} else {
			l.spare = append(l.spare, c)
		}
	}
	return kept
}

// fresh returns an empty conjunction, of spare memory if there is some.
func (l *Lowering) fresh() Conjunction {
	last := len(l.spare) - 1
	if last < 0 {
		return Conjunction{}
	}
	c := l.spare[last]
	l.spare = l.spare[:last]
	return Conjunction{Conditions: c.Conditions[:0]}
}

func (l *Lowering) clones(all []Conjunction) []Conjunction {
	copies := make([]Conjunction, len(all))
	for i := range all {
		l.spend(all[i].size())
		c := l.fresh()
		for j := range all[i].Conditions {
			k, _ := c.of(all[i].Conditions[j].Key)
			k.assign(&all[i].Conditions[j])
		}
		copies[i] = c
	}
	return copies
}

// assign copies a condition into the memory of another.
func (c *Condition) assign(o *Condition) {
	own := *c
	*c = *o
	c.Texts = refilled(own.Texts, o.Texts)
	c.Lower, c.Upper = refilled(own.Lower, o.Lower), refilled(own.Upper, o.Upper)
	c.NotTexts = refilled(own.NotTexts, o.NotTexts)
	c.NotPrefixes = refilled(own.NotPrefixes, o.NotPrefixes)
	c.NotNumbers = refilled(own.NotNumbers, o.NotNumbers)
}

func refilled[T any](memory, with []T) []T { return append(memory[:0], with...) }

// of returns the condition for a key, and whether it is new: it then wants the property to be there.
func (c *Conjunction) of(key string) (*Condition, bool) {
	n := len(c.Conditions)
	i := 0
	for i < n && c.Conditions[i].Key < key {
		i++
	}
	if i < n && c.Conditions[i].Key == key {
		return &c.Conditions[i], false
	}
	if n == cap(c.Conditions) {
		c.Conditions = append(c.Conditions, Condition{})
	}
	c.Conditions = c.Conditions[:n+1]
	spare := c.Conditions[n]
	copy(c.Conditions[i+1:], c.Conditions[i:n])
	c.Conditions[i] = Condition{Key: key, Texts: spare.Texts[:0], Lower: spare.Lower[:0],
		Upper: spare.Upper[:0], NotTexts: spare.NotTexts[:0], NotPrefixes: spare.NotPrefixes[:0],
		NotNumbers: spare.NotNumbers[:0]}
	return &c.Conditions[i], true
}

// restrict adds that a leaf is True, or False; it tells whether that can be.
func (c *Conjunction) restrict(n *node, want Truth) bool {
	if n.op == opCompare {
		return c.needAll(n)
	}
	k, isNew := c.of(n.key)
	if n.op == opExists && want == False {
		possible := isNew || k.Absent
		k.Absent = true
		return possible
	}
	if k.Absent {
		return false
	}
	if n.op == opSame && !c.need(n.other.key) {
		return false
	}
	k, _ = c.of(n.key) // it may stand elsewhere by now
	if n.fold != asIs && n.op != opSame {
		return k.inOneCase(n, want) && k.simplify()
	}
	k.Opaque = k.Opaque || n.op == opLike || n.op == opSame || n.op == opBetween
	if want == True {
		return k.require(n) && k.simplify()
	}
	return k.exclude(n) && k.simplify()
}

// require adds that a leaf is True; it returns false where it sees at once that nothing can be.
func (c *Condition) require(n *node) bool {
	switch n.op {
	case opEqual:
		return c.among([]string{n.text})
	case opIn:
		return c.among(n.texts)
	case opPrefix:
		return c.begin(n.text)
	case opLike:
		return c.begin(n.literalPrefix())
	case opBetween:
		return c.begin(commonPrefix(n.text, n.high))
	case opNumber:
		low, high := n.interval()
		c.within(low, high)
	}
	return true
}

// needAll adds that the properties of a calculation are there. What it comes to, only the filter says.
func (c *Conjunction) needAll(n *node) bool {
	possible := true
	for _, side := range []*expression{n.left, n.right} {
		side.each(func(e *expression) { possible = possible && c.need(e.key) })
	}
	return possible
}

// need adds that a property is there, and that more is wanted of it.
func (c *Conjunction) need(key string) bool {
	k, _ := c.of(key)
	k.Opaque = true
	return !k.Absent
}

// commonPrefix returns what all texts from one to another begin with.
func commonPrefix(low, high string) string {
	n := 0
	for n < len(low) && n < len(high) && low[n] == high[n] {
		n++
	}
	return low[:n]
}

// exclude adds that a leaf is False.
func (c *Condition) exclude(n *node) bool {
	switch n.op {
	case opEqual:
		c.NotTexts = append(c.NotTexts, n.text)
	case opIn:
		c.NotTexts = append(c.NotTexts, n.texts...)
	case opPrefix:
		c.NotPrefixes = append(c.NotPrefixes, n.text)
	case opNumber:
		c.outside(n)
	}
	return true
}

// inOneCase adds that a test of the text in one case has a truth. Only equality that is wanted is more
// than opaque.
func (c *Condition) inOneCase(n *node, want Truth) bool {
	list := &c.Lower
	if n.fold == upper {
		list = &c.Upper
	}
	switch {
	case want == True && n.op == opEqual:
		return common(list, []string{n.text})
	case want == True && n.op == opIn:
		return common(list, n.texts)
	}
	c.Opaque = true
	return true
}

// among leaves of the texts those that are in both lists.
func (c *Condition) among(texts []string) bool { return common(&c.Texts, texts) }

// common leaves in a list what another has, too; an empty list stands for everything. It tells whether
// anything is left.
func common(list *[]string, texts []string) bool {
	if len(*list) == 0 {
		*list = append(*list, texts...)
		return len(texts) > 0
	}
	if len(texts) > 1 {
		texts = slices.Sorted(slices.Values(texts))
	}
	*list = slices.DeleteFunc(*list, func(t string) bool {
		_, both := slices.BinarySearch(texts, t)
		return !both
	})
	return len(*list) > 0
}

// begin leaves the longer of two prefixes, if the other is a prefix of it.
func (c *Condition) begin(prefix string) bool {
	if hasPrefix(prefix, c.Prefix) {
		c.Prefix = prefix
		return true
	}
	return hasPrefix(c.Prefix, prefix)
}

func (c *Condition) within(low, high float64) {
	if !c.Number {
		c.Number, c.Low, c.High = true, low, high
		return
	}
	c.Low, c.High = max(c.Low, low), min(c.High, high)
}

// outside adds that the value is a number, but not one for which the comparison holds.
func (c *Condition) outside(n *node) {
	low, high := n.interval()
	switch {
	case n.relation == equal:
		c.within(-math.MaxFloat64, math.MaxFloat64)
		c.NotNumbers = append(c.NotNumbers, low)
	case n.relation < equal:
		c.within(math.Nextafter(high, math.Inf(1)), math.MaxFloat64)
	default:
		c.within(-math.MaxFloat64, math.Nextafter(low, math.Inf(-1)))
	}
}

// interval returns the numbers for which a comparison holds, bounds included: the numbers of a
// float64 have neighbours, so open bounds need not be told from closed ones.
func (n *node) interval() (low, high float64) {
	x := n.number + 0 // of the two zeros the positive one
	low, high = -math.MaxFloat64, math.MaxFloat64
	switch n.relation {
	case less:
		high = math.Nextafter(x, math.Inf(-1))
	case atMost:
		high = x
	case equal:
		low, high = x, x
	case atLeast:
		low = x
	case greater:
		low = math.Nextafter(x, math.Inf(1))
	}
	return low, high
}

// simplify makes a condition with texts say nothing else, and tells whether it can be fulfilled.
func (c *Condition) simplify() bool {
	if len(c.Texts) == 0 {
		return !c.Number || c.Low <= c.High && c.High >= -math.MaxFloat64 && c.Low <= math.MaxFloat64
	}
	if !c.Number && c.Prefix == "" && len(c.NotTexts)+len(c.NotPrefixes)+len(c.Lower)+len(c.Upper) == 0 {
		return true
	}
	c.Texts = slices.DeleteFunc(c.Texts, func(t string) bool { return !c.admits([]byte(t)) })
	c.Number, c.Low, c.High, c.Prefix = false, 0, 0, ""
	c.Lower, c.Upper = c.Lower[:0], c.Upper[:0]
	c.NotTexts, c.NotPrefixes, c.NotNumbers = c.NotTexts[:0], c.NotPrefixes[:0], c.NotNumbers[:0]
	return len(c.Texts) > 0
}

// literalPrefix returns what every value that a LIKE pattern matches begins with.
func (n *node) literalPrefix() string {
	var b strings.Builder
	for _, w := range split(n.text, '\\') {
		if w.special != 0 {
			break
		}
		b.WriteString(w.text)
	}
	return b.String()
}

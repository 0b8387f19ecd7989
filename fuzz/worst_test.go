package fuzz

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
)

// worst is how long TestWorst searches for each of its questions: -args -worst 30s, with -v, prints
// what it found.
var worst = flag.Duration("worst", 50*time.Millisecond, "how long to search for each kind of worst filter")

// suspects are where the search begins: what was the worst before it was bounded, and what would be.
var suspects = []bad{
	suspect(0, 1, badText{"", "a_", "b", 480}, badText{"", "a", "", 16000}),
	suspect(0, 1, badText{"a", "", "_b", 0}, badText{"", "é", "", 8000}),
	suspect(0, 1, badText{"é", "", "_b", 0}, badText{"", "é", "", 8000}),
	suspect(0, 1, badText{"", "a", "b", 60}, badText{"", "a", "", 16000}),
	suspect(0, 20, badText{"", "a", "b", 960}, badText{"", "a", "", 16000}),
	suspect(9, 3, badText{"", "", "", 1}, badText{"0.", "123456789", "e-300", 6}),
	suspect(10, 1, badText{"", "", "", 1}, badText{"0.", "123456789", "e-300", 6}),
}

func suspect(form, group int, operand, value badText) bad {
	return bad{tests: []badTest{{form, operand}}, values: []badText{value}, keys: 1, joins: [2]int{1, 1}, group: group,
		length: textMax}
}

// bad is a filter and a message, as few numbers as a search can climb with.
type bad struct {
	tests  []badTest
	values []badText // of the properties, in turns
	keys   int       // properties, which the tests name in turns
	joins  [2]int    // of tests in a group, and of groups
	group  int       // tests in a group
	length int       // of the filter, in bytes at most
}

type badTest struct {
	form int
	text badText
}

// badText is a text and its repetition.
type badText struct {
	before, piece, after string
	times                int
}

func (b badText) String() string { return b.before + strings.Repeat(b.piece, b.times) + b.after }

const (
	valueMax = message.DefaultPropertyBytes - 512 // leaves room for names
	textMax  = 64 << 10                           // of a filter
	setMax   = 300                                // filters
)

var (
	badPieces = []string{"", "", "a", "b", "_", "%", "ab", "a_", "%a", "%_", "é", "é_", "aaaaaaaaaaaaaaaaaaaaaa", "\xff", "1",
		"9", "0", ".", "1e", "-", "e-300", "日", "Ⱥ", "İ"}
	badForms = []string{"%s LIKE '%%%s%%'", "%s LIKE '%s'", "%s NOT LIKE '%%%s%%b%%'", "%s = '%s'", "%s <> '%s'", "EXISTS(%s)",
		"%s IS NULL", "PREFIX(%s, '%s')", "%s > %d", "%s <> %d", "%s BETWEEN %d AND 9e99", "%s IN ('%s', 'b', 'c')",
		"%s NOT IN (%d, 2, 3, 4, 5)", "%s IN (%s)", "%s = TRUE", "NOT %s < %d",
		"LOWER(%s) LIKE '%%%s%%'", "UPPER(%s) = '%s'", "LENGTH(%s) <> %d", "%s + %d - k1 * k2 / LENGTH(k0) > 3", "%s = k1",
		"LOWER(%s) <> UPPER(k1)", "%s BETWEEN '%s' AND 'é'", "k1 + (%s + %d) * LENGTH(k1) <= k2"}
	badJoins = []string{" AND ", " OR ", " AND NOT ", " OR NOT "}
)

func badAtRandom(r *rand.Rand) *bad {
	b := &bad{keys: 1 + r.IntN(4), group: 1 + r.IntN(3), joins: [2]int{r.IntN(4), r.IntN(4)}, length: textMax}
	for range 1 + r.IntN(3) {
		b.tests = append(b.tests, badTest{r.IntN(len(badForms)), badTextAtRandom(r)})
		b.values = append(b.values, badTextAtRandom(r))
	}
	return b
}

func badTextAtRandom(r *rand.Rand) badText {
	piece := func() string { return badPieces[r.IntN(len(badPieces))] }
	return badText{piece(), piece(), piece(), 1 << r.IntN(15)}
}

// mutated returns a copy in which one thing is another.
func (b *bad) mutated(r *rand.Rand) *bad {
	c := *b
	c.tests, c.values = slices.Clone(b.tests), slices.Clone(b.values)
	switch test, value := r.IntN(len(c.tests)), r.IntN(len(c.values)); r.IntN(10) {
	case 0:
		c.tests[test].form = r.IntN(len(badForms))
	case 1:
		c.tests[test].text = badTextAtRandom(r)
	case 2:
		c.tests[test].text.times = max(1, c.tests[test].text.times*(1+r.IntN(8))/4)
	case 3:
		c.values[value] = badTextAtRandom(r)
	case 4:
		c.values[value].times = max(1, c.values[value].times*(1+r.IntN(8))/4)
	case 5:
		c.keys = 1 + r.IntN(64)
	case 6:
		c.joins[r.IntN(2)] = r.IntN(4)
	case 7:
		c.group = 1 + r.IntN(20)
	case 8:
		c.tests = append(c.tests, badTest{r.IntN(len(badForms)), badTextAtRandom(r)})
	case 9:
		c.length = min(textMax, max(100, c.length*(1+r.IntN(8))/4))
	}
	return &c
}

// filter writes as many groups of tests as are allowed.
func (b *bad) filter() (filter.Filter, bool) {
	for length := b.length; length > 50; length = length * 3 / 4 {
		if f, err := filter.Parse(b.text(length)); err == nil {
			return f, true
		}
	}
	return filter.Filter{}, false
}

func (b *bad) text(length int) string {
	var text strings.Builder
	for n := 0; ; n++ {
		group := b.groupOf(n)
		if text.Len()+len(group)+20 > length {
			return text.String()
		}
		if n > 0 {
			text.WriteString(badJoins[b.joins[1]])
		}
		text.WriteString("(" + group + ")")
	}
}

func (b *bad) groupOf(n int) string {
	var group []string
	for i := range b.group {
		group = append(group, b.test(n*b.group+i))
	}
	return strings.Join(group, badJoins[b.joins[0]])
}

// set makes many filters, of a group each. Their texts are short: what matters is how many there are.
func (b *bad) set() (all []filter.Filter) {
	short := *b
	short.tests = slices.Clone(b.tests)
	for i := range short.tests {
		short.tests[i].text.times = min(short.tests[i].text.times, 40)
	}
	for n := range setMax {
		f, err := filter.Parse(short.groupOf(n))
		if err != nil {
			return nil
		}
		all = append(all, f)
	}
	return all
}

func (b *bad) test(n int) string {
	t := b.tests[n%len(b.tests)]
	form, operand := badForms[t.form], t.text.String()
	if strings.Contains(form, "%d") {
		form = strings.ReplaceAll(form, "%d", "%[2]d")
		return fmt.Sprintf(strings.Replace(form, "%s", "%[1]s", 1), b.key(n), n)
	}
	if strings.Contains(form, "(%s)") && strings.Contains(form, " IN ") {
		operand = "'x" + strings.Repeat("','x", min(t.text.times, 4000)) + "'"
	}
	if !strings.Contains(strings.Replace(form, "%s", "", 1), "%s") {
		return fmt.Sprintf(form, b.key(n))
	}
	return fmt.Sprintf(form, b.key(n), operand)
}

func (b *bad) key(n int) string { return fmt.Sprint("k", n%b.keys) }

// message has all the properties, as large as they may be together.
func (b *bad) message() values {
	v := values{}
	for i := range b.keys {
		text := b.values[i%len(b.values)].String()
		v[b.key(i)] = text[:min(len(text), valueMax/b.keys)]
	}
	return v
}

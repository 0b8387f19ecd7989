package fuzz

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
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
		var group []string
		size := text.Len() + 20
		for i := range b.group {
			t := b.test(n*b.group + i)
			group, size = append(group, t), size+len(t)+12
		}
		if size > length {
			return text.String()
		}
		if n > 0 {
			text.WriteString(badJoins[b.joins[1]])
		}
		text.WriteString("(" + strings.Join(group, badJoins[b.joins[0]]) + ")")
	}
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

// bench is what a bad filter is tried on.
type bench struct {
	t     *testing.T
	keys  *property.Keys
	shard *arena.Shard
}

func timed(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

// best is the shortest of a few: what else the machine does takes nothing away.
func best(f func()) time.Duration { return min(timed(f), timed(f), timed(f)) }

func (w *bench) match(f filter.Filter, v property.View) time.Duration {
	m := filter.Compile(f, w.keys)
	var p filter.Probe
	return best(func() { m.Match(v, &p) })
}

// indexed matches by an index that has the filter among so many that it is no longer a list.
func (w *bench) indexed(f filter.Filter, v property.View) time.Duration {
	ix := index.New(w.keys)
	for i := range 10 {
		if ix.Add(i, filter.Equal(fmt.Sprint("other", i), "x")) != nil {
			w.t.Fatal("not added")
		}
	}
	if ix.Add(10, f) != nil {
		w.t.Fatal("not added")
	}
	s := ix.Snapshot()
	var p index.Probe
	var hits []int
	took := best(func() { hits = s.Match(v, &p, hits[:0]) })
	var q filter.Probe
	if matches := filter.Compile(f, w.keys).Match(v, &q) == filter.True; matches != (len(hits) == 1) {
		w.t.Fatalf("%.2000v: %v, %v of %s", f, matches, hits, shown(v))
	}
	return took
}

// linked adds the filter to an index and takes it away, with a snapshot between.
func (w *bench) linked(f filter.Filter, _ property.View) time.Duration {
	ix := index.New(w.keys)
	for i := range 10 {
		if ix.Add(i, filter.Equal(fmt.Sprint("other", i), "x")) != nil {
			w.t.Fatal("not added")
		}
	}
	return best(func() {
		if ix.Add(10, f) != nil {
			w.t.Fatal("not added")
		}
		ix.Snapshot()
		ix.Remove(10, f)
	})
}

// TestWorst searches, by climbing from many starts, for the filters and messages within the limits
// that take the longest: to match, to match by an index, and to link. It asserts no time, but that
// the index and the filter agree about whatever it comes across.
func TestWorst(t *testing.T) {
	w := &bench{t: t, keys: property.NewKeys(0)}
	w.shard = shardOf(w.keys, arena.Limits{})
	for name, cost := range map[string]func(filter.Filter, property.View) time.Duration{
		"match": w.match, "match by an index": w.indexed, "link": w.linked,
	} {
		took, what := w.climb(*worst, cost)
		t.Logf("%s: %v\n%v", name, took, what)
	}
}

// climb starts again from somewhere else whenever it gets no higher for a while.
func (w *bench) climb(long time.Duration, cost func(filter.Filter, property.View) time.Duration) (time.Duration, *bad) {
	r := rand.New(rand.NewPCG(1, 2))
	var top time.Duration
	what := &suspects[0]
	end := time.Now().Add(long)
	for start := 0; time.Now().Before(end); start++ {
		at := badAtRandom(r)
		if start < len(suspects) {
			at = &suspects[start]
		}
		height := w.try(at, cost)
		for tries := 0; tries < 60 && time.Now().Before(end); tries++ {
			next := at.mutated(r)
			if h := w.try(next, cost); h > height {
				at, height, tries = next, h, 0
			}
		}
		if height > top {
			top, what = height, at
		}
	}
	for range 10 { // what else the machine did meanwhile was no fault of the filter
		top = min(top, w.try(what, cost))
	}
	return top, what
}

func (w *bench) try(b *bad, cost func(filter.Filter, property.View) time.Duration) time.Duration {
	f, ok := b.filter()
	if !ok {
		return 0
	}
	m := written(w.t, w.shard, b.message(), nil)
	defer m.Release()
	return cost(f, m.Properties())
}

func (b *bad) String() string {
	text := b.text(b.length)
	return fmt.Sprintf("%d bytes, %d properties: %.300s …\nof %.60q", len(text), b.keys, text, b.message()["k0"])
}

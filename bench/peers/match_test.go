package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/millrace/millrace/bench/series"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
	"github.com/millrace/millrace/routing/index/workload"
)

// contender is one way to find the filters that a message matches.
type contender struct {
	name string
	// open sets filters up, and messages; match then counts the hits of a message.
	open func(filters []workload.Filter, messages []workload.Message) (match func(i int) (hits int), err error)
	// most is how many filters it is measured with at most.
	most int
	// not returns why it cannot do a workload, or "".
	not func(w workload.Workload) string
}

const (
	indexed     = "index"
	subjectList = "NATS subject list"
)

func contenders() []contender {
	return []contender{
		{name: indexed, open: openIndex, most: 1_000_000},
		{name: "index, 64 at a time", open: openBatches, most: 1_000_000},
		{name: "map + counting", open: openCounting, most: 100_000},
		{name: subjectList, open: openSubjects, most: 1_000_000, not: onlyEqualities},
		{name: "expr scan", open: openExpr, most: 10_000},
		{name: "cel scan", open: openCEL, most: 10_000},
	}
}

// matchMessages are so many that the processor's cache does not hold what they match.
const matchMessages = 1 << 15

func someFilters(w workload.Workload, n int) (filters []workload.Filter) {
	for i := range n {
		filters = append(filters, w.Filter(i, n))
	}
	return filters
}

func someMessages(w workload.Workload, filters, n int) (messages []workload.Message) {
	for i := range n {
		messages = append(messages, w.Message(i, filters))
	}
	return messages
}

func openViews(filters []workload.Filter, messages []workload.Message) (*index.Snapshot, []property.View, error) {
	keys := property.NewKeys(0)
	to := workload.NewWriter(keys, len(messages))
	var views []property.View
	for _, m := range messages {
		views = append(views, to.Write(m))
	}
	ix := index.New(keys)
	for i, f := range filters {
		if err := ix.Add(i, f.Millrace()); err != nil {
			return nil, nil, err
		}
	}
	return ix.Snapshot(), views, nil
}

func openIndex(filters []workload.Filter, messages []workload.Message) (func(i int) int, error) {
	s, views, err := openViews(filters, messages)
	var p index.Probe
	var ids []int
	return func(i int) int {
		ids = s.Match(views[i], &p, ids[:0])
		return len(ids)
	}, err
}

// openBatches matches 64 messages when the first of them is asked for.
func openBatches(filters []workload.Filter, messages []workload.Message) (func(i int) int, error) {
	s, views, err := openViews(filters, messages)
	var p index.Probe
	have := -1
	return func(i int) int {
		if first := i &^ (batchSize - 1); first != have {
			s.MatchBatch(views[first:min(first+batchSize, len(views))], &p)
			have = first
		}
		return len(p.Hits(i & (batchSize - 1)))
	}, err
}

// One op is a round: every contender that can, in turn.
func BenchmarkMatchers(b *testing.B) {
	for _, w := range workload.All() {
		for _, n := range []int{10, 1000, 10_000, 100_000, 1_000_000} {
			if testing.Short() && n > 10_000 {
				continue
			}
			b.Run(fmt.Sprintf("%s/N=%d", w.Name, n), func(b *testing.B) { compareMatchers(b, w, n) })
		}
	}
}

func compareMatchers(b *testing.B, w workload.Workload, n int) {
	figures := series.Series{}
	filters, messages := someFilters(w, n), someMessages(w, n, matchMessages)
	matchers := map[string]func(i int) int{}
	for _, c := range contenders() {
		if n > c.most || c.not != nil && c.not(w) != "" {
			continue
		}
		match, err := c.open(filters, messages)
		if err != nil {
			b.Fatal(c.name, ": ", err)
		}
		matchers[c.name] = match
	}
	b.ResetTimer()
	for round := range b.N {
		took := map[string]float64{}
		for name, match := range matchers {
			took[name] = clockMatches(match, round*batchSize*100)
			figures.Add(name+", ns", took[name])
		}
		for name, ns := range took {
			if name != indexed {
				figures.Add(name+" / index", ns/took[indexed])
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	for name := range figures {
		s, _ := figures.Spread(name)
		b.ReportMetric(s.Median, metricName(name))
	}
}

func metricName(name string) string {
	return string(slices.DeleteFunc([]byte(name), func(c byte) bool { return c == ' ' }))
}

// clockMatches returns how long a match takes, ns: over 10 ms or so, from the first message on.
func clockMatches(match func(i int) int, first int) float64 {
	const long = 10 * time.Millisecond
	done, start := 0, time.Now()
	for step := 1; time.Since(start) < long; step = min(2*step, 4096) {
		for range step {
			match((first + done) % matchMessages)
			done++
		}
	}
	return float64(time.Since(start)) / float64(done)
}

// All contenders find the same; those that look at equalities only find at least that.
func TestMatchersAgree(t *testing.T) {
	const n = 400
	for _, w := range workload.All() {
		filters, messages := someFilters(w, n), someMessages(w, n, n/4)
		for i := range n / 4 {
			messages = append(messages, fulfilling(filters[i]))
		}
		want := naiveHits(filters, messages)
		if total := sum(want); total < n/4 {
			t.Errorf("%s: %d hits only", w.Name, total)
		}
		for _, c := range contenders() {
			if c.not == nil || c.not(w) == "" {
				agree(t, w, c, filters, messages, want)
			}
		}
	}
}

func agree(t *testing.T, w workload.Workload, c contender, filters []workload.Filter,
	messages []workload.Message, want []int,
) {
	match, err := c.open(filters, messages)
	if err != nil {
		t.Fatal(c.name, ": ", err)
	}
	more := c.name == subjectList && w.Name != "W1"
	for i := range messages {
		if got := match(i); got != want[i] && (!more || got < want[i]) {
			t.Fatalf("%s, %s, message %d: %d hits, want %d", w.Name, c.name, i, got, want[i])
		}
	}
}

// fulfilling returns a message that a filter matches.
func fulfilling(f workload.Filter) (m workload.Message) {
	for _, c := range f {
		value := fmt.Sprint(c.Number)
		switch {
		case c.Op == workload.Below:
			value = fmt.Sprint(c.Number - 1)
		case c.Op == workload.Differs || c.Op == workload.Exists:
			value = "other"
		case len(c.Texts) > 0:
			value = c.Texts[0]
		}
		if i := slices.IndexFunc(m, func(p [2]string) bool { return p[0] == c.Key }); i >= 0 {
			m[i][1] = value
			continue
		}
		m = append(m, [2]string{c.Key, value})
	}
	return m
}

func sum(all []int) (total int) {
	for _, n := range all {
		total += n
	}
	return total
}

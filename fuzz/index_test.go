package fuzz

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing/index"
)

// FuzzIndexedConditions: conditions of SQL are added to an index and removed, and every snapshot of
// it, old or new, finds for each message those that a naive evaluator finds true; for several
// messages at once too.
func FuzzIndexedConditions(f *testing.F) {
	for i := range 32 {
		f.Add([]byte(strings.Repeat(string([]byte{byte(i), byte(i / 5), 7, byte(3 * i), 9, 4}), 20)))
	}
	keys := property.NewKeys(3)
	s := shardOf(keys, arena.Limits{})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		l := &library{
			writer: writer{tape: tape{bytes}}, ix: index.New(keys),
			filters: make(map[int]filter.Filter), meanings: make(map[int]truth),
		}
		messages := []values{l.message(), l.message(), {}}
		for range 30 {
			l.change(t)
			if l.ended() {
				break
			}
		}
		l.remember()
		var views []property.View
		for _, v := range messages {
			m := written(t, s, v, nil)
			defer m.Release()
			views = append(views, m.Properties())
		}
		for _, then := range l.seen {
			then.check(t, views, messages)
		}
	})
}

// library is an index beside what it should know.
type library struct {
	writer
	ix       *index.Index
	last     int
	filters  map[int]filter.Filter
	meanings map[int]truth
	seen     []edition
}

type edition struct {
	snapshot *index.Snapshot
	meanings map[int]truth
}

func (l *library) remember() {
	l.seen = append(l.seen, edition{l.ix.Snapshot(), maps.Clone(l.meanings)})
}

// change removes a filter, or adds one, now and then with many others that differ in a bound.
func (l *library) change(t *testing.T) {
	t.Helper()
	if l.next(8) == 0 && len(l.seen) < 6 {
		l.remember()
	}
	if ids := slices.Sorted(maps.Keys(l.filters)); len(ids) > 0 && l.next(3) == 0 {
		id := ids[l.next(min(256, len(ids)))]
		l.ix.Remove(id, l.filters[id])
		delete(l.filters, id)
		delete(l.meanings, id)
		return
	}
	text, naive := l.condition(2)
	l.add(t, text, naive)
	if l.next(8) != 0 {
		return
	}
	key := l.key()
	for i := range l.next(100) {
		bound := fmt.Sprint(i - 4)
		both := allOf([]truth{naive, compares(key, ">", numberOf(bound))})
		l.add(t, fmt.Sprintf("(%s) AND [%s] > %s", text, key, bound), both)
	}
}

func (l *library) add(t *testing.T, text string, naive truth) {
	t.Helper()
	f, err := filter.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	l.last++
	if err := l.ix.Add(l.last, f); err != nil {
		t.Fatal(err)
	}
	l.filters[l.last], l.meanings[l.last] = f, naive
}

func (e edition) check(t *testing.T, views []property.View, messages []values) {
	t.Helper()
	var p index.Probe
	for i, v := range views {
		got := slices.Sorted(slices.Values(e.snapshot.Match(v, &p, nil)))
		if want := e.matches(messages[i]); !slices.Equal(got, want) {
			t.Fatalf("%s is found by %v, want %v", shown(v), got, want)
		}
	}
	e.snapshot.MatchBatch(views, &p)
	for i := range views {
		got := slices.Sorted(slices.Values(p.Hits(i)))
		if want := e.matches(messages[i]); !slices.Equal(got, want) {
			t.Fatalf("%s in a batch is found by %v, want %v", shown(views[i]), got, want)
		}
	}
}

// matches are the numbers of the filters that are true of a message, sorted.
func (e edition) matches(v values) (ids []int) {
	for id, naive := range e.meanings {
		if naive(v) == filter.True {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

package index

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// soak is how many messages TestIndexFollowsTheScan matches: make soak raises it.
var soak = flag.Int("soak", 100_000, "pairs of a set of filters and a message that are compared")

// scan is the naive index: every filter is evaluated on every message.
type scan map[int]naive

type naive struct {
	filter  filter.Filter
	matcher filter.Matcher
}

func (s scan) match(v property.View) (hits []int) {
	var p filter.Probe
	for id, n := range s {
		if n.matcher.Match(v, &p) == filter.True {
			hits = append(hits, id)
		}
	}
	slices.Sort(hits)
	return hits
}

// differ compares an index with the scan, message by message and in a batch.
func differ(s *Snapshot, p *Probe, m scan, views []property.View) error {
	s.MatchBatch(views, p)
	for i, v := range views {
		batched := slices.Sorted(slices.Values(p.Hits(i)))
		want := m.match(v)
		if !slices.Equal(batched, want) {
			return fmt.Errorf("in a batch: %w", m.difference(batched, want, v))
		}
	}
	for _, v := range views {
		hits := s.Match(v, p, []int{-1})
		own := slices.Sorted(slices.Values(hits[1:]))
		if want := m.match(v); hits[0] != -1 || !slices.Equal(own, want) {
			return m.difference(own, want, v)
		}
	}
	return nil
}

func (s scan) difference(got, want []int, v property.View) error {
	var text strings.Builder
	fmt.Fprintf(&text, "got %v, want %v", got, want)
	for _, id := range append(slices.Clone(got), want...) {
		if slices.Contains(got, id) != slices.Contains(want, id) {
			fmt.Fprintf(&text, "\nfilter %d: %v", id, s[id].filter)
		}
	}
	for k, value := range v.All() {
		fmt.Fprintf(&text, "\n%q = %.80q", k, value)
	}
	return fmt.Errorf("%s", text.String())
}

// history is an index and its model in step, and moments of both.
type history struct {
	d       dice
	keys    *property.Keys
	index   *Index
	model   scan
	probe   Probe
	moments []moment
}

type moment struct {
	snapshot *Snapshot
	model    scan
}

func newHistory(d dice) *history {
	keys := property.NewKeys(1 + d.roll(8))
	h := &history{d: d, keys: keys, index: newIndex(keys, d.limits()), model: make(scan)}
	h.d.temper = temper(d.roll(4) % 3)
	if d.roll(8) == 7 { // so that cells of few bytes collide
		h.index.now.hasher.secret[1] = 0
	}
	return h
}

// change adds or removes a filter.
func (h *history) change(ids int) {
	id := h.d.roll(ids)
	if n, there := h.model[id]; there {
		h.index.Remove(id, n.filter)
		delete(h.model, id)
		return
	}
	f := h.d.filter(3)
	if err := h.index.Add(id, f); err != nil {
		panic(err)
	}
	h.model[id] = naive{f, filter.Compile(f, h.keys)}
}

// step makes some changes and compares what some messages match.
func (h *history) step(ids, messages int) error {
	changes := 10
	if h.d.temper == crowded {
		ids, changes, messages = 3*ids, 120, max(1, messages/5) // each message takes the longer
	}
	for range h.d.roll(changes) {
		h.change(ids)
	}
	now := moment{h.index.Snapshot(), maps.Clone(h.model)}
	h.moments = append(h.moments, now)
	return h.compare(now, messages)
}

func (h *history) compare(m moment, messages int) error {
	var views []property.View
	for range messages {
		views = append(views, h.d.message(h.keys))
	}
	return differ(m.snapshot, &h.probe, m.model, views)
}

// end compares all moments again, and empties the index.
func (h *history) end() error {
	for i, m := range h.moments {
		if err := h.compare(m, 2); err != nil {
			return fmt.Errorf("snapshot %d has changed: %w", i, err)
		}
	}
	for id, n := range h.model {
		h.index.Remove(id, n.filter)
	}
	ix := h.index
	left := len(ix.schemas) + len(ix.columns) + ix.now.pages.bytes + len(ix.now.scanned) + ix.Len()
	for i := range ix.now.matchers.leaves {
		for n := range uint32(leafSize) {
			if ix.now.matchers.get(uint32(i*leafSize)+n) != (filter.Matcher{}) {
				left++
			}
		}
	}
	if left > 0 {
		return fmt.Errorf("an empty index has %d schemas, %d columns, %d bytes, %d filters or so",
			len(ix.schemas), len(ix.columns), ix.now.pages.bytes, left)
	}
	return nil
}

func TestIndexFollowsTheScan(t *testing.T) {
	const messages = 20
	for seed, done := uint64(0), 0; done < *soak; seed++ {
		h := newHistory(seeded(seed))
		for range 1 + h.d.roll(20) {
			if err := h.step(40, messages); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			done += messages
		}
		if err := h.end(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// follow plays a history that is written in data.
func follow(data []byte) error {
	h := newHistory(written(data))
	for range 1 + h.d.roll(6) {
		if err := h.step(8, 2); err != nil {
			return err
		}
	}
	return h.end()
}

func TestWrittenHistories(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = 1000
	parameters.MaxSize = 400
	properties := gopter.NewProperties(parameters)
	properties.Property("the index follows the scan", prop.ForAll(func(data []byte) (bool, error) {
		err := follow(data)
		return err == nil, err
	}, gen.SliceOf(gen.UInt8())))
	properties.TestingRun(t)
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte("some filters, some messages"))
	for seed := range uint64(20) {
		d, data := seeded(seed), make([]byte, 600)
		for i := range data {
			data[i] = byte(d.roll(256))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := follow(data); err != nil {
			t.Fatal(err)
		}
	})
}

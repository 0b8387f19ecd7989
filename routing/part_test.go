package routing

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
)

// Between two parts of one source only numbers that Since names lead elsewhere, whatever lies between
// them; and it knows that as long as there are not many more changes than links.
func TestPartsSayWhatChanged(t *testing.T) {
	const sinks = 100
	for _, source := range []string{"source", Any} {
		r := rand.New(rand.NewPCG(1, 2))
		table := NewTable[to](property.NewKeys(0))
		parts, known, unknown := []*Part[to]{nil}, 0, 0
		for n := range 2000 {
			sink := fmt.Sprint("sink", r.IntN(sinks))
			if r.IntN(3) == 0 {
				table.Remove(source, sink)
			} else {
				set(table, source, sink, n, kinds[r.IntN(len(kinds))])
			}
			s := table.Snapshot()
			parts = append(parts, map[string]*Part[to]{"source": s.Route("source").Own, Any: s.bus}[source])
			old, now := parts[max(0, len(parts)-1-r.IntN(80))], parts[len(parts)-1]
			numbers, ok := now.Since(old)
			if !ok {
				unknown++
				continue
			}
			known++
			for i := range uint32(2 * sinks) {
				if led(old, i) != led(now, i) && !slices.Contains(numbers, i) {
					t.Fatalf("%d leads to %v, and led to %v, and Since names only %v", i, led(now, i), led(old, i), numbers)
				}
			}
		}
		if known < unknown {
			t.Errorf("%d times it knew, %d times not", known, unknown)
		}
	}
}

// led returns what a number leads to in a part, with a filter or without.
func led(p *Part[to], number uint32) (l to) {
	if p == nil {
		return to{}
	}
	l, there := p.filtered.find(numbered(number))
	if !there {
		l, _ = p.always.find(numbered(number))
	}
	return l
}

// A trie is a map; what was taken of it before stays as it was. Many of its keys share their hash.
func TestTrieFollowsAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var now trie[int]
	want := make(map[key]int)
	var before trie[int]
	var wanted map[key]int
	check := func(tr *trie[int], want map[key]int) {
		t.Helper()
		got := make(map[key]int)
		tr.each(func(k key, v int) { got[k] = v })
		if len(got) != len(want) || tr.size() != len(want) {
			t.Fatalf("%d keys, size %d, want %d", len(got), tr.size(), len(want))
		}
		for k, v := range want {
			if found, there := tr.find(k); !there || found != v || got[k] != v {
				t.Fatalf("%v is %d, %v, want %d", k, found, there, v)
			}
		}
	}
	for i := range 20_000 {
		k := key{hash: uint64(r.IntN(40)) << (8 * r.IntN(8)), name: fmt.Sprint(r.IntN(20))}
		if r.IntN(5) < 2 {
			now.remove(k)
			delete(want, k)
		} else {
			now.set(k, i)
			want[k] = i
		}
		if i%2000 == 0 {
			check(&now, want)
			if wanted != nil {
				check(&before, wanted)
			}
			before, wanted = now, make(map[key]int)
			for k, v := range want {
				wanted[k] = v
			}
		}
	}
	for k := range want {
		now.remove(k)
	}
	if now.root != nil || now.size() != 0 {
		t.Error("something is left")
	}
}

// The links of Any are not walked for each pair of a module and a sink.
func TestLoopsOfABusAreNotExpanded(t *testing.T) {
	var bytes [2]uint64
	for i, n := range []int{200, 2000} {
		table := NewTable[to](property.NewKeys(0))
		for j := range n {
			set(table, Any, fmt.Sprint("sink", j), j, filter.Filter{})
			set(table, fmt.Sprint("source", j), fmt.Sprint("sink", j), j, filter.Filter{})
		}
		s := table.Snapshot()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if !s.Loop("sink0", fmt.Sprint("sink", n-1)) || s.Loop("source0", "sink0") {
			t.Fatal("sinks are in a loop, and others are not")
		}
		runtime.ReadMemStats(&after)
		bytes[i] = after.TotalAlloc - before.TotalAlloc
	}
	if bytes[1] > 30*bytes[0] {
		t.Errorf("%d bytes for 200 sinks, %d for 2000", bytes[0], bytes[1])
	}
}

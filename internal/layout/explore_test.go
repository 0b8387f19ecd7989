//go:build explore

package layout

import (
	"testing"

	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
)

// Threads intern the same keys and different ones: a name has one number for everybody and for ever,
// two names never share one, and there are no more numbers than the bound allows.
func TestExploreKeys(t *testing.T) {
	program := func(x *explore.Run) {
		keys := NewKeys(4)
		numbers := make(map[string]ID)
		names := make(map[ID]string)
		ask := func(name string, f func() ID) {
			before := numbers[name]
			id := f()
			x.Check(id != 0 || before == 0, "%s was %d when asked, and has no number", name, before)
			if id != 0 {
				x.Check(numbers[name] == 0 || numbers[name] == id, "%s is %d and %d", name, numbers[name], id)
				x.Check(names[id] == "" || names[id] == name, "%s and %s are both %d", name, names[id], id)
				numbers[name], names[id] = id, name
			}
		}
		intern := func(name string) { ask(name, func() ID { return keys.Intern(name).ID() }) }
		x.Go("engine", func() { intern("a"); intern("b"); intern("c") })
		x.Go("publisher", func() {
			ask("b", func() ID { return keys.Meet("b").ID() })
			ask("d", func() ID { return keys.Meet("d").ID() })
			ask("a", func() ID { return keys.Meet("a").ID() })
		})
		x.Go("reader", func() {
			for _, name := range []string{"b", "b", "a"} {
				ask(name, func() ID { return keys.Lookup(name) })
			}
		})
		x.Finally(func() {
			for name, id := range numbers {
				x.Check(keys.Lookup(name) == id, "%s was %d and is %d", name, id, keys.Lookup(name))
			}
			x.Check(keys.count == len(names) && keys.count <= 4, "%d counted, %d given", keys.count, len(names))
			x.Check(numbers["a"] != 0 && numbers["b"] != 0 && numbers["c"] != 0, "interned, and no number")
		})
	}
	exploretest.Exhaust(t, program)
	exploretest.Bound(t, 2, 3, program) // what was asked before is told from thread to thread by the test
}

// A key that is met when half the bound is used gets no number, though it was looked for before.
func TestExploreKeysCrowded(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		keys := NewKeys(4)
		for _, name := range []string{"publisher 1", "publisher 2", "publisher 3"} {
			x.Go(name, func() {
				keys.Meet(name)
				keys.Meet(name)
			})
		}
		x.Finally(func() {
			x.Check(keys.count == 2, "%d numbers given to keys that were met; half of 4 are kept", keys.count)
		})
	})
}

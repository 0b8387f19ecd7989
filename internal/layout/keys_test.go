package layout

import (
	"fmt"
	"sync"
	"testing"
)

func names(prefix string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return list
}

func TestInternGivesOneNumberAName(t *testing.T) {
	keys := NewKeys(100)
	seen := make(map[ID]string)
	for range 2 {
		for _, name := range names("key", 100) {
			k := keys.Intern(name)
			if k.Name() != name || k.ID() == 0 || k != keys.Intern(name) {
				t.Fatalf("Intern(%q) = %+v", name, k)
			}
			if other, there := seen[k.ID()]; there && other != name {
				t.Fatalf("%q and %q are both %d", name, other, k.ID())
			}
			seen[k.ID()] = name
			if keys.Lookup(name) != k.ID() || keys.Meet(text([]byte(name))) != k {
				t.Fatalf("%q is not found", name)
			}
		}
	}
	if keys.Lookup("key100") != 0 {
		t.Fatal("a name that was never interned has a number")
	}
}

// The bound holds for any number of names, the table is never full, and look-ups end.
func TestInternIsBounded(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 7, 64} {
		keys := NewKeys(limit)
		numbered := 0
		for _, name := range names("key", 3*limit+5) {
			k := keys.Intern(name)
			if k.ID() != 0 {
				numbered++
			}
			if k.Name() != name || keys.Lookup(name) != k.ID() {
				t.Fatalf("past the bound: %+v", k)
			}
		}
		if numbered != limit {
			t.Fatalf("%d interned of at most %d", numbered, limit)
		}
		if k := keys.Intern("key0"); k.ID() == 0 {
			t.Fatal("a key was forgotten")
		}
	}
}

func TestTheDefaultBound(t *testing.T) {
	keys := NewKeys(0)
	for i, name := range names("key", DefaultKeys+1) {
		if got := keys.Intern(name).ID() != 0; got != (i < DefaultKeys) {
			t.Fatalf("key %d interned: %v", i, got)
		}
	}
}

func TestConcurrentInternsAgree(t *testing.T) {
	const workers = 4
	for range 300 {
		keys, list := NewKeys(40), names("key", 60)
		var got [workers][60]ID
		var all sync.WaitGroup
		start := make(chan struct{})
		for w := range workers {
			all.Go(func() {
				<-start
				for i, name := range list { // in one order, so that they meet
					early := keys.Meet(text([]byte(name))).ID()
					got[w][i] = keys.Intern(name).ID()
					if early != 0 && early != got[w][i] {
						t.Errorf("%s was %d, then %d", name, early, got[w][i])
					}
				}
			})
		}
		close(start)
		all.Wait()
		checkAgreed(t, keys, list, got[:])
	}
}

func checkAgreed(t *testing.T, keys *Keys, list []string, got [][60]ID) {
	t.Helper()
	seen := make(map[ID]bool)
	for i, name := range list {
		id := keys.Lookup(name)
		for _, ids := range got {
			if ids[i] != id {
				t.Fatalf("%s is %d for one and %d for another", name, ids[i], id)
			}
		}
		if id != 0 && seen[id] {
			t.Fatalf("%d was given twice", id)
		}
		seen[id] = true
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	keys := NewKeys(0)
	keys.Intern("temperature")
	name, found := []byte("temperature"), 0
	if n := testing.AllocsPerRun(100, func() {
		if keys.Meet(text(name)).ID() == keys.Lookup("temperature") && keys.Intern("temperature").ID() == 1 {
			found++
		}
	}); n != 0 || found != 101 {
		t.Fatalf("%v allocations, found %d times", n, found)
	}
}

// What publishers write takes half of the numbers at most; the rest is for keys interned on purpose.
func TestMeetLeavesHalfOfTheNumbers(t *testing.T) {
	keys, met := NewKeys(20), 0
	for i, name := range names("key", 40) {
		k := keys.Meet(name)
		if i%2 == 1 {
			k = keys.Meet(text([]byte(name)))
		}
		if k.ID() != 0 {
			met++
		}
	}
	if met != 10 {
		t.Errorf("%d of 20 numbers went to keys that were only met", met)
	}
	if k := keys.Intern("on purpose"); k.ID() == 0 || keys.Meet("on purpose") != k {
		t.Errorf("a key interned on purpose is %+v", k)
	}
	for _, name := range []string{"a\x00b", "\x00a", "a\x00", "\x00"} {
		if k := keys.Intern(name); k.ID() != 0 || k.Name() != name {
			t.Errorf("a key with NUL has number %d", k.ID())
		}
	}
}

package layout

import (
	"slices"
	"testing"
)

// viewOf writes properties the way a message does, their keys looked up in keys as it is now.
func viewOf(keys *Keys, pairs ...string) View {
	var list [][2]string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, [2]string{pairs[i], pairs[i+1]})
	}
	return NewView(NewAnnex(keys, Widest()), nil, list...)
}

func TestViewReadsInTheOrderOfWriting(t *testing.T) {
	keys := NewKeys(0)
	keys.Intern("b")
	want := []string{"a", "1", "b", "", "", "empty key", "c", "3"}
	v := viewOf(keys, want...)
	if v.Len() != 4 {
		t.Fatal(v.Len())
	}
	var got, stopped []string
	for k, value := range v.All() {
		got = append(got, string(k), string(value))
	}
	for k := range v.All() {
		if stopped = append(stopped, string(k)); len(stopped) == 2 {
			break
		}
	}
	if !slices.Equal(got, want) || !slices.Equal(stopped, []string{"a", "b"}) {
		t.Fatalf("%q, stopped after %q", got, stopped)
	}
	for i := range v.Len() {
		k, value := v.At(i)
		if string(k) != want[2*i] || string(value) != want[2*i+1] {
			t.Fatalf("At(%d) = %q, %q", i, k, value)
		}
	}
}

func TestFindAndLookup(t *testing.T) {
	keys := NewKeys(2)
	early := keys.Intern("early")
	v := viewOf(keys, "early", "1", "late", "2", "past", "3", "empty", "")
	late := keys.Intern("late") // the last number, given after the message was written
	past := keys.Intern("past") // past the bound
	if early.ID() == 0 || late.ID() == 0 || past.ID() != 0 {
		t.Fatal("the test does not reach the three cases")
	}
	for name, want := range map[string]string{"early": "1", "late": "2", "past": "3", "empty": ""} {
		if value, ok := v.Find(keys.Intern(name)); !ok || string(value) != want {
			t.Errorf("Find(%s) = %q, %v", name, value, ok)
		}
		if value, ok := v.Lookup(name); !ok || string(value) != want {
			t.Errorf("Lookup(%s) = %q, %v", name, value, ok)
		}
	}
	for _, name := range []string{"", "earl", "earlyy", "1"} {
		if _, ok := v.Find(keys.Intern(name)); ok {
			t.Errorf("Find(%q) found something", name)
		}
		if _, ok := v.Lookup(name); ok {
			t.Errorf("Lookup(%q) found something", name)
		}
	}
}

// The zero Key is no key; it is not that of the empty name.
func TestFindTheZeroKey(t *testing.T) {
	keys := NewKeys(0)
	keys.Intern("")
	v := viewOf(keys, "a", "1", "", "2")
	if value, ok := v.Find(Key{}); ok {
		t.Fatalf("%q", value)
	}
	if value, ok := v.Find(keys.Intern("")); !ok || string(value) != "2" {
		t.Fatalf("%q, %v", value, ok)
	}
}

// A key of another interner is compared by its name, whatever its number is here.
func TestFindAKeyOfAnotherInterner(t *testing.T) {
	here, there := NewKeys(0), NewKeys(0)
	here.Intern("a")
	here.Intern("b")
	there.Intern("b") // a's number
	for name, v := range map[string]View{
		"narrow":     viewOf(here, "a", "1", "b", "2"),
		"wide":       viewOf(here, "a", "1", "b", "2", "c", "", "d", "", "e", "", "f", "", "g", "", "h", "", "i", ""),
		"no numbers": viewOf(NoKeys(), "a", "1", "b", "2"),
	} {
		if value, ok := v.Find(there.Intern("b")); !ok || string(value) != "2" {
			t.Errorf("%s: %q, %v", name, value, ok)
		}
		if value, ok := v.Find(there.Intern("x")); ok {
			t.Errorf("%s: found %q", name, value)
		}
	}
}

// A reader that appends to what it was given must not reach the neighbour's bytes.
func TestAppendingToAViewLeavesTheMessageAlone(t *testing.T) {
	keys := NewKeys(0)
	v := viewOf(keys, "a", "1", "b", "2")
	k, value := v.At(0)
	found, _ := v.Find(keys.Intern("a"))
	looked, _ := v.Lookup("a")
	for _, b := range [][]byte{k, value, found, looked} {
		if cap(b) != len(b) {
			t.Fatalf("%q has room to grow into the message", b)
		}
	}
}

func TestTheZeroView(t *testing.T) {
	var v View
	if _, ok := v.Lookup("a"); ok || v.Len() != 0 {
		t.Fatal("the zero view holds something")
	}
	for range v.All() {
		t.Fatal("the zero view ranges")
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	keys := NewKeys(1)
	a := keys.Intern("a")
	v := viewOf(keys, "b", "2", "a", "1")
	b, bytes := keys.Intern("b"), 0
	if n := testing.AllocsPerRun(100, func() {
		x, _ := v.Find(a)
		y, _ := v.Find(b)
		z, _ := v.Lookup("a")
		bytes += len(x) + len(y) + len(z)
		for k := range v.All() {
			bytes += len(k)
		}
	}); n != 0 || bytes != 5*101 {
		t.Fatalf("%v allocations, %d bytes", n, bytes)
	}
}

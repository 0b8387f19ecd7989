package arena

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/layout"
)

func wantPairs(t *testing.T, v layout.View, want ...pair) {
	t.Helper()
	if got := pairsOf(v); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestPropertiesAreReplacedAndDeleted(t *testing.T) {
	s := newTestShard()
	keys := s.arena.keys
	b := keys.Intern("b")
	d := claim(t, s)
	d.Set("a", "1")
	d.SetKey(b, "2")
	d.SetBytes([]byte("c"), []byte("3"))
	wantPairs(t, d.Properties(), pair{"a", "1"}, pair{"b", "2"}, pair{"c", "3"})
	d.Set("b", "two")
	wantPairs(t, d.Properties(), pair{"a", "1"}, pair{"c", "3"}, pair{"b", "two"})
	c := keys.Intern("c") // gets its number after the property was written
	d.SetKey(c, "three")
	d.Set("a", "one")
	wantPairs(t, d.Properties(), pair{"b", "two"}, pair{"c", "three"}, pair{"a", "one"})
	d.Delete("c")
	d.Delete("absent")
	d.Delete("b")
	wantPairs(t, d.Properties(), pair{"a", "one"})
	d.Delete("a")
	d.Delete("a")
	wantPairs(t, d.Properties())
	d.Set("", "empty key")
	m := seal(t, d, 1)
	wantPairs(t, m.Properties(), pair{"", "empty key"})
	m.Release()
}

// Whichever way a key was written before it had a number, it stands once.
func TestAKeyThatGetsItsNumberLateIsReplaced(t *testing.T) {
	for name, write := range map[string]func(Draft, layout.Key){
		"name":  func(d Draft, _ layout.Key) { d.Set("late", "2") },
		"bytes": func(d Draft, _ layout.Key) { d.SetBytes([]byte("late"), []byte("2")) },
		"key":   func(d Draft, k layout.Key) { d.SetKey(k, "2") },
		"int":   func(d Draft, k layout.Key) { d.SetInt(k, 2) },
		"wide":  func(d Draft, k layout.Key) { fill(d, 9); d.SetInt(k, 2) },
	} {
		s := NewArena(layout.NewKeys(2), Limits{}, 0).NewShard(nil)
		s.arena.keys.Meet("other") // half of the numbers are taken: what is met gets none
		d := claim(t, s)
		d.Set("late", "1")
		if id := d.Properties().ID(0); id != 0 {
			t.Fatalf("%s: it has the number %d at once", name, id)
		}
		write(d, s.arena.keys.Intern("late"))
		count := 0
		for key, value := range d.Properties().All() {
			if string(key) == "late" {
				count++
				if string(value) != "2" {
					t.Errorf("%s: it is %q", name, value)
				}
			}
		}
		if count != 1 {
			t.Errorf("%s: it stands there %d times", name, count)
		}
		d.Abort()
	}
}

func TestFindAfterWriting(t *testing.T) {
	s := newTestShard()
	m := write(t, s, nil, "early", "1", "late", "2")
	for _, name := range []string{"early", "late"} {
		byName, ok := m.Property(name)
		found, there := m.Properties().Find(s.arena.keys.Intern(name))
		if !ok || !there || !bytes.Equal(byName, found) {
			t.Fatalf("%s: %q by name, %q by key", name, byName, found)
		}
	}
	if _, ok := m.Property("absent"); ok {
		t.Fatal("found what is not there")
	}
	m.Release()
}

func TestContentIsReplaced(t *testing.T) {
	s := newTestShard()
	d := claim(t, s)
	d.Set("a", "1")
	for _, size := range []int{3, 0, 5000, 1, 100_000, 200_000, 10} {
		want := bytes.Repeat([]byte{byte(size)}, size)
		d.SetContent(want)
		if got := d.Content(); !bytes.Equal(got, want) || got == nil {
			t.Fatalf("content of %d: %d bytes, %v", size, len(got), d.Err())
		}
	}
	d.SetContent([]byte("0123456789"))
	d.SetContent(d.Content()[3:]) // of itself
	m := seal(t, d, 1)
	if string(m.Content()) != "3456789" {
		t.Fatalf("%q", m.Content())
	}
	wantPairs(t, m.Properties(), pair{"a", "1"})
	m.Release()
}

// A draft grows through all the size classes, into the heap, and the next one starts small again.
func TestGrowthKeepsWhatWasWritten(t *testing.T) {
	a := newTestArena(Limits{Properties: 1000, PropertyBytes: 1 << 20}, 0)
	s := a.NewShard(nil)
	d := claim(t, s)
	var want []pair
	for i := 0; d.b.Size() < 200_000; i++ {
		p := pair{fmt.Sprint("key", i), strings.Repeat(fmt.Sprint(i%10), 50+7*i)}
		d.Set(p.key, p.value)
		want = append(want, p)
		if class := classFor(d.b.Size()); class < classes && int(d.b.Class) < class {
			t.Fatalf("%d bytes in class %d", d.b.Size(), d.b.Class)
		}
	}
	wantPairs(t, d.Properties(), want...)
	if a.Stats().Large != 1 {
		t.Fatalf("%d large messages", a.Stats().Large)
	}
	for _, p := range want[2:] {
		d.Delete(p.key)
	}
	m := seal(t, d, 1)
	wantPairs(t, m.Properties(), want[:2]...)
	m.Release()
	for range 20 {
		small := write(t, s, nil, "a", "1")
		wantPairs(t, small.Properties(), pair{"a", "1"})
		if int(small.b.Class) == large {
			t.Fatal("a small message in the heap")
		}
		small.Release()
	}
}

// The class of the last message is where the next one starts, so that a stream of one size does
// not grow each message anew.
func TestNextClaimStartsInTheLastOnesClass(t *testing.T) {
	s := newTestShard()
	for _, size := range []int{10, 600, 600, 5000, 100_000, 10, 10} {
		m := write(t, s, make([]byte, size))
		want := classFor(m.Size()) % large
		m.Release()
		d := claim(t, s)
		if int(d.b.Class) != want {
			t.Fatalf("after %d bytes: class %d, want %d", size, d.b.Class, want)
		}
		d.Abort()
	}
}

func TestClaimFromCopiesTheProperties(t *testing.T) {
	for _, size := range []int{0, 300, 100_000} {
		s := newTestArena(Limits{PropertyBytes: 1 << 20}, 0).NewShard(nil)
		big := strings.Repeat("x", size)
		old := write(t, s, []byte("old"), "a", "1", "big", big, "b", "2")
		d, err := s.ClaimFrom(old, nil)
		if err != nil {
			t.Fatal(err)
		}
		old.Release()
		if d.Content() != nil {
			t.Fatal("the content came along")
		}
		wantPairs(t, d.Properties(), pair{"a", "1"}, pair{"big", big}, pair{"b", "2"})
		d.Delete("a")
		d.Set("b", "3")
		d.SetContent([]byte("new"))
		m := seal(t, d, 1)
		if pairs, content, err := parse(m.Wire()); err != nil || string(content) != "new" ||
			!slices.Equal(pairs, []pair{{"big", big}, {"b", "3"}}) {
			t.Fatal(pairs, content, err)
		}
		m.Release()
	}
}

// A module of two engines passes messages from one to the other: their interners differ.
func TestClaimFromAnotherInternersMessage(t *testing.T) {
	here, there := layout.NewKeys(0), layout.NewKeys(0)
	there.Intern("a") // 1 there
	b := here.Intern("b")
	a := here.Intern("a")
	old := write(t, NewArena(there, Limits{}, 0).NewShard(nil), nil, "a", "1", "b", "2")
	s := NewArena(here, Limits{}, 0).NewShard(nil)
	d, err := s.ClaimFrom(old, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.Set("b", "3")
	wantPairs(t, d.Properties(), pair{"a", "1"}, pair{"b", "3"})
	for key, want := range map[layout.Key]string{a: "1", b: "3"} {
		if got, ok := d.Properties().Find(key); !ok || string(got) != want {
			t.Fatalf("%s is %q, want %q", key.Name(), got, want)
		}
	}
	d.Abort()

	narrow := NewArena(here, Limits{Properties: 1}, 0).NewShard(nil)
	if d, err = narrow.ClaimFrom(old, nil); err == nil {
		err = d.Err()
		d.Abort()
	}
	if !errors.Is(err, ErrProperties) {
		t.Fatal("more properties than this engine allows:", err)
	}
	old.Release()
}

func TestADraftEndsOnce(t *testing.T) {
	s := newTestShard()
	for name, end := range map[string]func(Draft) Message{
		"released": func(d Draft) Message { seal(t, d, 1).Release(); return Message{} },
		"held":     func(d Draft) Message { return seal(t, d, 1) },
		"aborted":  func(d Draft) Message { d.Abort(); return Message{} },
	} {
		t.Run(name, func(t *testing.T) {
			d := claim(t, s)
			m := end(d)
			wantSpent(t, d)
			d.Abort() // does nothing
			wantSpent(t, d)
			if !m.IsZero() {
				for range 8 {
					write(t, s, nil, "a", "overwritten").Release()
				}
				wantPairs(t, m.Properties())
				m.Release()
			}
		})
	}
	var zero Draft
	zero.Abort()
	if _, err := zero.Seal(1); !errors.Is(err, ErrSpent) || zero.Of(s) {
		t.Fatal("the zero draft:", err)
	}
}

func wantSpent(t *testing.T, d Draft) {
	t.Helper()
	if _, err := d.Seal(1); !errors.Is(err, ErrSpent) || !errors.Is(d.Check(), ErrSpent) {
		t.Fatalf("Seal and Check: %v, %v", err, d.Check())
	}
	for _, use := range []func(){
		func() { d.Set("a", "1") },
		func() { d.SetBytes(nil, nil) },
		func() { d.SetKey(layout.Key{}, "") },
		func() { d.Delete("a") },
		func() { d.SetContent(nil) },
		func() { d.Content() },
		func() { d.Properties() },
		func() { _ = d.Err() },
	} {
		if text := mustPanic(t, use); !strings.Contains(text, "draft used after") {
			t.Fatal(text)
		}
	}
}

// `defer d.Abort()` is safe: by the time it runs, d's block may serve another draft.
func TestAStaleDraftLeavesTheNextAlone(t *testing.T) {
	s := newTestShard()
	stale := claim(t, s)
	seal(t, stale, 1).Release()
	fresh := claim(t, s)
	if fresh.b != stale.b {
		t.Fatal("the block does not come back")
	}
	stale.Abort()
	if err := stale.Check(); !errors.Is(err, ErrSpent) {
		t.Fatal("Check of the stale draft:", err)
	}
	mustPanic(t, func() { stale.Set("a", "1") })
	fresh.Set("b", "2")
	m := seal(t, fresh, 1)
	wantPairs(t, m.Properties(), pair{"b", "2"})
	m.Release()
}

func TestADraftKnowsItsShard(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	one, two := a.NewShard(nil), a.NewShard(nil)
	d := claim(t, one)
	if !d.Of(one) || d.Of(two) {
		t.Fatal("Of")
	}
	d.Abort()
}

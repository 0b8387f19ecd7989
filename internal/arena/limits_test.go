package arena

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// mistakes are things to write and the error they make, within limits of 3 properties of 16 bytes
// together and 8 bytes of content.
var mistakes = []struct {
	name  string
	write func(d Draft)
	want  error
	text  string // what the error must tell
}{
	{"as much as there may be", func(d Draft) {
		d.Set("a", "1")
		d.Set("b", "2")
		d.Set("c", "34567") // 4 + 4 + 8
		d.SetContent([]byte("12345678"))
	}, nil, ""},
	{"replacing at the limit", func(d Draft) {
		d.Set("a", "1")
		d.Set("b", "2")
		d.Set("c", "34567")
		d.Set("a", "7")
		d.Set("c", "34566")
	}, nil, ""},
	{"one property too many", func(d Draft) {
		for i := range 4 {
			d.Set(fmt.Sprint(i), "")
		}
	}, ErrProperties, "at most 3"},
	{"one byte too many", func(d Draft) {
		d.Set("a", "1")
		d.Set("b", "2")
		d.Set("c", "345678")
	}, ErrPropertyBytes, "at most 16"},
	{"one property too large", func(d Draft) { d.Set("a", strings.Repeat("x", 14)) }, ErrPropertyBytes, "at most 16"},
	{"a value far too large", func(d Draft) { d.SetBytes([]byte("a"), make([]byte, 1<<20)) }, ErrPropertyBytes, "at most 16"},
	{"a key far too large", func(d Draft) { d.Set(strings.Repeat("k", 1<<20), "") }, ErrPropertyBytes, "at most 16"},
	{"content too large", func(d Draft) { d.SetContent(make([]byte, 9)) }, ErrContent, "9 bytes, at most 8"},
	{"NUL in a key", func(d Draft) { d.Set("a\x00b", "1") }, ErrNUL, `"a\x00b"`},
	{"NUL in a value", func(d Draft) { d.SetBytes([]byte("a"), []byte("1\x00")) }, ErrNUL, `"a"`},
	{"a property after the content", func(d Draft) { d.SetContent(nil); d.Set("a", "1") }, ErrOrder, `"a"`},
	{"a deletion after the content", func(d Draft) { d.Set("a", ""); d.SetContent(nil); d.Delete("a") }, ErrOrder, `"a"`},
	{"an endless key in the wrong place", func(d Draft) { d.SetContent(nil); d.Set(strings.Repeat("k", 1<<20), "") }, ErrOrder, "kkk"},
	{"the first of two", func(d Draft) { d.SetContent(make([]byte, 9)); d.Set("a\x00", "") }, ErrContent, ""},
}

func TestMistakesHaveNames(t *testing.T) {
	for _, c := range mistakes {
		t.Run(c.name, func(t *testing.T) {
			s := newTestArena(Limits{Properties: 3, PropertyBytes: 16, Content: 8}, 0).NewShard(nil)
			d := claim(t, s)
			c.write(d)
			err := d.Err()
			if !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.text) {
				t.Fatalf("Err() = %v, want %v telling %q", err, c.want, c.text)
			}
			if err != nil && len(err.Error()) > 200 {
				t.Fatalf("an error of %d bytes", len(err.Error()))
			}
			checkSticks(t, d, err)
			d.Abort()
			checkHealthy(t, s)
		})
	}
}

// checkSticks writes on after a mistake: nothing changes, and there is no message.
func checkSticks(t *testing.T, d Draft, err error) {
	t.Helper()
	if err == nil {
		return
	}
	state := func() string { return fmt.Sprintf("%q %q", pairsOf(d.Properties()), d.Content()) }
	before := state()
	d.Set("z", "9")
	d.SetBytes([]byte("z"), nil)
	d.SetKey(d.b.home.arena.keys.Intern("z"), "9")
	d.Delete("a")
	d.SetContent([]byte("more"))
	if after := state(); after != before {
		t.Fatalf("writing went on after a mistake: %s, then %s", before, after)
	}
	m, sealed := d.Seal(1)
	if !errors.Is(d.Err(), err) || !errors.Is(d.Check(), err) || !errors.Is(sealed, err) || !m.IsZero() {
		t.Fatalf("the first mistake does not stick: %v, %v, %v", d.Err(), d.Check(), sealed)
	}
}

func checkHealthy(t *testing.T, s *Shard) {
	t.Helper()
	m := write(t, s, []byte("ok"), "a", "1")
	if got := pairsOf(m.Properties()); len(got) != 1 || string(m.Content()) != "ok" {
		t.Fatal("the next message holds", got, m.Content())
	}
	m.Release()
}

func TestZeroLimitsAreTheDefaults(t *testing.T) {
	s := newTestShard()
	d := claim(t, s)
	for i := range DefaultProperties {
		d.Set(fmt.Sprint(i), "")
	}
	d.SetContent(make([]byte, DefaultContent))
	if err := d.Err(); err != nil {
		t.Fatal(err)
	}
	d.SetContent(make([]byte, DefaultContent+1))
	if !errors.Is(d.Err(), ErrContent) {
		t.Fatal(d.Err())
	}
	d.Abort()
	d = claim(t, s)
	d.Set("", strings.Repeat("x", DefaultPropertyBytes-2))
	if err := d.Err(); err != nil {
		t.Fatal(err)
	}
	d.Set("", strings.Repeat("x", DefaultPropertyBytes-1))
	if !errors.Is(d.Err(), ErrPropertyBytes) {
		t.Fatal(d.Err())
	}
	d.Abort()
}

// What is refused for its size takes no memory, however little of it there is.
func TestTooLargeAPropertyTakesNoMemory(t *testing.T) {
	a := newTestArena(Limits{}, 1)
	s := a.NewShard(nil)
	d := claim(t, s)
	before := a.Stats()
	d.Set("a", strings.Repeat("x", 1<<20))
	if !errors.Is(d.Err(), ErrPropertyBytes) || a.Stats() != before {
		t.Fatalf("%v; %+v, then %+v", d.Err(), before, a.Stats())
	}
	d.Abort()
}

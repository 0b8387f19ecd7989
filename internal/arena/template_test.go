package arena

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/assert"
	"github.com/millrace/millrace/internal/layout"
)

func template(t testing.TB, s *Shard, write func(Draft)) Template {
	t.Helper()
	made, err := NewTemplate(s.arena.keys, Limits{}, write)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Messages begin with a template's properties, whatever its size and however many they are; the
// template stays as it is, for any shard.
func TestClaimTemplate(t *testing.T) {
	for name, write := range map[string]func(Draft){
		"narrow": func(d Draft) { d.Set("a", "1"); d.Set("b", "2") },
		"wide":   func(d Draft) { d.Set("a", "1"); fill(d, 20); d.Set("b", "2") },
		"large":  func(d Draft) { d.Set("a", "1"); d.Set("big", strings.Repeat("x", 9000)); d.Set("b", "2") },
		"none":   func(Draft) {},
	} {
		a := newTestArena(Limits{}, 0)
		one := a.NewShard(nil)
		made := template(t, one, write)
		like := claim(t, one)
		write(like)
		for _, s := range []*Shard{one, a.NewShard(nil), one} {
			d, err := s.ClaimTemplate(made, nil)
			if err != nil {
				t.Fatal(name, err)
			}
			wantPairs(t, d.Properties(), pairsOf(like.Properties())...)
			d.Set("a", "3")
			d.Set("c", "4")
			d.Delete("b")
			want := append(slices.DeleteFunc(pairsOf(made.Properties()), func(p pair) bool {
				return p.key == "a" || p.key == "b"
			}), pair{"a", "3"}, pair{"c", "4"})
			m := seal(t, d, 1)
			wantPairs(t, m.Properties(), want...)
			if pairs, _, err := parse(m.Wire()); err != nil || !slices.Equal(pairs, want) {
				t.Errorf("%s: %v %v", name, pairs, err)
			}
			wantPairs(t, made.Properties(), pairsOf(like.Properties())...)
			m.Release()
		}
		like.Abort()
	}
}

func TestTemplatesAreRefused(t *testing.T) {
	s := newTestShard()
	for want, write := range map[error]func(Draft){
		ErrNUL:        func(d Draft) { d.Set("a", "\x00") },
		ErrProperties: func(d Draft) { fill(d, DefaultProperties+1) },
		ErrKey:        func(d Draft) { d.SetKey(layout.Key{}, "") },
	} {
		if _, err := NewTemplate(s.arena.keys, Limits{}, write); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	foreign := template(t, newTestShard(), func(d Draft) { d.Set("a", "1") })
	if _, err := s.ClaimTemplate(foreign, nil); !errors.Is(err, ErrKey) {
		t.Errorf("another engine's: %v", err)
	}
	var zero Template
	d, err := s.ClaimTemplate(zero, nil)
	if err != nil || d.Properties().Len() != 0 || zero.Properties().Len() != 0 {
		t.Error("the zero template:", err)
	}
	d.Abort()
}

// A NUL in what follows the template is found, and only looked for there.
func TestNULAfterATemplate(t *testing.T) {
	s := newTestShard()
	made := template(t, s, func(d Draft) { d.Set("a", "1") })
	for _, write := range []func(Draft){
		func(d Draft) { d.Set("b", "\x00") },
		func(d Draft) {
			d.SetInt(s.arena.keys.Intern("n"), 1)
			d.Set("b", "\x00")
			d.SetInt(s.arena.keys.Intern("m"), 1)
		},
		func(d Draft) { d.Set("a", "\x00") },
		func(d Draft) { d.Set("b", "\x00"); d.Delete("a") },
		func(d Draft) { fill(d, 9); d.Set("\x00", "") },
	} {
		d, err := s.ClaimTemplate(made, nil)
		if err != nil {
			t.Fatal(err)
		}
		write(d)
		d.SetContent(nil)
		if err := d.Err(); !errors.Is(err, ErrNUL) {
			t.Error(pairsOf(d.Properties()), err)
		}
		d.Abort()
	}
}

func TestATemplateCostsNoAllocation(t *testing.T) {
	if assert.Enabled {
		t.Skip("assertions remember stacks")
	}
	s := newTestShard()
	made := template(t, s, func(d Draft) { fill(d, 4) })
	key, at, n := s.arena.keys.Intern("n"), s.arena.keys.Intern("f"), int64(0)
	content := []byte("some content")
	round := func() {
		d, err := s.ClaimTemplate(made, nil)
		if err != nil {
			t.Fatal(err)
		}
		n++
		d.SetInt(key, n)
		d.SetFloat(at, float64(n)/8)
		d.AppendContent(func(b []byte) []byte { return append(b, content...) })
		m := seal(t, d, 1)
		if got, ok := m.Properties().Int(key); !ok || got != n || string(m.Content()) != "some content" {
			t.Fatalf("%d, %q", got, m.Content())
		}
		m.Release()
	}
	for range 10 {
		round()
	}
	if allocs := testing.AllocsPerRun(100, round); allocs != 0 {
		t.Errorf("%v allocations a message", allocs)
	}
}

package arena

import (
	"errors"
	"strconv"
	"testing"

	"github.com/millrace/millrace/internal/layout"
)

// The zero Message holds nothing: it reads as empty, and holding or releasing it does nothing.
func TestTheZeroMessageHoldsNothing(t *testing.T) {
	var m Message
	value, ok := m.Property("a")
	if !m.IsZero() || value != nil || ok || m.Content() != nil || m.Wire() != nil || m.Size() != 0 {
		t.Error("it reads as something")
	}
	if m.Properties().Len() != 0 {
		t.Error("it has properties")
	}
	m.Retain()
	m.Release()
	var r Returns
	r.Release(m)
	r.Flush()
	s := newTestShard()
	if m.Of(s) {
		t.Error("it is of an engine")
	}
	d, err := s.ClaimFrom(m, nil)
	if err != nil || d.Properties().Len() != 0 {
		t.Error("a message from it:", err)
	}
	d.Abort()
}

// A key of another interner, whatever number it has, is refused, and so is the zero key; one without a
// number of this interner is not.
func TestKeysOfOthersAreRefused(t *testing.T) {
	s := newTestShard()
	s.arena.keys.Intern("here")
	there := layout.NewKeys(1)
	for name, key := range map[string]layout.Key{
		"the zero key":     {},
		"another's":        there.Intern("there"),
		"without a number": there.Intern("past the bound"),
	} {
		for how, write := range map[string]func(Draft){
			"text":  func(d Draft) { d.SetKey(key, "x") },
			"bytes": func(d Draft) { d.SetKeyBytes(key, []byte("x")) },
			"int":   func(d Draft) { d.SetInt(key, 1) },
			"late":  func(d Draft) { fill(d, 9); d.SetKey(key, "x") },
		} {
			d := claim(t, s)
			write(d)
			if err := d.Err(); !errors.Is(err, ErrKey) {
				t.Errorf("%s, %s: %v", name, how, err)
			}
			d.Abort()
		}
	}
	for i := range 100 {
		s.arena.keys.Intern(strconv.Itoa(i))
	}
	d := claim(t, s)
	d.SetKey(s.arena.keys.Intern("past the bound"), "x")
	if v, ok := d.Properties().Lookup("past the bound"); !ok || string(v) != "x" || d.Err() != nil {
		t.Errorf("%q, %v", v, d.Err())
	}
	d.Abort()
}

// fill writes n properties.
func fill(d Draft, n int) {
	for i := range n {
		d.Set(strconv.Itoa(i), "")
	}
}

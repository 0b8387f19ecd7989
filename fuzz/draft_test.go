package fuzz

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/wire"
)

// narrow are limits that a few steps reach.
var narrow = arena.Limits{Properties: 4, PropertyBytes: 40, Content: 1000}

// model is a draft in the plainest words.
type model struct {
	properties values
	content    string
	closed     bool  // the content is set
	err        error // the first mistake
}

// FuzzDraft: whatever is set, replaced, deleted and copied, a draft has what a map has, refuses for
// the same reason, and its message says the same on the wire; and all memory comes home.
func FuzzDraft(f *testing.F) {
	f.Add([]byte("\x00\x01a\x02bc\x00\x01a\x01d\x01\x01a\x02\x05hello\x03"))
	f.Add([]byte("\x00\x14aaaaaaaaaaaaaaaaaaaa\x14bbbbbbbbbbbbbbbbbbbb\x03\x04"))
	f.Add([]byte("\x00\x01a\x01\x00\x03\x00\x01a\x01b\x05\x02\xff\x06\x03"))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		keys := layout.NewKeys(2)
		memory := arena.NewArena(keys, narrow, 0)
		s := memory.NewShard(nil)
		for steps := (&tape{bytes}); !steps.ended(); {
			d, err := s.Claim(nil)
			if err != nil {
				t.Fatal(err)
			}
			write(t, steps, keys, s, d, model{properties: values{}})
		}
		s.Count()
		if held, err := memory.Held(); held != 0 || err != nil {
			t.Fatalf("%d messages held, %v", held, err)
		}
	})
}

// write takes steps until one of them ends the draft.
func write(t *testing.T, steps *tape, keys *layout.Keys, s *arena.Shard, d arena.Draft, m model) {
	for !steps.ended() {
		switch steps.next(8) {
		case 1:
			key := word(steps)
			d.Delete(key)
			m.delete(key)
		case 2:
			content := strings.Repeat(word(steps), 1+steps.next(256))
			d.SetContent([]byte(content))
			m.setContent(content)
		case 3:
			finish(t, d, m)
			return
		case 4:
			d.Abort()
			return
		case 5:
			copyOf(t, keys, s, d, m)
		default:
			key, value := word(steps), word(steps)
			d.Set(key, value)
			m.set(key, value)
		}
	}
	finish(t, d, m)
}

func word(steps *tape) string { return string(steps.take(steps.next(24))) }

func (m *model) size() (bytes int) {
	for key, value := range m.properties {
		bytes += len(key) + len(value) + 2
	}
	return bytes
}

func (m *model) set(key, value string) {
	if m.refuses() {
		return
	}
	before := maps.Clone(m.properties)
	m.properties[key] = value
	switch {
	case m.size() > narrow.PropertyBytes:
		m.err, m.properties = message.ErrPropertyBytes, before
	case len(m.properties) > narrow.Properties:
		m.err, m.properties = message.ErrProperties, before
	case strings.Contains(key+value, "\x00"):
		m.err, m.properties = message.ErrNUL, before
	}
}

// refuses tells whether a property comes too late.
func (m *model) refuses() bool {
	if m.err == nil && m.closed {
		m.err = message.ErrOrder
	}
	return m.err != nil
}

func (m *model) delete(key string) {
	if !m.refuses() {
		delete(m.properties, key)
	}
}

func (m *model) setContent(content string) {
	if m.err != nil {
		return
	}
	if len(content) > narrow.Content {
		m.err = message.ErrContent
		return
	}
	m.content, m.closed = content, true
}

// copyOf makes a template of the draft and sends a message of it: it has the same properties, no content,
// and nothing in common with the first.
func copyOf(t *testing.T, keys *layout.Keys, s *arena.Shard, d arena.Draft, m model) {
	t.Helper()
	if err := d.Err(); err != nil {
		if !errors.Is(err, m.err) {
			t.Fatalf("has %v, want %v", err, m.err)
		}
		return
	}
	template, err := arena.NewTemplate(keys, narrow, func(like arena.Draft) {
		for key, value := range d.Properties().All() {
			like.SetBytes(key, value)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.ClaimTemplate(template, nil)
	if err != nil {
		t.Fatal(err)
	}
	finish(t, c, model{properties: m.properties})
}

// finish seals the draft, or sees it refused, and compares.
func finish(t *testing.T, d arena.Draft, m model) {
	t.Helper()
	if !m.closed {
		m.setContent("")
	}
	sealed, err := d.Seal(1)
	if !errors.Is(err, m.err) {
		t.Fatalf("refused with %v, want %v", err, m.err)
	}
	if err != nil {
		d.Abort()
		return
	}
	defer sealed.Release()
	read, err := wire.ParseMessage(sealed.Wire())
	if err != nil {
		t.Fatalf("%x: %v", sealed.Wire(), err)
	}
	got := values{}
	for _, p := range listed(read) {
		got[p.Key] = p.Value
		if found, ok := sealed.Property(p.Key); !ok || string(found) != p.Value {
			t.Fatalf("the property %q is %q, on the wire %q", p.Key, found, p.Value)
		}
	}
	if !maps.Equal(got, m.properties) || string(read.Content()) != m.content {
		t.Fatalf("the message has %q and %q, want %q and %q", got, read.Content(), m.properties, m.content)
	}
}

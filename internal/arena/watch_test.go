//go:build assert

package arena

import (
	"bytes"
	"strings"
	"testing"
)

func takeHere(t *testing.T, s *Shard) Message { return write(t, s, []byte("content"), "a", "1") }

func releaseHere(m Message) { m.Release() }

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Fatalf("does not tell %q:\n%s", p, text)
		}
	}
}

func TestUseAfterReleaseNamesBothStacks(t *testing.T) {
	s := newTestShard()
	m := takeHere(t, s)
	releaseHere(m)
	for name, use := range map[string]func(){
		"Properties": func() { m.Properties() },
		"Property":   func() { m.Property("a") },
		"Content":    func() { m.Content() },
		"Wire":       func() { m.Wire() },
		"Size":       func() { m.Size() },
		"Retain":     m.Retain,
		"Release":    m.Release,
		"Returns":    func() { new(Returns).Release(m) },
		"ClaimFrom":  func() { _, _ = s.ClaimFrom(m, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			wantText(t, mustPanic(t, use), "use of a released message", "takeHere", "releaseHere")
		})
	}
}

// The block may live again by then: the old handle is still found out.
func TestUseAfterReuseIsFoundOut(t *testing.T) {
	s := newTestShard()
	old := takeHere(t, s)
	releaseHere(old)
	var young Message
	for young = takeHere(t, s); young.b != old.b; young = takeHere(t, s) {
		defer young.Release()
	}
	defer young.Release()
	wantText(t, mustPanic(t, func() { old.Content() }), "use of a released message")
	wantText(t, mustPanic(t, old.Release), "use of a released message")
	if string(young.Content()) != "content" {
		t.Fatal("the young one suffered")
	}
}

func TestReleasedBytesReadAsPoison(t *testing.T) {
	s := newTestShard()
	for name, m := range map[string]Message{
		"small": takeHere(t, s),
		"large": write(t, s, make([]byte, 100_000)),
	} {
		kept := m.Wire()
		m.Retain()
		m.Release()
		if kept[0] != 0xA1 {
			t.Fatalf("%s: poisoned while held", name)
		}
		m.Release()
		if !bytes.Equal(kept, bytes.Repeat([]byte{poison}, len(kept))) {
			t.Fatalf("%s: kept bytes still read %x", name, kept[:10])
		}
	}
	d := claim(t, s)
	d.Set("a", "1")
	image := d.b.Image()
	d.Abort()
	if image[len(image)-2] != poison {
		t.Fatal("an aborted draft is not poisoned")
	}
}

func TestAWriteAfterPublicationIsFoundOut(t *testing.T) {
	s := newTestShard()
	m := takeHere(t, s)
	m.Retain()
	m.Content()[3] ^= 1
	m.Release()
	wantText(t, mustPanic(t, m.Release), "changed after it was published", "takeHere")
}

func retainHere(m Message) { m.Retain() }

func TestHeldNamesWhoTookIt(t *testing.T) {
	s := newTestShard()
	m := takeHere(t, s)
	retainHere(m)
	m.Release()
	n, err := s.arena.Held()
	if n != 1 || err == nil {
		t.Fatal(n, err)
	}
	wantText(t, err.Error(), "1 not released", "takeHere", "retainHere")
	m.Release()
	if n, err := s.arena.Held(); n != 0 || err != nil {
		t.Fatal(n, err)
	}
}

package arena

import (
	"errors"
	"strings"
	"testing"
	"unsafe"
)

func waits() error { return nil }

// claims counts how many messages of size s yields before it refuses, and holds them.
func claims(t *testing.T, s *Shard, size int) (held []Message) {
	t.Helper()
	for range 100_000 {
		d, err := s.Claim(nil)
		if err != nil {
			if !errors.Is(err, ErrExhausted) {
				t.Fatal(err)
			}
			return held
		}
		d.SetContent(make([]byte, size))
		if errors.Is(d.Err(), ErrExhausted) {
			d.Abort()
			return held
		}
		held = append(held, seal(t, d, 1))
	}
	t.Fatal("no end of memory")
	return nil
}

func releaseAll(held []Message) {
	for _, m := range held {
		m.Release()
	}
}

// contentOf returns a content that makes a message without properties fill a block of the class.
func contentOf(class int) []byte { return make([]byte, sizes[class]-headerBytes-lengthBytes) }

func TestTheCapHolds(t *testing.T) {
	const memory = 100_000
	a := newTestArena(Limits{}, memory)
	s := a.NewShard(nil)
	held := claims(t, s, 10)
	if len(held) != int(memory/costs[0])+1 || a.Stats().Bytes > memory+MaxOwn || a.Stats().MaxBytes != memory {
		t.Fatalf("%d messages, %+v", len(held), a.Stats())
	}
	if n, err := a.Held(); n != len(held) || err == nil || !strings.Contains(err.Error(), "not released") {
		t.Fatalf("Held: %d of %d, %v", n, len(held), err)
	}
	releaseAll(held)
	if n, err := a.Held(); n != 0 || err != nil {
		t.Fatal("after release:", n, err)
	}
	before := a.Stats()
	again := claims(t, s, 10)
	if len(again) != len(held) || a.Stats() != before {
		t.Fatalf("%d messages, then %d; %+v, then %+v", len(held), len(again), before, a.Stats())
	}
	releaseAll(again)
}

// However much another shard holds, each has one block of up to 2 KiB: nobody is starved for ever, and
// the cap holds but for these.
func TestBeyondTheCapEachShardHasOneBlock(t *testing.T) {
	for class := range classes {
		a := newTestArena(Limits{}, 1)
		var held []Message
		for range 3 {
			s := a.NewShard(nil)
			d := claim(t, s)
			d.SetContent(contentOf(class))
			if class > ownClass {
				if !errors.Is(d.Err(), ErrBeyondMemory) || errors.Is(d.Err(), ErrExhausted) {
					t.Fatal("larger than all memory:", d.Err())
				}
				d.Abort()
				continue
			}
			held = append(held, seal(t, d, 1))
			if _, err := s.Claim(nil); !errors.Is(err, ErrExhausted) {
				t.Fatal("one more:", err)
			}
		}
		if most := int64(1 + 3*MaxOwn); a.Stats().Bytes > most {
			t.Fatalf("%d bytes, at most %d", a.Stats().Bytes, most)
		}
		releaseAll(held)
	}
}

// A shard's own block comes home to it, and serves it again.
func TestTheOwnBlockServesAgain(t *testing.T) {
	a := newTestArena(Limits{}, 1)
	s := a.NewShard(nil)
	for n := range 20 {
		m := write(t, s, make([]byte, n*90))
		if n == 10 {
			s.EndDrafts() // of which there are none
		}
		m.Release()
	}
	d := claim(t, s)
	s.EndDrafts()
	if a.Stats().Bytes != 0 {
		t.Fatalf("%d bytes are taken by nothing", a.Stats().Bytes)
	}
	write(t, s, nil).Release()
	d.Abort()
	write(t, s, nil).Release()
}

// What a shard itself keeps without memory fits into what the docs grant it beyond the cap.
func TestAShardIsSmall(t *testing.T) {
	if own := costs[ownClass] + maxBare*blockBytes; own+int64(unsafe.Sizeof(Shard{})) > MaxOwn {
		t.Fatalf("%d and %d bytes, at most %d", own, unsafe.Sizeof(Shard{}), MaxOwn)
	}
}

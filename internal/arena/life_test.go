package arena

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/millrace/millrace/internal/assert"
)

func TestTheLastReleaseSendsTheBlockHome(t *testing.T) {
	s := newTestShard()
	m := write(t, s, []byte("hi"))
	m.Retain()
	m.Release()
	if n, _ := s.arena.Held(); n != 1 || s.returned.Load() != nil {
		t.Fatal("gone home with a holder left")
	}
	m.Release()
	if n, err := s.arena.Held(); n != 0 || err != nil || s.returned.Load() != m.b {
		t.Fatal("not home after the last release:", n, err)
	}
}

func TestReleasedTooOftenPanics(t *testing.T) {
	s := newTestShard()
	m := write(t, s, nil)
	m.Release()
	want := "more often than held"
	if assert.Enabled {
		want = "use of a released message"
	}
	if text := mustPanic(t, m.Release); !strings.Contains(text, want) {
		t.Fatal(text)
	}
}

// Blocks are used again first in, first out, over chains and batches.
func TestBlocksComeBackInOrder(t *testing.T) {
	s := newTestShard()
	held := make([]Message, 4)
	for i := range held {
		held[i] = write(t, s, nil)
	}
	held[2].Release()
	var r Returns
	r.Release(held[0])
	r.Release(held[3])
	r.Flush()
	r.Flush()
	held[1].Release()
	for i, want := range []int{2, 0, 3, 1} {
		d := claim(t, s)
		if d.b != held[want].b {
			t.Fatalf("claim %d is not the block that came home there", i)
		}
		defer d.Abort()
	}
}

func TestReturnsSortsByShard(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	one, two := a.NewShard(nil), a.NewShard(nil)
	var r Returns
	for range 50 {
		for _, s := range []*Shard{one, two, two, one, one} {
			d := claim(t, s)
			if d.b.home != s {
				t.Fatal("a block went home to another shard")
			}
			r.Release(seal(t, d, 1))
		}
		r.Flush()
	}
	if n, err := a.Held(); n != 0 {
		t.Fatal(err)
	}
	if n := a.Stats().Bytes; n != 4*costs[0] {
		t.Fatalf("%d bytes for four blocks", n)
	}
}

// Many goroutines retain, read and release what one publishes; every byte stays as it was while
// anyone holds it, and all is home at the end.
func TestSharedHolders(t *testing.T) {
	const readers, messages = 4, 3000
	a := newTestArena(Limits{}, 60_000)
	s := a.NewShard(waits)
	var queues [readers]chan Message
	var all sync.WaitGroup
	for i := range queues {
		queues[i] = make(chan Message, 7+i)
		all.Go(func() { readAndRelease(t, queues[i], i) })
	}
	for n := range messages {
		d := claim(t, s)
		d.Set("n", strings.Repeat("p", n%40))
		d.SetContent(bytes.Repeat([]byte{byte(n)}, n%700))
		m := seal(t, d, readers)
		for _, q := range queues {
			q <- m
		}
	}
	for _, q := range queues {
		close(q)
	}
	all.Wait()
	if n, err := a.Held(); n != 0 || a.Stats().Bytes > 60_000+MaxOwn {
		t.Fatal(err, a.Stats())
	}
}

func readAndRelease(t *testing.T, queue chan Message, reader int) {
	var r Returns
	n := 0
	for m := range queue {
		m.Retain()
		value, _ := m.Property("n")
		content := m.Content()
		if len(value) != n%40 || !bytes.Equal(content, bytes.Repeat([]byte{byte(n)}, n%700)) {
			t.Errorf("message %d reads %q, %d bytes", n, value, len(content))
		}
		r.Release(m)
		if reader%2 == 0 {
			m.Release()
		} else {
			r.Release(m)
		}
		if len(queue) == 0 || n%5 == 0 {
			r.Flush()
		}
		n++
	}
	r.Flush()
}

// A header is charged as much as it takes, and an assertion build's extra is not counted.
func TestTheChargeCoversTheHeader(t *testing.T) {
	if size := unsafe.Sizeof(block{}); size > blockBytes && !assert.Enabled {
		t.Fatalf("a header has %d bytes and is charged %d", size, blockBytes)
	}
}

func TestAMessageCostsNoAllocation(t *testing.T) {
	if assert.Enabled {
		t.Skip("assertions remember stacks")
	}
	s := newTestShard()
	content, total := make([]byte, 256), 0
	round := func() {
		m := hotMessage(s, "12345", content)
		d, _ := s.ClaimFrom(m, nil)
		d.Set("a", "changed")
		next, _ := d.Seal(1)
		total += m.Size() + next.Size()
		var r Returns
		r.Release(m)
		r.Release(next)
		r.Flush()
	}
	for range 10 {
		round()
	}
	total = 0
	if n := testing.AllocsPerRun(100, round); n != 0 || total == 0 || total%101 != 0 {
		t.Fatalf("%v allocations a round, %d bytes", n, total)
	}
}

// hotMessage writes five properties and a content, as telemetry has them.
func hotMessage(s *Shard, sequence string, content []byte) Message {
	d, err := s.Claim(nil)
	if err != nil {
		panic(err)
	}
	d.Set("source", "simulated")
	d.Set("deviceName", "device-17")
	d.Set("kind", "temperature")
	d.Set("unit", "celsius")
	d.Set("sequence", sequence)
	d.SetContent(content)
	m, err := d.Seal(1)
	if err != nil {
		panic(err)
	}
	return m
}

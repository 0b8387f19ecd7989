package arena

import (
	"errors"
	"testing"
	"testing/synctest"
)

func TestLargeMessagesAreChargedAndGivenBack(t *testing.T) {
	a := newTestArena(Limits{}, 1<<20)
	s := a.NewShard(nil)
	write(t, s, nil).Release()
	for name, end := range map[string]func(Draft){
		"released": func(d Draft) { m := seal(t, d, 2); m.Release(); m.Release() },
		"aborted":  func(d Draft) { d.Abort() },
	} {
		d := claim(t, s)
		before := a.Stats()
		for i, size := range []int{70_000, 100_000, 400_000, 20, 300_000} {
			d.SetContent(make([]byte, size))
			if grown := a.Stats().Bytes - before.Bytes; d.Err() != nil || grown < int64(size) || grown > 1<<20 {
				t.Fatalf("%s, step %d: %d bytes charged for %d: %v", name, i, grown, size, d.Err())
			}
		}
		end(d)
		if after := a.Stats(); after.Bytes != before.Bytes || after.Large != before.Large+1 {
			t.Fatalf("%s: %+v, then %+v", name, before, after)
		}
	}
	if n := s.large.Load(); n != 0 {
		t.Fatalf("%d large messages alive", n)
	}
}

func TestLargeMessagesRespectTheCap(t *testing.T) {
	a := newTestArena(Limits{}, 200_000)
	one, two := a.NewShard(nil), a.NewShard(nil)
	first := write(t, one, make([]byte, 150_000))
	d := claim(t, one)
	d.SetContent(make([]byte, 150_000))
	if !errors.Is(d.Err(), ErrExhausted) {
		t.Fatal("a second one beyond the cap:", d.Err())
	}
	d.Abort()
	beyond := write(t, two, make([]byte, 150_000)) // its shard's only one
	for _, m := range []Message{first, beyond} {
		m.Release()
	}
	if n, chunks := a.Stats().Bytes, chunkBytes(a); n != chunks {
		t.Fatalf("%d bytes charged for chunks of %d", n, chunks)
	}
	write(t, one, make([]byte, 150_000)).Release()
}

// One message may be larger than the whole cap, and grow beyond it.
func TestOneLargeMessageMayGrowBeyondTheCap(t *testing.T) {
	a := newTestArena(Limits{}, 1)
	s := a.NewShard(nil)
	d := claim(t, s)
	for _, size := range []int{100_000, 200_000, 1 << 20} {
		d.SetContent(make([]byte, size))
	}
	m := seal(t, d, 1)
	if len(m.Content()) != 1<<20 {
		t.Fatal(len(m.Content()))
	}
	m.Release()
}

func TestALargeMessageWaitsForBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 200_000)
		s := a.NewShard(waits)
		first, ended := write(t, s, make([]byte, 150_000)), make(chan int, 1)
		go func() {
			m := write(t, s, make([]byte, 150_001))
			ended <- len(m.Content())
			m.Release()
		}()
		synctest.Wait()
		if len(ended) != 0 {
			t.Fatal("did not wait")
		}
		first.Release()
		if n := <-ended; n != 150_001 {
			t.Fatal(n)
		}
	})
}

func chunkBytes(a *Arena) (total int64) {
	for _, s := range a.shards {
		s.eachBlock(func(b *block) { total += int64(len(b.own)) + blockBytes })
	}
	return total
}

// Bytes that come free without any block coming home wake other shards too.
func TestAnAbortedLargeDraftWakesOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestArena(Limits{}, 300_000)
		d := claim(t, a.NewShard(nil))
		d.SetContent(make([]byte, 150_000))
		s := a.NewShard(waits)
		first, ended := write(t, s, make([]byte, 100_000)), make(chan int, 1)
		go func() {
			m := write(t, s, make([]byte, 100_000))
			ended <- len(m.Content())
			m.Release()
		}()
		synctest.Wait()
		if len(ended) != 0 {
			t.Fatal("did not wait")
		}
		d.Abort()
		synctest.Wait()
		if len(ended) != 1 {
			t.Fatal("still waits")
		}
		first.Release()
	})
}

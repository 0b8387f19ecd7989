package arena

import "testing"

// What is free goes when a shard is closed, what is out when it comes home, and then the arena forgets
// the shard.
func TestAClosedShardGivesItsMemoryBack(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	s := a.NewShard(nil)
	out := write(t, s, make([]byte, 3000), "key", "value")
	big := write(t, s, make([]byte, 100<<10))
	write(t, s, nil).Release()
	draft := claim(t, s)
	s.Close()
	draft.Set("a", "harmless")
	draft.Abort()
	if held, _ := a.Held(); held != 2 {
		t.Errorf("%d held, should be 2", held)
	}
	if v, _ := out.Property("key"); string(v) != "value" || len(big.Content()) != 100<<10 {
		t.Error("what is out has changed")
	}
	if a.Stats().Bytes != out.b.cost()+big.b.cost() {
		t.Errorf("%d bytes, should be what is out", a.Stats().Bytes)
	}
	out.Release()
	big.Release()
	wantEmpty(t, a)
}

func wantEmpty(t *testing.T, a *Arena) {
	t.Helper()
	if held, err := a.Held(); held != 0 || err != nil {
		t.Error(held, err)
	}
	if a.Stats().Bytes != 0 || len(a.shards) != 0 || a.listed != nil {
		t.Errorf("%d bytes and %d shards are left, listed: %p", a.Stats().Bytes, len(a.shards), a.listed)
	}
}

// A hundred thousand publishers that come and go leave nothing behind.
func TestClosedShardsLeaveNothing(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	for range 1000 {
		s := a.NewShard(nil)
		m := write(t, s, nil)
		write(t, s, nil).Release()
		s.Close()
		m.Release()
	}
	wantEmpty(t, a)
	a.NewShard(nil).Close() // without a claim
	wantEmpty(t, a)
}

// What is free goes when the arena is retired, also of shards that are open; and what comes home later.
func TestARetiredArenaGivesItsMemoryBack(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	s := a.NewShard(nil)
	out := write(t, s, nil)
	write(t, s, nil).Release()
	a.Retire()
	if a.Stats().Bytes != costs[0] {
		t.Errorf("%d bytes, should be those of the message", a.Stats().Bytes)
	}
	out.Release()
	again := write(t, s, nil)
	s.Close()
	again.Release()
	wantEmpty(t, a)
}

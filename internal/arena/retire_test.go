package arena

import "testing"

// What is free goes when the arena is retired, what is out when it comes home, what an owner has when
// it closes its shard.
func TestARetiredArenaGivesItsMemoryBack(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	closed, open := a.NewShard(nil), a.NewShard(nil)
	out := write(t, closed, make([]byte, 3000), "key", "value")
	large := write(t, closed, make([]byte, 100<<10))
	closed.Close()
	mine := write(t, open, []byte("mine"))
	claim(t, open)
	a.Retire()
	if held, _ := a.Held(); held != 3 {
		t.Errorf("%d held, should be 3", held)
	}
	if v, _ := out.Property("key"); string(v) != "value" || len(large.Content()) != 100<<10 {
		t.Error("what is out has changed")
	}
	out.Release()
	large.Release()
	if out.b.buf != nil || large.b.own != nil {
		t.Error("what came home was kept")
	}
	mine.Release()
	again := write(t, open, []byte("again"))
	open.Close()
	again.Release()
	if stats := a.Stats(); stats.Bytes != 0 {
		t.Errorf("%d bytes are left", stats.Bytes)
	}
	if held, err := a.Held(); held != 0 || err != nil {
		t.Error(held, err)
	}
}

package arena

import "testing"

// What a burst took goes when it was not needed for the time between two calls, in every class, in the
// stock too; who still needs memory keeps it.
func TestTrimGivesABurstBack(t *testing.T) {
	for class := range large {
		a := newTestArena(Limits{}, 0)
		told := 0
		a.WhenFree(func() { told++ })
		burst, steady := a.NewShard(nil), a.NewShard(nil)
		var held []Message
		for range 100 {
			held = append(held, write(t, burst, contentOf(class)))
		}
		releaseAll(held)
		taken := a.Stats().Bytes
		if told != 1 {
			t.Fatalf("told %d times that something is free", told)
		}
		if more := a.Trim(); !more || a.Stats().Bytes != taken {
			t.Fatalf("the first took %d of %d bytes; more: %v", taken-a.Stats().Bytes, taken, more)
		}
		write(t, steady, nil).Release()
		if a.Trim(); a.Stats().Bytes != costs[0] {
			t.Fatalf("class %d: %d bytes are left, should be %d", class, a.Stats().Bytes, costs[0])
		}
		if more := a.Trim(); more || a.Stats().Bytes != 0 || told != 1 {
			t.Fatalf("%d bytes are left; more: %v; told %d times", a.Stats().Bytes, more, told)
		}
		if write(t, burst, nil).Release(); told != 2 {
			t.Fatalf("told %d times", told)
		}
	}
}

// Who runs out of a class again and again keeps it.
func TestTrimLeavesWhatIsNeeded(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	s := a.NewShard(nil)
	for n := range 10 {
		var held []Message
		for range 10 * (n + 1) {
			held = append(held, write(t, s, nil))
		}
		releaseAll(held)
		before := a.Stats()
		if a.Trim(); a.Stats() != before {
			t.Fatalf("round %d: %+v, then %+v", n, before, a.Stats())
		}
	}
}

// An owner at work keeps what it has ready, and what came home goes.
func TestTrimDuringASession(t *testing.T) {
	a := newTestArena(Limits{}, 0)
	s := a.NewShard(nil)
	held := make([]Message, 200)
	for i := range held {
		held[i] = write(t, s, nil)
	}
	releaseAll(held)
	a.Trim()
	d := claim(t, s)
	a.Trim()
	if taken, most := a.Stats().Bytes, maxReady*costs[0]; taken > most || taken < costs[0] {
		t.Fatalf("%d bytes are left, at most %d", taken, most)
	}
	d.Abort()
	a.Trim()
	a.Trim()
	if a.Stats().Bytes != 0 {
		t.Fatalf("%d bytes are left", a.Stats().Bytes)
	}
}

func TestTrimOfTheStock(t *testing.T) {
	a := newTestArena(Limits{}, 100_000)
	busy, other := a.NewShard(nil), a.NewShard(nil)
	held := claims(t, busy, 10)
	held[0].Release()
	d := claim(t, busy)
	releaseAll(held[1:])
	own := write(t, other, nil)
	write(t, other, nil).Release()
	own.Release()
	if a.stock.count.Load() == 0 {
		t.Fatal("nothing is in stock")
	}
	d.Abort()
	for a.Trim() {
	}
	if a.Stats().Bytes != 0 || a.stock.count.Load() != 0 {
		t.Fatalf("%d bytes are left", a.Stats().Bytes)
	}
}

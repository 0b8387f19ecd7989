package arena

import (
	"errors"
	"testing"
)

func TestLargeMessagesAreChargedAndGivenBack(t *testing.T) {
	a := newTestArena(Limits{}, 1<<20)
	s := a.NewShard(nil)
	for name, end := range map[string]func(Draft){
		"released":  func(d Draft) { m := seal(t, d, 2); m.Release(); m.Release() },
		"aborted":   func(d Draft) { d.Abort() },
		"discarded": func(d Draft) { d.Discard() },
		"forgotten": func(Draft) { s.EndDrafts() },
	} {
		d := claim(t, s)
		large := a.Stats().Large
		for i, size := range []int{70_000, 100_000, 400_000, 20, 300_000} {
			d.SetContent(make([]byte, size))
			if taken := a.Stats().Bytes; d.Err() != nil || taken < int64(size) || taken > 1<<20 {
				t.Fatalf("%s, step %d: %d bytes charged for %d: %v", name, i, taken, size, d.Err())
			}
		}
		end(d)
		if after := a.Stats(); after.Bytes > costs[0] || after.Large != large+1 {
			t.Fatalf("%s: %+v", name, after)
		}
	}
	if s.drafts.open() != int(s.discards.Load()) || s.heldNow() != 0 {
		t.Fatalf("%d drafts are open, with %d bytes", s.drafts.open(), s.heldNow())
	}
}

// There is no exception from the cap for large messages, whoever publishes them.
func TestLargeMessagesRespectTheCap(t *testing.T) {
	a := newTestArena(Limits{}, 200_000)
	first := write(t, a.NewShard(nil), make([]byte, 150_000))
	for range 3 {
		d := claim(t, a.NewShard(nil))
		d.SetContent(make([]byte, 150_000))
		if !errors.Is(d.Err(), ErrExhausted) {
			t.Fatal("a second one beyond the cap:", d.Err())
		}
		d.Abort()
	}
	first.Release()
	write(t, a.NewShard(nil), make([]byte, 150_000)).Release()
	if a.Stats().Bytes > a.most {
		t.Fatalf("%+v", a.Stats())
	}
}

// What can never fit is refused at once, by its name, also to those who may wait.
func TestAMessageBeyondTheMemoryIsRefused(t *testing.T) {
	for _, memory := range []int64{1, 10_000, 100_000} {
		s := newTestArena(Limits{}, memory).NewShard(waits)
		d := claim(t, s)
		d.SetContent(make([]byte, 100_000))
		if !errors.Is(d.Err(), ErrBeyondMemory) {
			t.Fatal(d.Err())
		}
		d.Abort()
	}
}

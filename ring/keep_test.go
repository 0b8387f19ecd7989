package ring

import (
	"errors"
	"testing"

	"github.com/millrace/millrace/internal/park"
)

// What room there is, is kept for who asked for it, until all of them have ended that.
func TestKeep(t *testing.T) {
	atEachStart(t, func(t *testing.T, start uint64) {
		r := newAt[int](4, park.NewBell(), start)
		push(t, r, numbers(0, 2), 2, nil)
		for range 2 {
			if !r.Keep() {
				t.Fatal("no room is kept")
			}
		}
		push(t, r, numbers(2, 1), 0, ErrFull)
		if err := r.PushOne(2); !errors.Is(err, ErrFull) || !r.Full() || r.FullKept() {
			t.Fatal("others find room:", err)
		}
		if n, err := r.PushKept(numbers(2, 1)); n != 1 || err != nil {
			t.Fatal("who keeps room finds none:", n, err)
		}
		r.EndKeep()
		push(t, r, numbers(3, 1), 0, ErrFull)
		r.EndKeep()
		push(t, r, numbers(3, 2), 1, ErrFull)
		same(t, "kept or not", drain(r, 8), numbers(0, 4))
		r.Keep()
		r.Close()
		if !r.Drained() {
			t.Fatal("a closed ring is not drained while room is kept")
		}
		r.EndKeep()
		if n, err := r.PushKept(numbers(0, 1)); n != 0 || !errors.Is(err, ErrClosed) || r.Keep() {
			t.Fatal("a closed ring keeps room:", n, err)
		}
	})
}

// The count of those for whom room is kept does not run over into the position.
func TestKeepIsBounded(t *testing.T) {
	r := New[int](2, park.NewBell())
	for range keepers / keeper {
		if !r.Keep() {
			t.Fatal("too few")
		}
	}
	if r.Keep() || r.Tail() != 0 {
		t.Fatal("the count ran over")
	}
	for range keepers / keeper {
		r.EndKeep()
	}
	push(t, r, numbers(0, 1), 1, nil)
}

// Who finds the room kept for others is woken when it no longer is.
func TestEndKeepWakes(t *testing.T) {
	r := New[int](2, park.NewBell())
	r.Keep()
	w := park.NewWaiter()
	r.Room().Join(w)
	r.EndKeep()
	if got := r.Room().Wait(w, nil, 0); got != park.Woken {
		t.Fatal(got)
	}
}

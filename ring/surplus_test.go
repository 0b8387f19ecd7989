package ring

import "testing"

// A producer that makes room while the consumer is in the middle of taking an element out leaves
// the others alone: there is room in a moment.
func TestPopSurplusLeavesWhatNeedNotGo(t *testing.T) {
	for _, start := range []uint64{0, ^uint64(0) - (3 * step) + 1} {
		s := newSharedAt[int](4, start)
		for n := range 3 {
			if err := s.Push(n); err != nil {
				t.Fatal(err)
			}
		}
		if v, ok := s.PopSurplus(); ok {
			t.Fatalf("took %d with room for one", v)
		}
		if err := s.Push(3); err != nil {
			t.Fatal(err)
		}
		head := s.head.Add(step) // as a Pop does before it reads the slot
		if err := s.Push(4); err != ErrFull {
			t.Fatalf("a push into a slot that is being read: %v", err)
		}
		if v, ok := s.PopSurplus(); ok {
			t.Fatalf("took %d though room was being made", v)
		}
		s.cells.Load().take(head - step)
		if err := s.Push(4); err != nil {
			t.Fatal(err)
		}
		if v, ok := s.PopSurplus(); !ok || v != 1 {
			t.Fatalf("took %d, %v of a full queue", v, ok)
		}
	}
}

// What was pushed after a position was noted is not taken for what was there, even if others take
// that out meanwhile.
func TestPopBeforeStopsAtItsPosition(t *testing.T) {
	s := NewShared[int](2)
	for n := range 2 {
		if err := s.Push(n); err != nil {
			t.Fatal(err)
		}
	}
	noted := s.Tail()
	if v, ok := s.PopBefore(noted); !ok || v != 0 {
		t.Fatal(v, ok)
	}
	if err := s.Push(2); err != nil {
		t.Fatal(err)
	}
	if v, ok := s.PopSurplus(); !ok || v != 1 {
		t.Fatal(v, ok)
	}
	if v, ok := s.PopBefore(noted); ok {
		t.Fatalf("took %d, which came later", v)
	}
	if v, ok := s.Pop(); !ok || v != 2 {
		t.Fatal(v, ok)
	}
}

package bench

import "fmt"

// tracker follows one stream at one sink.
type tracker struct {
	stream
	lossy     bool
	next      uint64 // number that is to come
	missing   uint64 // numbers that were passed over
	firstGap  uint64 // the first of them
	gap, past uint64 // the latest gap: from gap to before past
}

// see takes note of a number's arrival and returns what is wrong with it.
func (t *tracker) see(n uint64) error {
	if n == t.next {
		t.next += t.step
		return nil
	}
	switch {
	case n%t.step != t.first%t.step:
		return fmt.Errorf("%w: meant for another sink", ErrGarbled)
	case n > t.next:
		t.skip(n)
		return nil
	case n >= t.gap && n < t.past:
		return fmt.Errorf("%w: it came after %d", ErrReordered, t.next-t.step)
	}
	return ErrDuplicated
}

// skip passes numbers over: they are lost, or late, or were dropped.
func (t *tracker) skip(n uint64) {
	if t.missing == 0 {
		t.firstGap = t.next
	}
	t.missing += (n - t.next) / t.step
	t.gap, t.past = t.next, n
	t.next = n + t.step
}

// of returns how many of a source's first so many messages belong to the stream.
func (s stream) of(published uint64) uint64 {
	if published <= s.first {
		return 0
	}
	return (published - s.first + s.step - 1) / s.step
}

// end returns what is wrong after the source published so many messages and all have arrived.
func (t *tracker) end(published uint64) error {
	want := t.first + t.of(published)*t.step
	switch {
	case t.next > want:
		return fmt.Errorf("%w: message %d was never published", ErrGarbled, t.next-t.step)
	case t.lossy:
		return nil
	case t.missing > 0:
		return fmt.Errorf("%w: %d, the first is %d", ErrLost, t.missing+(want-t.next)/t.step, t.firstGap)
	case t.next < want:
		return fmt.Errorf("%w: the last %d, from %d on", ErrLost, (want-t.next)/t.step, t.next)
	}
	return nil
}

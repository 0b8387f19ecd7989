package bench

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestStampRoundTrip(t *testing.T) {
	const top = 1<<56 - 1
	for _, s := range []stamp{
		{}, {1, 1, 1}, {127, top, top}, {5, 0x00AB_CDEF_0123_4567, 1 << 55}, {3, 127, 128},
	} {
		var text [stampBytes]byte
		s.put(&text)
		for i, c := range text {
			if c == 0 {
				t.Errorf("%+v: byte %d is NUL, which a property cannot carry", s, i)
			}
		}
		if back, ok := readStamp(text[:]); !ok || back != s {
			t.Errorf("%+v became %+v", s, back)
		}
		for i := range text {
			broken := text
			broken[i] &^= 0x80
			if _, ok := readStamp(broken[:]); ok {
				t.Errorf("%+v: byte %d is no stamp's, and passes", s, i)
			}
		}
	}
	if _, ok := readStamp(make([]byte, stampBytes-1)); ok {
		t.Error("a short stamp passes")
	}
}

func TestTracker(t *testing.T) {
	const most = 14 // published; the stream is 2, 5, 8, 11
	for _, c := range []struct {
		name    string
		lossy   bool
		numbers []uint64
		want    error
	}{
		{"all", false, []uint64{2, 5, 8, 11}, nil},
		{"another sink's", false, []uint64{2, 5, 6}, ErrGarbled},
		{"never published", false, []uint64{2, 5, 8, 11, 14}, ErrGarbled},
		{"a gap", false, []uint64{2, 8, 11}, ErrLost},
		{"no end", false, []uint64{2, 5, 8}, ErrLost},
		{"nothing", false, nil, ErrLost},
		{"late", false, []uint64{2, 8, 5, 11}, ErrReordered},
		{"twice", false, []uint64{2, 5, 5}, ErrDuplicated},
		{"dropped", true, []uint64{5, 11}, nil},
		{"all dropped", true, nil, nil},
		{"dropped, then late", true, []uint64{2, 11, 8}, ErrReordered},
	} {
		k := &tracker{stream: stream{first: 2, step: 3}, lossy: c.lossy, next: 2}
		var err error
		for _, n := range c.numbers {
			err = errors.Join(err, k.see(n))
		}
		if err == nil {
			err = k.end(most)
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The first mistake says which message it is about, and stands.
func TestFaultsSayWhere(t *testing.T) {
	c := newChecker(sink{name: "sink"}, nil, nil, nil)
	c.failed(stamp{label: 3, sequence: 17}, ErrLost)
	c.failed(stamp{label: 4, sequence: 18}, ErrGarbled)
	err := *c.fault.Load()
	if !errors.Is(err, ErrLost) || !strings.HasSuffix(err.Error(), "at sink, stream 3, message 17") {
		t.Error(err)
	}
}

// The largest rate is one, and what is beyond it is refused with the bound.
func TestTheLargestRate(t *testing.T) {
	if err := (Load{Rate: MaxRate}).check(); err != nil && strings.Contains(err.Error(), "rate") {
		t.Error(err)
	}
	err := Load{Rate: math.Nextafter(MaxRate, math.Inf(1))}.check()
	if !errors.Is(err, ErrLoad) || !strings.HasSuffix(err.Error(), "want 0 to 1e+09 a second") {
		t.Error(err)
	}
}

// A sink tells that it has reached its target, and never waits for somebody to hear.
func TestTell(t *testing.T) {
	reached := make(chan struct{}, 1)
	c := newChecker(sink{name: "sink"}, nil, nil, reached)
	c.tell()
	c.tell()
	if len(reached) != 1 {
		t.Error("nothing was told")
	}
}

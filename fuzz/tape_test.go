package fuzz

import (
	"runtime/metrics"
	"testing"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

// tape reads a fuzzer's bytes as decisions. At its end it yields zeros, so that whatever is cut off
// an input leaves one that means something, and the fuzzer can shrink what it finds.
type tape struct{ rest []byte }

func (t *tape) ended() bool { return len(t.rest) == 0 }

// next returns a number below n, which is 256 at most.
func (t *tape) next(n int) int {
	if t.ended() {
		return 0
	}
	b := t.rest[0]
	t.rest = t.rest[1:]
	return int(b) % n
}

// take returns the next n bytes, or what is left.
func (t *tape) take(n int) []byte {
	n = min(n, len(t.rest))
	taken := t.rest[:n:n]
	t.rest = t.rest[n:]
	return taken
}

func pick[T any](t *tape, list ...T) T { return list[t.next(len(list))] }

// values are a message's properties.
type values map[string]string

// shardOf makes a shard of an arena of its own.
func shardOf(keys *property.Keys, limits arena.Limits) *arena.Shard {
	return arena.NewArena((*layout.Keys)(keys), limits, 0).NewShard(nil)
}

// written makes a message that one holder has.
func written(t testing.TB, s *arena.Shard, v values, content []byte) message.Message {
	t.Helper()
	d, err := s.Claim(nil)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range v {
		d.Set(key, value)
	}
	d.SetContent(content)
	m, err := d.Seal(1)
	if err != nil {
		t.Fatal(err)
	}
	s.Count()
	return message.Message(m)
}

// roomForNoise is what a measured call may allocate beyond its bound, in bytes: an error's text, and
// what the fuzzer's own goroutines do meanwhile.
const roomForNoise = 64 << 10

// checkAllocation holds f to that many bytes of the heap. The runtime counts what small objects take
// late and at once, so one measurement may have what ran before in it, but not several in a row.
func checkAllocation(t testing.TB, most int, f func()) {
	t.Helper()
	var taken uint64
	for range 4 {
		before := heapAllocated()
		f()
		if taken = heapAllocated() - before; taken <= uint64(most)+roomForNoise {
			return
		}
	}
	t.Fatalf("%d bytes taken where %d are enough", taken, most)
}

func heapAllocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

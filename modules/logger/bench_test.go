package logger

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/message"
	"github.com/valyala/bytebufferpool"
)

// batchOf makes n messages with contents of the given size. They are never released: the arena
// goes with the benchmark.
func batchOf(b testing.TB, n, size int) []message.Message {
	shard := arena.NewArena(layout.NewKeys(0), arena.Limits{}, 0).NewShard(nil)
	batch := make([]message.Message, n)
	for i := range batch {
		d, err := shard.Claim(nil)
		if err != nil {
			b.Fatal(err)
		}
		d.Set("source", "bleTelemetry")
		d.Set("macAddress", fmt.Sprintf("01:01:01:01:01:%02x", i))
		d.SetContent([]byte(strings.Repeat("x", size)))
		m, err := d.Seal(1)
		if err != nil {
			b.Fatal(err)
		}
		batch[i] = message.Message(m)
	}
	return batch
}

// BenchmarkScratch encodes a batch of 64 messages into scratch memory of four kinds: fresh for each
// batch; a buffer that the module keeps; a pool of the module's own, which is as fast and gives the
// memory back when the module is idle; and a pool that has served smaller batches 42,000 times,
// as one shared by the process does: it drops what is larger, so that it is not used.
func BenchmarkScratch(b *testing.B) {
	now := time.Now()
	for _, size := range []int{32, 1024} {
		batch := batchOf(b, 64, size)
		encode := func(dst []byte) []byte {
			for _, m := range batch {
				dst = appendRecord(dst, now, m)
			}
			return dst
		}
		want := encode(nil)
		run := func(name string, once func() []byte) {
			b.Run(fmt.Sprintf("%s/%dB", name, size), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(want)))
				for b.Loop() {
					if got := once(); len(got) != len(want) {
						b.Fatal(len(got))
					}
				}
				if !bytes.Equal(once(), want) {
					b.Fatal("encoded differently")
				}
			})
		}
		run("fresh", func() []byte { return encode(new(bytes.Buffer).AvailableBuffer()) })
		var kept []byte
		run("kept", func() []byte {
			kept = encode(kept[:0])
			return kept
		})
		pooled := func(p *bytebufferpool.Pool) func() []byte {
			return func() []byte {
				scratch := p.Get()
				defer p.Put(scratch)
				scratch.B = encode(scratch.B)
				return scratch.B
			}
		}
		run("pool", pooled(new(bytebufferpool.Pool)))
		run("shared", pooled(&shared))
	}
}

// shared stands for the pool of the whole process, which has seen smaller buffers before.
var shared bytebufferpool.Pool

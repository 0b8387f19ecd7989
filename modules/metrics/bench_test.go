package metrics

import (
	"strconv"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/layout"
	"github.com/millrace/millrace/message"
)

// messages makes messages as a simulator does.
func messages(t testing.TB, n int) []message.Message {
	shard := arena.NewArena(layout.NewKeys(0), arena.Limits{}, 1<<20).NewShard(nil)
	list := make([]message.Message, n)
	for i := range list {
		d, err := shard.Claim(nil)
		if err != nil {
			t.Fatal(err)
		}
		d.Set("deviceId", "device1")
		d.Set("sequence number", strconv.Itoa(1_000_000+i))
		d.Set("timestamp", strconv.FormatInt(time.Now().UnixMicro(), 10))
		d.Set("property count", "2")
		d.Set("property0", "pppppppppppppppp")
		d.Set("property1", "pppppppppppppppp")
		d.SetContent(make([]byte, 256))
		m, err := d.Seal(1)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = message.Message(m)
	}
	t.Cleanup(func() {
		for _, m := range list {
			m.Release()
		}
		shard.Close()
	})
	return list
}

func TestMeasuringAllocatesNothing(t *testing.T) {
	batch := messages(t, 64)
	m := metrics{opened: time.Now()}
	if n := testing.AllocsPerRun(100, func() { m.ReceiveBatch(t.Context(), nil, batch) }); n != 0 {
		t.Errorf("%v allocations for 64 messages", n)
	}
}

// BenchmarkReceive measures one message per operation.
func BenchmarkReceive(b *testing.B) {
	batch := messages(b, 64)
	m := metrics{opened: time.Now()}
	b.ReportAllocs()
	for i := 0; i < b.N; i += len(batch) {
		if err := m.ReceiveBatch(b.Context(), nil, batch); err != nil {
			b.Fatal(err)
		}
	}
	if f := &m.figures; f.received < uint64(b.N) || f.nonConforming > 0 || len(f.devices) != 1 {
		b.Fatalf("%+v", f)
	}
}

package identitymap_test

import (
	"context"
	"testing"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/module/moduletest"
	identitymap "github.com/millrace/millrace/modules/identity_map"
)

// counter counts what it receives.
type counter struct{ n int }

func (c *counter) Receive(_ context.Context, _ *engine.Publisher, batch []message.Message) {
	c.n += len(batch)
}

// BenchmarkToTheCloud maps messages of one device, from a publisher to a sink.
func BenchmarkToTheCloud(b *testing.B) {
	sink := new(counter)
	rig := moduletest.Start(b, identitymap.Spec(), args, moduletest.Options{Sink: sink})
	m := moduletest.Message{Properties: up, Content: string(make([]byte, 256))}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		rig.Feed(m)
	}
	if err := rig.Stop(); err != nil {
		b.Fatal(err)
	}
	if sink.n != b.N {
		b.Errorf("%d messages, want %d", sink.n, b.N)
	}
}

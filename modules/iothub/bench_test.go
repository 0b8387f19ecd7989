package iothub_test

import (
	"testing"

	"github.com/millrace/millrace/module/moduletest"
	"github.com/millrace/millrace/modules/internal/hubtest"
	"github.com/millrace/millrace/modules/iothub"
)

// BenchmarkToTheCloud sends messages of 256 bytes to a hub on the loopback interface and waits until
// the last is confirmed. The broker, the encryption of both sides and the window of 16 are in it.
func BenchmarkToTheCloud(b *testing.B) {
	hub := hubtest.Start(b, keys)
	rig := moduletest.Start(b, iothub.Spec(), argsFor(hub), moduletest.Options{})
	m := from("boiler", string(make([]byte, 256)), "unit", "C")
	b.ReportAllocs()
	b.SetBytes(256)
	b.ResetTimer()
	for range b.N {
		rig.Feed(m)
	}
	if err := rig.Stop(); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	if n := len(hub.Messages()); n != b.N {
		b.Errorf("%d messages at the hub, want %d", n, b.N)
	}
}

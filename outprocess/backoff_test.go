package outprocess

import (
	"context"
	"testing"
	"time"
)

func TestIntervalsGrowUntilTheyDoNot(t *testing.T) {
	b := newBackoff(time.Millisecond, 5*time.Millisecond)
	for _, want := range []time.Duration{1, 2, 4, 5, 5} {
		if b.next != want*time.Millisecond {
			t.Fatalf("%v, want %dms", b.next, want)
		}
		began := time.Now()
		b.wait(t.Context())
		if took := time.Since(began); took < want*time.Millisecond {
			t.Errorf("waited %v, want %dms", took, want)
		}
	}
	b.reset()
	if b.next != b.first {
		t.Errorf("%v after reset", b.next)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	endless := newBackoff(time.Hour, time.Hour)
	endless.wait(ctx) // does not wait for a context that is done
}

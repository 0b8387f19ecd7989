package arena

import (
	"runtime"
	"sync/atomic"
	"testing"
)

// Two holders release at once, again and again. Whichever was last, the block is home and has no
// holders left over, so that its next message is shared rightly.
func TestTwoLastHoldersAtOnce(t *testing.T) {
	const rounds = 100_000
	s := newTestShard()
	var handed atomic.Pointer[Message]
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range rounds {
			releaseWhenHanded(&handed)
		}
	}()
	for round := range rounds {
		d := claim(t, s)
		m := seal(t, d, 2)
		handed.Store(&m)
		for range round % 256 { // meet the other at every distance
			handed.Load()
		}
		m.Release()
		for handed.Load() != nil {
			runtime.Gosched()
		}
		if n, err := s.arena.Held(); n != 0 || d.b.shares.Load() != 0 {
			t.Fatalf("round %d: %d shares left, %v", round, d.b.shares.Load(), err)
		}
	}
	<-done
}

func releaseWhenHanded(handed *atomic.Pointer[Message]) {
	for spins := 1; ; spins++ {
		if m := handed.Load(); m != nil {
			m.Release()
			handed.Store(nil)
			return
		}
		if spins%1000 == 0 { // the other may need the processor
			runtime.Gosched()
		}
	}
}

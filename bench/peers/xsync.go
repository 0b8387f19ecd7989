package main

import (
	"runtime"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"
)

// trying is a queue that never blocks; whoever finds it full or empty lets others run. That is the
// usual way to use it, and it is good only where every goroutine has a processor of its own.
type trying[T any] struct {
	enqueue func(T) bool
	dequeue func() (T, bool)
	closed  *atomic.Bool
}

func (q trying[T]) put(v T) {
	for !q.enqueue(v) {
		runtime.Gosched() //nolint:forbidigo // a rival's wait, not the engine's
	}
}

func (q trying[T]) take() (T, bool) {
	for {
		if v, ok := q.dequeue(); ok {
			return v, true
		}
		if q.closed.Load() {
			var none T
			return none, false
		}
		runtime.Gosched() //nolint:forbidigo // a rival's wait, not the engine's
	}
}

func (q trying[T]) close() { q.closed.Store(true) }

func newSPSC() trying[*parcel] {
	q := xsync.NewSPSCQueue[*parcel](ringSize)
	return trying[*parcel]{q.TryEnqueue, q.TryDequeue, new(atomic.Bool)}
}

func newMPMC() trying[*parcel] {
	q := xsync.NewMPMCQueue[*parcel](ringSize)
	return trying[*parcel]{q.TryEnqueue, q.TryDequeue, new(atomic.Bool)}
}

// unbounded is xsync's queue that blocks its consumer; nil stands for the end.
type unbounded struct{ q *xsync.UMPSCQueue[*parcel] }

func newUMPSC() unbounded { return unbounded{xsync.NewUMPSCQueue[*parcel]()} }

func (u unbounded) put(p *parcel) { u.q.Enqueue(p) }

func (u unbounded) take() (*parcel, bool) {
	p := u.q.Dequeue()
	return p, p != nil
}

func (u unbounded) close() { u.q.Enqueue(nil) }

func xsyncQueues() []peer {
	return []peer{
		{
			name: "xsync SPSC", what: "xsync/v4 SPSCQueue(1024), each message allocated, yielding",
			cannot: func(j job) string {
				if j.sources > 1 {
					return "it has one producer only"
				}
				return ""
			},
			open: func(j job) (rig, error) { return openLines(j, newSPSC, allocated(j)) },
		},
		{
			name: "xsync MPMC", what: "xsync/v4 MPMCQueue(1024), each message allocated, yielding",
			open: func(j job) (rig, error) { return openLines(j, newMPMC, allocated(j)) },
		},
		{
			name: "xsync UMPSC", what: "xsync/v4 UMPSCQueue, unbounded, each message allocated",
			open: func(j job) (rig, error) { return openLines(j, newUMPSC, allocated(j)) },
		},
	}
}

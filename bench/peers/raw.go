package main

import (
	"sync"

	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/ring"
)

const (
	rawRing    = "ring, pointers, 64 at a time"
	rawChannel = "channel, pointers"
	rawSlices  = "channel of 64-slices of pointers"
)

// rawQueues move prebuilt pointers from one goroutine to another; nothing is written or read, only
// counted. They are for job A alone.
func rawQueues() []peer {
	return []peer{
		{name: rawRing, what: "package ring(1024), Push and Drain of 64", open: openRawRing},
		{
			name: rawChannel, what: "channel(1024)",
			open: func(j job) (rig, error) {
				return openLines(j, newChannel[*parcel](ringSize), uncheckedPointers())
			},
		},
		{
			name: rawSlices, what: "channel(16) of prebuilt slices of 64 pointers",
			open: func(j job) (rig, error) {
				return openLines(j, newChannel[[]*parcel](ringSize/batchSize), uncheckedSlices())
			},
		},
	}
}

func uncheckedPointers() work[*parcel] {
	w := prebuilt()
	w.right = func(*parcel) int { return 1 }
	return w
}

func uncheckedSlices() work[[]*parcel] {
	ps := pointers()
	return work[[]*parcel]{
		each:  batchSize,
		fresh: func(int) []*parcel { return ps },
		again: func(ps []*parcel) []*parcel { return ps },
		right: func(ps []*parcel) int { return len(ps) },
	}
}

func pointers() []*parcel {
	ps := make([]*parcel, batchSize)
	for i := range ps {
		ps[i] = new(parcel)
	}
	return ps
}

type rawRig struct {
	ring  *ring.Ring[*parcel]
	batch []*parcel
	sinks *sinks
	ended sync.WaitGroup
}

func openRawRing(job) (rig, error) {
	r := &rawRig{ring: ring.New[*parcel](ringSize, park.NewBell()), batch: pointers(), sinks: newSinks(1)}
	r.ended.Go(r.sink)
	return r, nil
}

func (r *rawRig) sink() {
	into := make([]*parcel, batchSize)
	for !r.ring.Drained() {
		n := r.ring.Drain(into)
		for range n {
			r.sinks.all[0].took(true)
		}
		if n == 0 {
			r.ring.Sleep()
		}
	}
}

func (r *rawRig) send(n int) error {
	r.sinks.expect(n)
	w := park.NewWaiter()
	for n > 0 {
		sent, _ := r.ring.Push(r.batch[:min(n, batchSize)])
		if n -= sent; sent == 0 {
			r.ring.Wait(w, nil, 0)
		}
	}
	return r.sinks.wait()
}

func (r *rawRig) close() error {
	r.ring.Close()
	r.ended.Wait()
	return r.sinks.verify()
}

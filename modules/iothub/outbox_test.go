package iothub

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestOutbox compares an outbox with a plain list through many random steps; on the way the packet
// numbers begin anew.
func TestOutbox(t *testing.T) {
	const seed = 7
	random := rand.New(rand.NewPCG(seed, seed))
	o := outbox{last: 65000}
	var model, flying []*parcel
	n := 0
	for step := range 20_000 {
		switch random.IntN(8) {
		case 0, 1, 2:
			p := &parcel{id: fmt.Sprint(n)}
			n++
			o.add(p)
			model = append(model, p)
		case 3, 4, 5:
			if p, again := o.next(time.Now()); p != nil {
				if p != model[len(flying)] || again != (p.strikes < 0) {
					t.Fatalf("step %d: %s comes next", step, p.id)
				}
				p.strikes = -1000_000 // sent before
				flying = append(flying, p)
			}
		case 6:
			if len(flying) > 0 {
				i := random.IntN(len(flying))
				p := flying[i]
				if o.acknowledged(p.number) != p || o.acknowledged(p.number) != nil {
					t.Fatalf("step %d: %s is not the one acknowledged", step, p.id)
				}
				flying = slices.Delete(flying, i, i+1)
				model = slices.Delete(model, i, i+1)
			}
		default:
			if random.IntN(100) == 0 {
				o.rewind(random.IntN(2) == 0)
				flying = nil
			}
		}
		consistent(t, step, &o, model, len(flying))
	}
	if o.last > 65000 {
		t.Errorf("%d messages, and still the first round of numbers", n)
	}
}

func consistent(t *testing.T, step int, o *outbox, model []*parcel, flying int) {
	t.Helper()
	bytes, numbers := 0, map[uint16]bool{subscribeID: true, 0: true}
	for _, p := range o.queue[:min(len(o.queue), window)] {
		if p.number != 0 && numbers[p.number] {
			t.Fatalf("step %d: number %d twice", step, p.number)
		}
		numbers[p.number] = true
	}
	if step%100 == 0 {
		for _, p := range o.queue {
			bytes += p.size()
		}
		if !slices.Equal(o.queue, model) || bytes != o.bytes {
			t.Fatalf("step %d: the queue is another, or its %d bytes are %d", step, o.bytes, bytes)
		}
	}
	if o.flying != flying || flying > window || len(o.queue) != len(model) {
		t.Fatalf("step %d: %d of %d on their way, want %d of %d", step, o.flying, len(o.queue), flying, len(model))
	}
}

// TestStrikes: a message is given up when ten connections in a row end over it, but not if
// something was acknowledged meanwhile or the gateway itself ended them.
func TestStrikes(t *testing.T) {
	var o outbox
	first, second := &parcel{id: "1"}, &parcel{id: "2"}
	o.add(first)
	o.add(second)
	send := func() {
		o.next(time.Now())
		o.next(time.Now())
	}
	for range 100 {
		send()
		if p := o.rewind(false); p != nil {
			t.Fatalf("%s given up without the hub", p.id)
		}
		if p := o.rewind(true); p != nil {
			t.Fatalf("%s given up without being sent", p.id)
		}
	}
	for range strikesMax - 1 {
		send()
		if p := o.rewind(true); p != nil {
			t.Fatalf("%s given up too early", p.id)
		}
	}
	send()
	if p := o.acknowledged(second.number); p != second {
		t.Fatal(p)
	}
	if p := o.rewind(true); p != nil {
		t.Errorf("%s given up while others pass", p.id)
	}
	send()
	if p := o.rewind(true); p != first || len(o.queue) > 0 || o.bytes != 0 {
		t.Errorf("%v given up, %d left of %d bytes", p, len(o.queue), o.bytes)
	}
}

// TestRoom: an outbox has room for any message when it is empty, and else up to its bound.
func TestRoom(t *testing.T) {
	var o outbox
	p := &parcel{content: make([]byte, 1000)}
	if !o.fits(p, 100) {
		t.Error("no room in an empty outbox")
	}
	o.add(p)
	if !o.fits(p, 2*p.size()) || o.fits(p, 2*p.size()-1) {
		t.Error("the bound is another")
	}
}

// TestOverdue: what counts is the first message on its way.
func TestOverdue(t *testing.T) {
	var o outbox
	begun := time.Now()
	o.add(new(parcel))
	if o.overdue(begun.Add(time.Hour), time.Minute) {
		t.Error("before it is sent")
	}
	o.next(begun)
	if o.overdue(begun.Add(time.Minute), time.Minute) || !o.overdue(begun.Add(time.Minute+1), time.Minute) {
		t.Error("not after a minute")
	}
}

// TestLeaveDesk: what nobody will publish any more is counted.
func TestLeaveDesk(t *testing.T) {
	h := newHub()
	h.tally.LogTo(slog.New(slog.DiscardHandler))
	h.desk = &desk{arrivals: make(chan arrival, 3), receipts: make(chan receipt, 2)}
	for range 3 {
		h.desk.arrivals <- arrival{}
	}
	h.desk.receipts <- receipt{id: "a"}
	h.desk.receipts <- receipt{id: "b"}
	h.leaveDesk()
	counts := make(map[string]uint64)
	for _, f := range h.tally.Figures() {
		counts[f.Name] = f.N
	}
	if counts[deferred] != 3 || counts[receiptLost] != 2 || len(h.desk.arrivals)+len(h.desk.receipts) != 0 {
		t.Errorf("%v", counts)
	}
}

// TestAwaitEnds: whoever waits for the hub waits no longer than its context, and holds nothing then.
func TestAwaitEnds(t *testing.T) {
	h := newHub()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	ended := make(chan bool, 1)
	go func() {
		h.mu.Lock()
		h.await(ctx, func() bool { return false })
		h.mu.Unlock()
		h.mu.Lock() // which whoever woke it has let go
		defer h.mu.Unlock()
		ended <- true
	}()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("it waits for ever")
	}
}

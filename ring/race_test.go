package ring

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/internal/park"
)

// ticket is a producer's number and the element's place in its stream.
type ticket struct{ producer, place int }

// ledger checks that each producer's stream arrives whole and in order.
type ledger struct{ next []int }

func (l *ledger) take(t *testing.T, v ticket) bool {
	if v.place != l.next[v.producer] {
		t.Errorf("producer %d: got %d, want %d", v.producer, v.place, l.next[v.producer])
		return false
	}
	l.next[v.producer]++
	return true
}

// produce pushes tickets 0..count-1 in batches of up to most, waiting for room; it returns how many
// were accepted before the ring closed.
func produce(r *Ring[ticket], producer, count, most int) int {
	random := rand.New(rand.NewPCG(uint64(producer), 7))
	w := park.NewWaiter()
	batch := make([]ticket, 0, most)
	for sent := 0; sent < count; {
		batch = batch[:0]
		for i := range min(1+random.IntN(most), count-sent) {
			batch = append(batch, ticket{producer, sent + i})
		}
		n, err := r.Push(batch)
		sent += n
		if errors.Is(err, ErrClosed) {
			return sent
		}
		if err != nil {
			r.Wait(w, nil, 0)
		}
	}
	return count
}

// consume drains in random sizes until the ring is closed and empty.
func consume(t *testing.T, r *Ring[ticket], l *ledger) {
	random := rand.New(rand.NewPCG(9, 9))
	into := make([]ticket, r.Cap()+1)
	for {
		n := r.Drain(into[:1+random.IntN(r.Cap())])
		for _, v := range into[:n] {
			if !l.take(t, v) {
				return
			}
		}
		if n == 0 {
			if r.Drained() {
				return
			}
			r.Sleep()
		}
	}
}

// Rings of two make every push and drain meet the full and the empty ring: a lost wake-up hangs.
func TestManyProducersOneConsumer(t *testing.T) {
	for _, size := range []int{2, 8, 64} {
		for _, start := range []uint64{0, ^uint64(0) - (20000 * step) + 1} {
			const producers, count = 4, 50000
			r := newAt[ticket](size, park.NewBell(), start)
			var sent sync.WaitGroup
			for p := range producers {
				sent.Go(func() { produce(r, p, count, size+2) })
			}
			go func() { sent.Wait(); r.Close() }()
			l := &ledger{make([]int, producers)}
			consume(t, r, l)
			for p, n := range l.next {
				if n != count {
					t.Fatalf("ring of %d: %d of %d of producer %d arrived", size, n, count, p)
				}
			}
		}
	}
}

// What Push accepted is drained, nothing else is, however Close falls between the pushes.
func TestCloseRacingWithPushes(t *testing.T) {
	const producers = 3
	total := 0
	for round := range 3000 {
		r := newAt[ticket](4, park.NewBell(), -uint64(round)*step)
		var accepted [producers]int
		var done sync.WaitGroup
		for p := range producers {
			done.Go(func() { accepted[p] = produce(r, p, 1<<30, 3) })
		}
		done.Go(func() {
			time.Sleep(time.Duration(round%40) * time.Microsecond) // also lets others begin
			r.Close()
		})
		l := &ledger{make([]int, producers)}
		consume(t, r, l)
		done.Wait()
		for p, n := range l.next {
			if n != accepted[p] {
				t.Fatalf("round %d: producer %d had %d accepted, %d drained", round, p, accepted[p], n)
			}
			total += n
		}
	}
	if total < 3000 {
		t.Fatalf("only %d elements in all: the test did not race with anything", total)
	}
}

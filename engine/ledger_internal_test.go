package engine

import (
	"math/rand/v2"
	"testing"
)

// A ledger says what a list of all that happened says, whatever was forgotten meanwhile.
func TestLedgerFollowsTheNaiveModel(t *testing.T) {
	type event struct {
		moment uint64
		record record
	}
	type span struct{ from, until uint64 }
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var l ledger
		var events []event
		var spans []span
		now, longest := uint64(1), 0
		for range 500 {
			switch i := r.IntN(max(1, len(spans))); r.IntN(5) {
			case 0:
				now++
				l.begin(now)
				spans = append(spans, span{from: now})
			case 1:
				if now++; len(spans) > 0 && spans[i].until == 0 {
					l.begin(now)
					spans[i].until = now
				}
			case 2:
				if len(spans) > 0 && spans[i].until != 0 {
					l.end(spans[i].from)
					l.end(spans[i].until)
					spans = append(spans[:i], spans[i+1:]...)
				}
			default:
				e := event{1 + r.Uint64N(now), record{r.Uint64N(100), 1}}
				l.add(e.moment, e.record)
				events = append(events, e)
			}
			longest = max(longest, len(spans))
			for _, s := range spans {
				var want record
				for _, e := range events {
					if e.moment >= s.from && (s.until == 0 || e.moment < s.until) {
						want = want.plus(e.record)
					}
				}
				if got := l.between(s.from, s.until); got != want {
					t.Fatalf("seed %d: %+v has %+v, want %+v", seed, s, got, want)
				}
			}
			if len(l.marks) > 4*len(spans)+18 {
				t.Fatalf("seed %d: %d marks for %d links", seed, len(l.marks), len(spans))
			}
		}
		if longest < 10 {
			t.Fatalf("seed %d: never more than %d links", seed, longest)
		}
	}
}

// Links that came and went, and were forgotten, leave no marks in their source's ledger.
func TestForgottenLinksLeaveNoMarks(t *testing.T) {
	e := New(Options{})
	source, sink := attached(t, e, "source", nil), attached(t, e, "sink", HandlerFunc(nil))
	for range 1000 {
		must(t, e.Link(Link{Source: source.name, Sink: sink.name}))
		must(t, e.Unlink(source.name, sink.name))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(source.ledger.marks); n > 100 {
		t.Errorf("%d marks for no link", n)
	}
}

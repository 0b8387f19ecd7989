package fuzz

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/millrace/millrace/engine"
)

// patience bounds every wait. It is for machines that crawl: nothing that works takes a part of it.
const patience = 30 * time.Second

// FuzzEngine: modules that pass on, keep and choke on messages come and go, are linked, quarantined
// and published to, also from goroutines. Then Close returns, every link's counts add up to what the
// handlers received, every publisher's order held, and what is held is what was kept.
func FuzzEngine(f *testing.F) {
	for i := range 64 {
		f.Add([]byte(strings.Repeat(string([]byte{byte(i), byte(i * 7), byte(i / 3), byte(i * 5), 6, 1}), 10)))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		before := runtime.NumGoroutine()
		w := newWorld(t, &tape{bytes})
		for range 60 {
			w.step()
			if w.steps.ended() {
				break
			}
		}
		w.background.Wait()
		w.end()
		for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
			}
		}
	})
}

// world is an engine and what is known of it.
type world struct {
	t          *testing.T
	steps      *tape
	e          *engine.Engine
	ctx        context.Context
	modules    map[string]*engine.Module
	publishers map[string]*source
	background sync.WaitGroup
	letters    bool // dead letters were wanted at some time
	ledger
}

func newWorld(t *testing.T, steps *tape) *world {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	w := &world{
		t: t, steps: steps, ctx: ctx,
		e:       engine.New(engine.Options{Overflow: int64(512 * steps.next(8)), Keys: 1 + steps.next(4)}),
		modules: make(map[string]*engine.Module), publishers: make(map[string]*source),
	}
	for range 3 {
		w.attach()
		w.link()
	}
	return w
}

// end closes the engine and balances the books.
func (w *world) end() {
	w.t.Helper()
	report, err := w.e.Close(w.ctx)
	w.allow(err, engine.ErrUnreleased)
	kept := w.distinctlyKept()
	if report.Unreleased != kept || len(report.Held) > 0 || report.Undelivered() > 0 {
		w.t.Fatalf("%d messages kept; the report has %+v, %v", kept, report, err)
	}
	all := report.Gone
	for _, l := range report.Links {
		if l.In != l.Delivered+l.Filtered+l.Dropped.Total() || l.Queued != 0 {
			w.t.Fatalf("%s -> %s does not add up: %+v", l.Source, l.Sink, l.Counts)
		}
		all.In += l.In
		all.Filtered += l.Filtered
		all.Delivered += l.Delivered
		all.Dropped.Panic += l.Dropped.Failed()
	}
	if g := report.Gone; g.In != g.Delivered+g.Filtered+g.Dropped.Total() || g.Queued != 0 {
		w.t.Fatalf("what is gone does not add up: %+v", g)
	}
	if all.Delivered != w.received.Load() {
		w.t.Fatalf("%d delivered, %d received: %+v", all.Delivered, w.received.Load(), report)
	}
	if all.Dropped.Failed() < w.choked.Load() {
		w.t.Fatalf("%d failed, handlers panicked over %d", all.Dropped.Failed(), w.choked.Load())
	}
	if n := w.published.Load(); report.Published < n || !w.letters && report.Published != n {
		w.t.Fatalf("%d published, the report has %d", n, report.Published)
	}
	w.giveBack()
	if _, err := w.e.Attach("late", nil, engine.ModuleOptions{}); !errors.Is(err, engine.ErrClosed) {
		w.t.Fatalf("attached to a closed engine: %v", err)
	}
}

package engine_test

import (
	"github.com/millrace/millrace/engine"
)

// verify holds the promises against what was received. Nothing runs any more.
func (t *trial) verify(r engine.Report) {
	if held, err := t.engine.Held(); held > 0 {
		t.fault("alive until released: %d messages are still out: %v", held, err)
	}
	all := r.Gone
	for _, l := range r.Links {
		if l.In != l.Delivered+l.Filtered+l.Dropped.Total()+l.Left || l.Queued != 0 {
			t.fault("balance: %s -> %s: %+v", l.Source, l.Sink, l.Counts)
		}
		all = plus(all, l.Counts)
	}
	if all.Left > 0 {
		t.fault("drain: %d messages are left", all.Left)
	}
	t.verifyCounts(all)
	for _, st := range t.stands {
		t.verifyReceived(st)
	}
}

func (t *trial) verifyCounts(all engine.Counts) {
	var handled, sent uint64
	failed, quarantined := 0, false
	for _, st := range t.stands {
		handled += st.handled
		failed += st.failed
		quarantined = quarantined || st.outcast
	}
	for _, s := range t.mouths {
		sent += s.sent
	}
	if all.Delivered != handled {
		t.fault("exactly once: %d counted as delivered, handlers returned from %d", all.Delivered, handled)
	}
	if got := int(all.Dropped.Failed()); got < failed {
		t.fault("isolation: %d counted as failed, %d failed", got, failed)
	}
	published := t.engine.Stats().Published   // a relay may have been at it when Close reported
	if t.letters == "" && published != sent { // letters are published too
		t.fault("balance: %d counted as published, %d were", published, sent)
	}
}

// verifyReceived holds that no message came more often than it was published there, and that those of
// one publisher came in their order. A message that was forwarded may come again, at any time.
func (t *trial) verifyReceived(st *stand) {
	times, last := make(map[origin]int), make(map[int]int)
	for _, from := range st.received {
		times[from]++
		if n := times[from]; n > 1+t.forwards[from] {
			t.fault("exactly once: %s received message %v %d times", st.name, from, n)
			return
		}
		if t.forwards[from] > 0 {
			continue
		}
		if before, any := last[from.mouth]; any && before >= from.number {
			t.fault("order: %s received message %v after number %d", st.name, from, before)
			return
		}
		last[from.mouth] = from.number
	}
}

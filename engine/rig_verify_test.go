package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/millrace/millrace/engine"
)

// verify holds every promise against the record, when nothing moves any more.
func (r *rig) verify(ctx context.Context) {
	stats, ok := r.settled(ctx)
	if !ok {
		r.fault("drain: still queued: %+v", stats)
		return
	}
	for _, t := range r.taps {
		r.verifyOrder(t)
		if t.failed != t.told {
			r.fault("isolation: %s panicked over %d messages, OnPanic was told of %d", t.name, t.failed, t.told)
		}
	}
	total := r.verifyBalance(stats)
	r.verifyLetters(stats, total)
	r.verifyOnce(stats, total)
	r.verifyMemory()
}

// settled returns the counters once nothing is queued.
func (r *rig) settled(ctx context.Context) (engine.Stats, bool) {
	for ; ; time.Sleep(50 * time.Microsecond) {
		s := r.e.Stats()
		queued := s.Gone.Queued
		for _, l := range s.Links {
			queued += l.Queued
		}
		if queued == 0 || ctx.Err() != nil {
			return s, queued == 0
		}
	}
}

// verifyOrder: of each sender, in the order of publication and none twice.
func (r *rig) verifyOrder(t *tap) {
	last := make([]int, len(r.senders))
	for _, m := range t.received {
		if m.sender < 0 || m.sender >= len(last) {
			r.fault("immutable: %s received a message of nobody: %+v", t.name, m)
			return
		}
		if m.sequence < last[m.sender] {
			r.fault("order: %s received number %d of %s after a later one, or twice",
				t.name, m.number, r.senders[m.sender].source.name)
			return
		}
		last[m.sender] = m.sequence + 1
	}
}

// verifyBalance: what the engine counted adds up, and agrees with what the handlers saw. It returns
// the sum over all links, but for those of dead letters.
func (r *rig) verifyBalance(s engine.Stats) (total engine.Counts) {
	var delivered, received, published uint64
	rows := append(slices.Clone(s.Links), engine.LinkStats{Source: "gone", Counts: s.Gone})
	for _, l := range rows {
		if l.In != l.Delivered+l.Filtered+l.Dropped.Total()+l.Left {
			r.fault("exactly once: %s -> %s does not add up: %+v", l.Source, l.Sink, l.Counts)
		}
		delivered += l.Delivered
		if l.Source != engine.DeadLetters {
			total = plus(total, l.Counts)
		}
	}
	for _, t := range r.taps {
		received += uint64(len(t.received) + len(t.letters))
	}
	for _, x := range r.senders {
		for _, m := range x.sent {
			if m.err == nil || errors.Is(m.err, engine.ErrCycle) {
				published++
			}
		}
	}
	if delivered != received {
		r.fault("exactly once: %d delivered by the engine's counts, %d received", delivered, received)
	}
	if r.letters == noLetters && s.Published != published {
		r.fault("exactly once: %d published by the engine's counts, really %d", s.Published, published)
	}
	return total
}

func plus(a, b engine.Counts) engine.Counts {
	a.In += b.In
	a.Delivered += b.Delivered
	a.Filtered += b.Filtered
	a.Left += b.Left
	a.Dropped.Newest += b.Dropped.Newest
	a.Dropped.Oldest += b.Dropped.Oldest
	a.Dropped.Timeout += b.Dropped.Timeout
	a.Dropped.Cycle += b.Dropped.Cycle
	a.Dropped.Closed += b.Dropped.Closed
	a.Dropped.Cancelled += b.Dropped.Cancelled
	a.Dropped.Panic += b.Dropped.Panic
	a.Dropped.Quarantined += b.Dropped.Quarantined
	a.Dropped.Error += b.Dropped.Error
	return a
}

// verifyMemory: when all is released nothing is held.
func (r *rig) verifyMemory() {
	if r.report.Unreleased != r.kept && len(r.report.Held) == 0 && r.report.Undelivered() == 0 {
		r.fault("alive until released: Close says %d are held, really %d", r.report.Unreleased, r.kept)
	}
	for attempt := 0; ; attempt++ {
		n, err := r.e.Held()
		if n == 0 {
			return
		}
		if attempt == 100 {
			r.fault("alive until released: %v", err)
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// verifyOnce: there is a moment between the beginning and the end of each publish whose links explain
// who received the message. Who should have and did not must be counted, or have a letter.
func (r *rig) verifyOnce(s engine.Stats, total engine.Counts) {
	arrivals, letters := r.arrivals(), r.lettersByMessage()
	var least, most uint64
	for i, x := range r.senders {
		for j, m := range x.sent {
			name := [2]int{i, j}
			few, many, ok := r.explain(x.source, m, arrivals[i][j], letters[name])
			if !ok {
				r.fault("exactly once: number %d of %s (%v) was received by %v, with letters to %v; the links led to %s",
					m.number, x.source.name, m.err, names(arrivals[i][j]), letters[name], r.led(x.source, m))
				return
			}
			least, most = least+few, most+many
		}
	}
	lost := total.Dropped.Total() + total.Left
	if _, unheard := lettersOf(s); r.letters == allLetters && unheard == 0 {
		lost = total.Left // the rest has letters
	}
	// The sum may have letters in it that were lost along links from Any.
	if lost < least || (lost > most && r.letters == noLetters) {
		r.fault("exactly once: %d dropped or left by the engine's counts, by the record %d to %d: %+v",
			lost, least, most, total)
	}
}

// arrivals tells who received which message, by sender and sequence.
func (r *rig) arrivals() [][][]*tap {
	list := make([][][]*tap, len(r.senders))
	for i, x := range r.senders {
		list[i] = make([][]*tap, len(x.sent))
	}
	for _, t := range r.taps {
		for _, m := range t.received {
			if m.sender >= 0 && m.sender < len(list) && m.sequence >= 0 && m.sequence < len(list[m.sender]) {
				list[m.sender][m.sequence] = append(list[m.sender][m.sequence], t)
			}
		}
	}
	return list
}

// explain tries every moment at which the message may have been routed, and tells how many sinks it
// did not reach: at least and at most.
func (r *rig) explain(source *tap, m sent, got []*tap, letters []string) (least, most uint64, ok bool) {
	refused := m.err != nil && !errors.Is(m.err, engine.ErrCycle)
	if m.err != nil && len(got) > 0 || refused && len(letters) > 0 {
		return 0, 0, false
	}
	if refused {
		return 0, 0, true
	}
	for _, w := range r.wirings[m.low : m.high+1] {
		lost, possible := missing(w.sinks(source, m.number%10), got, letters)
		if !possible {
			continue
		}
		if !ok || lost < least {
			least = lost
		}
		most, ok = max(most, lost), true
	}
	return least, most, ok
}

// missing counts the sinks that did not receive and have no letter. It is impossible that others did.
func missing(sinks, got []*tap, letters []string) (lost uint64, possible bool) {
	found := 0
	letters = slices.Clone(letters)
	for _, sink := range sinks {
		if slices.Contains(got, sink) {
			found++
			continue
		}
		if i := slices.Index(letters, sink.name); i >= 0 {
			letters = slices.Delete(letters, i, i+1)
			continue
		}
		lost++
	}
	return lost, found == len(got) && len(letters) == 0
}

// led tells where the links led, for people.
func (r *rig) led(source *tap, m sent) string {
	var list []string
	for _, w := range r.wirings[m.low : m.high+1] {
		list = append(list, fmt.Sprint(names(w.sinks(source, m.number%10))))
	}
	return strings.Join(slices.Compact(list), " then ")
}

func names(taps []*tap) (list []string) {
	for _, t := range taps {
		list = append(list, t.name)
	}
	slices.Sort(list)
	return list
}

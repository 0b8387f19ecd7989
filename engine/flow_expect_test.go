package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/millrace/millrace/engine"
)

// expectation is what a script expected in vain.
type expectation struct{ text string }

func (e *expectation) Error() string { return e.text }

// expect waits until what the rest of the line says is so.
func expect(ctx context.Context, r *rig, o *order) error {
	wrong, err := expected(r, o)
	if err != nil || o.mistake != nil {
		return err
	}
	return eventually(ctx, wrong)
}

// expected reads an expectation and returns what looks whether it is met.
func expected(r *rig, o *order) (wrong func() string, err error) {
	if len(o.words) > 1 && o.words[1] == "->" {
		return expectLink(r, o)
	}
	subject := o.word("a subject")
	switch subject {
	case "gone":
		return expectCounts(o, func() (engine.Counts, bool) { return r.e.Stats().Gone, true })
	case "letters":
		return expectLetters(r, o), nil
	case "totals":
		return expectTotals(r, o), nil
	case "report":
		return expectReport(r, o)
	}
	t := r.now.Load().modules[subject]
	if t == nil {
		return nil, fmt.Errorf("%w: %s", engine.ErrUnknown, subject)
	}
	return expectModule(r, o, t)
}

func expectModule(r *rig, o *order, t *tap) (func() string, error) {
	switch verb := o.word("holds, received, waits, rests or memory"); verb {
	case "holds":
		want := o.numbers()
		return func() string { return unlike("holds", t.gate.holds(), want) }, nil
	case "received":
		source := o.option("from")
		want := o.numbers()
		return func() string { return unlike("received", r.receivedBy(t, source), want) }, nil
	case "waits":
		return func() string { return unlike("waits", callOf(r.e, t.name).Waiting, true) }, nil
	case "rests":
		return func() string { return unlike("is at work", callOf(r.e, t.name).Busy, false) }, nil
	case "memory":
		held := o.number("held", 0)
		most := int64(o.number("bytes", 0))
		return func() string { return memoryOf(t, held, most) }, nil
	default:
		return nil, errors.New(verb + " is nothing to expect of a module")
	}
}

// unlike says how what there is differs from what was expected.
func unlike[T any](what string, got, want T) string {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		return what + " " + g + ", expected " + w
	}
	return ""
}

// receivedBy lists the numbers in the order of receipt: of one source, or of all.
func (r *rig) receivedBy(t *tap, source string) (list []int) {
	senders := r.everySender()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.received {
		if source == "" || senders[m.sender].source.name == source {
			list = append(list, m.number)
		}
	}
	return list
}

// memoryOf compares what of a module's messages is held, and what it has reserved at most.
func memoryOf(t *tap, held int, most int64) string {
	n, bytes := t.module.Memory()
	if most > 0 && bytes > most {
		return fmt.Sprintf("has reserved %d bytes, expected at most %d", bytes, most)
	}
	return unlike("messages held:", n, held)
}

func expectLink(r *rig, o *order) (func() string, error) {
	p := o.pair()
	return expectCounts(o, func() (engine.Counts, bool) {
		for _, l := range r.e.Stats().Links {
			if l.Source == p.Source && l.Sink == p.Sink {
				return l.Counts, true
			}
		}
		return engine.Counts{}, false
	})
}

// expectCounts reads in=5 delivered=1 newest=4: what is not mentioned must be zero.
func expectCounts(o *order, get func() (engine.Counts, bool)) (func() string, error) {
	var want engine.Counts
	for name := range o.options {
		counter, err := countOf(&want, name)
		if err != nil {
			return nil, err
		}
		*counter = uint64(o.number(name, 0))
	}
	return func() string {
		got, there := get()
		if !there {
			return "no such link"
		}
		return unlike("counts", public(got), public(want))
	}, nil
}

// public leaves out what only the engine sees.
func public(c engine.Counts) string {
	return fmt.Sprintf("in=%d delivered=%d filtered=%d left=%d queued=%d %+v",
		c.In, c.Delivered, c.Filtered, c.Left, c.Queued, c.Dropped)
}

func countOf(c *engine.Counts, name string) (*uint64, error) {
	switch name {
	case "in":
		return &c.In, nil
	case "delivered":
		return &c.Delivered, nil
	case "filtered":
		return &c.Filtered, nil
	case "left":
		return &c.Left, nil
	case "queued":
		return &c.Queued, nil
	}
	return counterOf(&c.Dropped, name)
}

// expectLetters reads newest a -> b 5..6.
func expectLetters(r *rig, o *order) func() string {
	reason := o.word("a reason")
	p := o.pair()
	want := o.numbers()
	return func() string {
		var got []int
		grave := r.now.Load().modules[r.grave]
		if grave == nil {
			return "there is no sink for dead letters"
		}
		grave.mu.Lock()
		defer grave.mu.Unlock()
		for _, l := range grave.letters {
			if l.reason == reason && l.source == p.Source && l.sink == p.Sink {
				got = append(got, l.number)
			}
		}
		return unlike("letters", got, want)
	}
}

func expectTotals(r *rig, o *order) func() string {
	published, unrouted := o.number("published", 0), o.number("unrouted", 0)
	return func() string {
		s := r.e.Stats()
		return unlike("published, unrouted", [2]uint64{s.Published, s.Unrouted}, [2]uint64{uint64(published), uint64(unrouted)})
	}
}

// expectReport reads what Close said: undelivered=3 unreleased=1 held=b,c.
func expectReport(r *rig, o *order) (func() string, error) {
	if r.report == nil {
		return nil, errors.New("before close")
	}
	undelivered, unreleased, held := o.number("undelivered", 0), o.number("unreleased", 0), o.option("held")
	got := []string{
		strconv.FormatUint(r.report.Undelivered(), 10), strconv.Itoa(r.report.Unreleased),
		strings.Join(r.report.Held, ","),
	}
	want := []string{strconv.Itoa(undelivered), strconv.Itoa(unreleased), held}
	return func() string { return unlike("undelivered, unreleased, held", got, want) }, nil
}

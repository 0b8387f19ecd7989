package fuzz

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// ledger is what handlers and publishers have seen.
type ledger struct {
	published atomic.Uint64 // for which Publish returned nil or ErrCycle
	received  atomic.Uint64 // the handler returned from it
	choked    atomic.Uint64 // the handler panicked over it
	sources   atomic.Int64  // numbers them

	mu   sync.Mutex
	kept []message.Message // retained once each time
}

// source is a publisher with a number of its own, whose messages are numbered.
type source struct {
	w      *world
	out    *engine.Publisher
	number string
	count  int
}

func (w *world) newSource(m *engine.Module) *source {
	out, err := m.Publisher()
	w.allow(err, engine.ErrClosed)
	if err != nil {
		return &source{w: w} // quarantined meanwhile: publishes nothing
	}
	return &source{w: w, out: out, number: w.number()}
}

func (w *world) number() string { return strconv.FormatInt(w.sources.Add(1), 10) }

// publish sends n messages, one by one or together. A draft more is left unfinished.
func (s *source) publish(ctx context.Context, n int, together bool) {
	if s.out == nil {
		return
	}
	var drafts []message.Draft
	for range n {
		d, err := s.out.Claim(ctx)
		if err != nil {
			s.w.refused(err)
			break
		}
		s.label(d, "0")
		if together {
			drafts = append(drafts, d)
			continue
		}
		s.w.sent(s.out.Publish(ctx, d), 1)
	}
	if together {
		s.w.sent(s.out.PublishBatch(ctx, drafts), uint64(len(drafts)))
	}
	if d, err := s.out.Claim(ctx); err == nil && n%2 == 0 {
		d.Set("never", "published")
	} else if err == nil {
		d.Abort()
	}
}

func (s *source) close() {
	if s.out != nil {
		s.out.Close()
	}
}

func (s *source) label(d message.Draft, hops string) {
	s.count++
	d.Set("publisher", s.number)
	d.Set("sequence", strconv.Itoa(s.count))
	d.Set("digit", strconv.Itoa(s.count%10))
	d.Set("hops", hops)
	d.SetContent([]byte(s.number + "/" + strconv.Itoa(s.count)))
}

func (w *world) sent(err error, n uint64) {
	if err == nil || errors.Is(err, engine.ErrCycle) {
		w.published.Add(n)
		return
	}
	w.refused(err)
}

// refused is called from any goroutine.
func (w *world) refused(err error) {
	if !errors.Is(err, engine.ErrClosed) && !errors.Is(err, message.ErrExhausted) {
		w.t.Errorf("refused: %v", err)
	}
}

// What handlers do beside looking at what they get.
const (
	passesOn = iota + 2
	forwards
	keeps
	chokes
)

const (
	maxHops = 3 // ends the way of what goes round in circles
	roaming = 4 // every so many messages of a publisher may be forwarded
)

// handler makes one of a kind. Each holds what it gets to the order of its publishers.
func (w *world) handler(name string, kind int) engine.Handler {
	last, known := make(map[string]int), make(map[string]bool)
	own := &source{w: w, number: name + w.number()}
	return engine.Each(func(ctx context.Context, out *engine.Publisher, m message.Message) {
		number, sequence := w.examine(m, last)
		switch {
		case kind == passesOn:
			own.pass(ctx, out, m)
		case kind == forwards && sequence%roaming == 0 && !known[string(m.Content())]:
			known[string(m.Content())] = true
			w.sent(out.Forward(ctx, []message.Message{m, m}), 2)
		case kind == keeps && sequence%3 == 0:
			w.keep(m)
		case kind == chokes && sequence%5 == 0:
			panic("choked on " + number)
		}
		w.received.Add(1)
	})
}

// examine holds a message to what its publisher wrote and to its order. A dead letter, and what is
// forwarded, come by other ways too.
func (w *world) examine(m message.Message, last map[string]int) (number string, sequence int) {
	property := func(name string) string {
		value, _ := m.Property(name)
		return string(value)
	}
	number = property("publisher")
	sequence, err := strconv.Atoi(property("sequence"))
	if err != nil || string(m.Content()) != number+"/"+property("sequence") {
		w.t.Errorf("garbled: %s, %q", shown(m.Properties()), m.Content())
	}
	if _, isLetter := m.Property(engine.DeadLetterReason); isLetter || sequence%roaming == 0 {
		return number, sequence
	}
	if sequence <= last[number] {
		w.t.Errorf("of %s: %d after %d", number, sequence, last[number])
	}
	last[number] = sequence
	return number, sequence
}

// pass sends a message on as one of its own.
func (s *source) pass(ctx context.Context, out *engine.Publisher, m message.Message) {
	value, _ := m.Property("hops")
	hops, _ := strconv.Atoi(string(value))
	if hops >= maxHops {
		return
	}
	d, err := out.Claim(ctx)
	if err != nil {
		s.w.refused(err)
		return
	}
	s.label(d, strconv.Itoa(hops+1))
	s.w.sent(out.Publish(ctx, d), 1)
}

func (w *world) keep(m message.Message) {
	m.Retain()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept = append(w.kept, m)
}

// distinctlyKept counts messages, each once however many keep it: a letter and its original are two.
func (w *world) distinctlyKept() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	distinct := make(map[*byte]bool)
	for _, m := range w.kept {
		distinct[&m.Wire()[0]] = true
	}
	return len(distinct)
}

func (w *world) giveBack() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.kept {
		m.Release()
	}
	w.kept = nil
}

func (w *world) panicked(p engine.Panic) {
	if text, ok := p.Value.(string); !ok || text[:6] != "choked" || p.Messages != 1 {
		w.t.Errorf("another panic: %v\n%s", p.Value, p.Stack)
	}
	w.choked.Add(uint64(p.Messages))
}

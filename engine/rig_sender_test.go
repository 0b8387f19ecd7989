package engine_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// sender is a publisher, and a note of what it published.
type sender struct {
	rig     *rig
	number  int // among all
	source  *tap
	pub     *engine.Publisher
	handler bool // it is a handler's own, or is used in one
	drafts  []message.Draft
	pending chan error // of a publish that waits

	mu   sync.Mutex // guards sent
	sent []sent
}

// sent is what is known of one message: which links may have stood when it was routed, and what came
// of it.
type sent struct {
	number    int
	low, high int32 // the first and the last of rig.wirings
	err       error // ErrCycle, or another if nobody was to have it
}

// parcel is a message to be sent.
type parcel struct {
	number int
	hops   int // how often it may be forwarded
	size   int // of its content
	like   message.Message
}

// sender finds the publisher of that name, or makes one; nil if the module refuses.
func (r *rig) sender(source *tap, name string, inHandler bool) *sender {
	r.mu.Lock()
	s := r.desks[desk{source, name}]
	r.mu.Unlock()
	if s != nil {
		return s
	}
	pub, err := source.module.Publisher()
	if err != nil {
		return nil
	}
	s = r.enlist(&sender{source: source, pub: pub, handler: inHandler})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.desks[desk{source, name}] = s
	return s
}

func (r *rig) enlist(s *sender) *sender {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.rig, s.number = r, len(r.senders)
	r.senders = append(r.senders, s)
	return s
}

func (r *rig) everySender() []*sender {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.senders)
}

// send publishes one message.
func (s *sender) send(ctx context.Context, p parcel) error {
	d, err := s.draft(ctx, p, 0)
	if err != nil {
		return err
	}
	low := s.rig.done.Load()
	err = s.pub.Publish(ctx, d)
	s.note(sent{p.number, low, s.rig.begun.Load(), err})
	return err
}

// sendBatch publishes messages at once: all that could be claimed. To claim the second it does not
// wait for long, for the memory that it waits for may be its own first's.
func (s *sender) sendBatch(ctx context.Context, ps []parcel) error {
	hasty, cancel := s.hasty(ctx)
	defer cancel()
	s.drafts = s.drafts[:0]
	limit := ctx
	for i, p := range ps {
		d, err := s.draft(limit, p, i)
		if err != nil && i == 0 {
			return err
		}
		if err != nil {
			ps = ps[:i]
			break
		}
		s.drafts = append(s.drafts, d)
		limit = hasty
	}
	low := s.rig.done.Load()
	err := s.pub.PublishBatch(ctx, s.drafts)
	for _, p := range ps {
		s.note(sent{p.number, low, s.rig.begun.Load(), err})
	}
	return err
}

// hasty returns a context that ends once the publisher has waited for a moment. A claim that does not
// wait is not refused, however slow the machine is.
func (s *sender) hasty(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for ctx.Err() == nil {
			time.Sleep(time.Millisecond)
			if s.pub.Waits() {
				cancel()
			}
		}
	}()
	return ctx, cancel
}

// draft writes a message, the one that many after the next of the sender's.
func (s *sender) draft(ctx context.Context, p parcel, after int) (d message.Draft, err error) {
	if p.like.IsZero() {
		d, err = s.pub.Claim(ctx)
	} else {
		d, err = s.pub.ClaimFrom(ctx, p.like)
	}
	if err != nil {
		return d, err
	}
	sequence := len(s.sent) + after
	d.Set("sender", strconv.Itoa(s.number))
	d.Set("sequence", strconv.Itoa(sequence))
	d.Set("number", strconv.Itoa(p.number))
	d.Set("digit", strconv.Itoa(p.number%10))
	d.Set("hops", strconv.Itoa(p.hops))
	d.SetContent(bodyOf(s.number, sequence, p.size))
	return d, nil
}

func (s *sender) note(m sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
}

// within publishes and, once that waits, cancels it when the limit is up; 0: never. A publish that
// does not wait is not cancelled, however slow the machine is.
func (s *sender) within(ctx context.Context, limit time.Duration, publish func(context.Context) error) error {
	if limit == 0 {
		return publish(ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- publish(ctx) }()
	for {
		select {
		case err := <-done:
			return err
		case <-time.After(limit):
			if s.pub.Waits() {
				cancel()
			}
		}
	}
}

// later publishes on a goroutine of its own.
func (s *sender) later(publish func() error) {
	s.pending = make(chan error, 1)
	go func() { s.pending <- publish() }()
}

// wait waits for a publish that was left waiting, and tells how it ended.
func (s *sender) wait(ctx context.Context) (err error, returned bool) {
	if s.pending == nil {
		return nil, true
	}
	select {
	case err := <-s.pending:
		s.pending = nil
		return err, true
	case <-ctx.Done():
		return nil, false
	}
}

// bodyOf is the content of a message: no two are alike for long.
func bodyOf(sender, sequence, size int) []byte {
	body := make([]byte, size)
	for i := range body {
		body[i] = byte(31*sender + 7*sequence + i)
	}
	return body
}

package engine_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/message"
)

// mouth is a publisher of a trial, and what is known of what it published. Like the publisher, it
// belongs to one goroutine.
type mouth struct {
	trial *trial
	lot   lot
	id    int
	pub   *engine.Publisher
	next  int    // number of its next message
	sent  uint64 // messages that the engine counts as published
}

// origin names a message: which mouth wrote it, and which of the mouth's it is.
type origin struct{ mouth, number int }

func (t *trial) mouth(pub *engine.Publisher) *mouth {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &mouth{trial: t, id: len(t.mouths), pub: pub, lot: t.lot()}
	t.mouths = append(t.mouths, s)
	return s
}

// speak publishes so many messages in a manner; like is one to be like, or to be forwarded, if there
// is one. What the engine refuses is no fault, for memory is small and modules come and go.
func (s *mouth) speak(ctx context.Context, how manner, many, size int, like message.Message) {
	if like == (message.Message{}) && (how == alike || how == forwarded) {
		how = plainly
	}
	switch how {
	case forwarded:
		s.forward(ctx, like)
	case batched:
		s.batch(ctx, many, size)
	default:
		if how == plainly {
			like = message.Message{}
		}
		for range many {
			if d, err := s.draft(ctx, size, like); err == nil {
				s.published(1, s.pub.Publish(ctx, d))
			}
		}
	}
}

// batch publishes what can be claimed at once. It waits for the first only, and for the others hardly:
// the memory that it would wait for may be its own.
func (s *mouth) batch(ctx context.Context, many, size int) {
	hasty, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	var drafts []message.Draft
	for limit := ctx; len(drafts) < many; limit = hasty {
		d, err := s.draft(limit, size, message.Message{})
		if err != nil {
			break
		}
		drafts = append(drafts, d)
	}
	s.published(len(drafts), s.pub.PublishBatch(ctx, drafts))
}

// forward publishes one that the caller holds, and first notes that it may arrive once more anywhere.
func (s *mouth) forward(ctx context.Context, m message.Message) {
	from, letter := originOf(m)
	if letter {
		return
	}
	s.trial.mu.Lock()
	s.trial.forwards[from]++
	s.trial.mu.Unlock()
	s.published(1, s.pub.Forward(ctx, []message.Message{m}))
}

func (s *mouth) draft(ctx context.Context, size int, like message.Message) (d message.Draft, err error) {
	if like == (message.Message{}) {
		d, err = s.pub.Claim(ctx)
	} else {
		d, err = s.pub.ClaimFrom(ctx, like)
	}
	s.trial.pulse.Add(1)
	if err != nil {
		return d, err
	}
	d.Set("mouth", strconv.Itoa(s.id))
	d.Set("number", strconv.Itoa(s.next))
	d.Set("digit", strconv.Itoa(s.next%3))
	body := make([]byte, s.lot.IntN(size+1))
	fill(body, origin{s.id, s.next})
	d.SetContent(body)
	s.next++
	if s.lot.one(50) {
		d.Abort()
		return d, errAborted
	}
	return d, nil
}

var errAborted = errors.New("thought better of it")

func (s *mouth) published(many int, err error) {
	s.trial.pulse.Add(1)
	if err == nil || errors.Is(err, engine.ErrCycle) {
		s.sent += uint64(many)
	}
}

// limited returns a context that one time in so many is cancelled, before it is used or soon after.
func (s *mouth) limited(ctx context.Context, in int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if s.lot.one(in) {
		if after := time.Duration(s.lot.IntN(300)) * time.Microsecond; after < 20*time.Microsecond {
			cancel()
		} else {
			time.AfterFunc(after, cancel)
		}
	}
	return ctx, cancel
}

// fill writes the content that a message must have.
func fill(body []byte, from origin) {
	for i := range body {
		body[i] = byte(31*from.mouth + 7*from.number + i)
	}
}

// originOf reads which message it is, and whether it is a dead letter about that one.
func originOf(m message.Message) (from origin, letter bool) {
	_, letter = m.Property(engine.DeadLetterReason)
	return origin{numberIn(m, "mouth"), numberIn(m, "number")}, letter
}

// intact tells whether a message is what was written.
func intact(m message.Message, from origin) bool {
	for i, b := range m.Content() {
		if b != byte(31*from.mouth+7*from.number+i) {
			return false
		}
	}
	digit, _ := m.Property("digit")
	return string(digit) == strconv.Itoa(from.number%3)
}

// shelf keeps messages beyond their handlers, for a moment: somebody clears it again and again.
type shelf struct {
	mu   sync.Mutex
	kept []message.Message
	from []origin
}

func (s *shelf) put(m message.Message, from origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Retain()
	s.kept, s.from = append(s.kept, m), append(s.from, from)
}

// borrow returns one that is kept, held once more, or none.
func (s *shelf) borrow() message.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) == 0 {
		return message.Message{}
	}
	s.kept[0].Retain()
	return s.kept[0]
}

func (s *shelf) clear(t *trial) {
	s.mu.Lock()
	kept, from := s.kept, s.from
	s.kept, s.from = nil, nil
	s.mu.Unlock()
	for i, m := range kept {
		if !intact(m, from[i]) {
			t.fault("alive until released: message %v has changed while it was kept", from[i])
		}
		m.Release()
	}
}

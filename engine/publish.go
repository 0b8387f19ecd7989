package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/ring"
)

// Publish routes the message and queues it at each sink that wants it; the draft has then ended,
// whatever the outcome. Nil means routed: what happens to it at each sink is counted by link. An
// error means that no sink has it: ErrClosed, ErrCycle, ErrForeign or the draft's first mistake.
// Where a sink is full Publish does what the link's delivery says; when it waits, ctx bounds it.
func (p *Publisher) Publish(ctx context.Context, draft message.Draft) error {
	d := arena.Draft(draft)
	if err := p.accepts(d); err != nil {
		d.Discard()
		return err
	}
	n := p.current()
	p.hits = p.hits[:0]
	if n.filters {
		p.match(d.Properties())
	}
	sinks := len(n.always) + len(p.hits)
	if sinks == 0 {
		bump(&p.unsealed, 1)
		d.Abort()
		return nil
	}
	m, err := d.Seal(sinks)
	if err != nil {
		return err // accepts found nothing wrong, so this cannot be
	}
	p.shard.Count()
	refused := 0
	for _, t := range n.always {
		refused += p.offerOne(ctx, t, m)
	}
	for _, t := range p.hits {
		bump(&t.matched, 1)
		refused += p.offerOne(ctx, t, m)
	}
	return cycleError(refused, sinks)
}

func (p *Publisher) offerOne(ctx context.Context, t *target, m arena.Message) (refused int) {
	e := entry{m, t.flow}
	if t.lane == nil && !p.spills && t.queue.main.PushOne(e) == nil {
		return 0 // as nearly always
	}
	p.one[0] = e
	return p.offer(ctx, t, p.one[:])
}

// PublishBatch publishes the messages in order, as Publish does, with one claim on each sink's ring
// for all of them. An error means that no sink has any of them; a mistake in one draft refuses all.
func (p *Publisher) PublishBatch(ctx context.Context, batch []message.Draft) error {
	if err := p.acceptsAll(batch); err != nil {
		for _, d := range batch {
			arena.Draft(d).Discard()
		}
		return err
	}
	n := p.current()
	if n.filters {
		p.views = p.views[:0]
		for _, d := range batch {
			p.views = append(p.views, d.Properties())
		}
		p.matchAll()
	}
	sent, unwanted := 0, 0
	for i, d := range batch {
		sinks, err := p.stage(n, i, arena.Draft(d))
		if err != nil {
			return err // acceptsAll found nothing wrong, so this cannot be
		}
		if sinks == 0 {
			unwanted++
		}
		sent += sinks
	}
	bump(&p.unsealed, unwanted)
	p.shard.Count()
	return cycleError(p.offerStaged(ctx), sent)
}

// stage lays the i-th message of a batch out for each sink that wants it.
func (p *Publisher) stage(n *plan, i int, d arena.Draft) (sinks int, err error) {
	hits := p.hitsOf(n, i)
	sinks = len(n.always) + len(hits)
	if sinks == 0 {
		d.Abort()
		return 0, nil
	}
	m, err := d.Seal(sinks)
	if err != nil {
		return 0, err
	}
	p.layOut(n, m, hits)
	return sinks, nil
}

// offerStaged queues what is laid out and returns how many were refused because of a cycle.
func (p *Publisher) offerStaged(ctx context.Context) (refused int) {
	for _, t := range p.staged {
		if !t.always {
			bump(&t.matched, len(t.stage))
		}
		refused += p.offer(ctx, t, t.stage)
		t.stage = t.stage[:0]
	}
	p.staged = p.staged[:0]
	return refused
}

func (p *Publisher) accepts(d arena.Draft) error {
	if err := p.refuses(); err != nil {
		return err
	}
	if !d.Of(p.shard) {
		return ErrForeign
	}
	return d.Check()
}

func (p *Publisher) acceptsAll(batch []message.Draft) error {
	if err := p.refuses(); err != nil {
		return err
	}
	foreign := func(d message.Draft) bool { return !arena.Draft(d).Of(p.shard) }
	if i := slices.IndexFunc(batch, foreign); i >= 0 {
		return fmt.Errorf("message %d of the batch: %w", i, ErrForeign)
	}
	if i, err := firstMistake(batch); err != nil {
		return fmt.Errorf("message %d of the batch: %w", i, err)
	}
	return nil
}

// firstMistake returns the index of the first draft that could not be sealed, or that is in the batch
// already, and why.
func firstMistake(batch []message.Draft) (at int, err error) {
	for at < len(batch) {
		if err = arena.Draft(batch[at]).Enlist(); err != nil {
			break
		}
		at++
	}
	for _, d := range batch[:at] {
		arena.Draft(d).Delist()
	}
	return at, err
}

func cycleError(refused, sinks int) error {
	if refused > 0 && refused == sinks {
		return ErrCycle
	}
	return nil
}

// offer queues messages at one sink as its delivery says, and returns how many were refused
// because of a cycle.
func (p *Publisher) offer(ctx context.Context, t *target, es []entry) (refused int) {
	if t.delivery.Overflow == DropOldest && !p.above(t) {
		p.evict(t, es)
		return 0
	}
	var deadline time.Time
	for {
		n, err := p.push(t, es)
		es = es[n:]
		switch {
		case err == nil:
			return 0
		case errors.Is(err, ring.ErrClosed):
			t.drop(byClosed, es)
			return 0
		case t.delivery.Overflow == DropNewest || p.buries:
			t.drop(byNewest, es)
			return 0
		case t.delivery.Overflow == DropOldest || (p.handler && p.mustNotWait(t)):
			return p.overflow(t, es)
		case p.linger(t):
			continue
		case !p.handler && p.mustNotWait(t):
			return p.overflow(t, es)
		}
		if why := p.wait(ctx, t, &deadline); why != waited {
			t.drop(why, es)
			return 0
		}
	}
}

// above tells whether the publisher has messages in the spill of the sink, on top of which its next
// ones must go.
func (p *Publisher) above(t *target) bool { return p.spills && t.flow.pair.spilled.Load() > 0 }

// push queues as many as there is room for: in the ring, or above it while something of the pair is
// there (see queue).
func (p *Publisher) push(t *target, es []entry) (int, error) {
	if p.above(t) {
		return 0, t.queue.refusal()
	}
	if t.lane == nil || t.lane.Len() == 0 {
		return t.queue.main.Push(es)
	}
	defer t.queue.bell.Ring()
	for i, e := range es {
		if err := t.lane.Push(e); err != nil {
			return i, err
		}
	}
	return len(es), nil
}

// evict queues in the pair's own ring, dropping the oldest there to make room.
func (p *Publisher) evict(t *target, es []entry) {
	defer t.queue.bell.Ring()
	for i := 0; i < len(es); {
		switch err := t.lane.Push(es[i]); {
		case err == nil:
			i++
		case errors.Is(err, ring.ErrClosed):
			t.drop(byClosed, es[i:])
			return
		default:
			old, ok := t.lane.PopSurplus()
			if !ok {
				park.Yield() // a Pop is under way
				continue
			}
			old.flow.evicted.Add(1)
			p.engine.bury(byOldest.String(), []entry{old})
			old.m.Release()
		}
	}
}

// mustNotWait tells whether waiting for the sink could be waiting for oneself: the caller is a
// handler, and messages it sends to the sink can come back to it. A link that was removed since is
// treated alike, because what the rule rests on is the links as they stand. A handler that uses
// another module's publisher draws an edge that no link shows, so it never waits.
func (p *Publisher) mustNotWait(t *target) bool {
	source := p.module
	if !p.handler {
		switch p.engine.inHandler() {
		case source:
		case nil:
			if !p.relays {
				return false
			}
		default:
			return true
		}
	}
	s := p.engine.snapshot.Load()
	sink := t.flow.sink.name
	return !s.Linked(source.name, sink) || s.Loop(source.name, sink)
}

// overflow keeps messages in the sink's spill, up to its cap, and returns how many were refused.
func (p *Publisher) overflow(t *target, es []entry) (refused int) {
	q := t.queue
	defer q.bell.Ring()
	for i, e := range es {
		size := int64(e.m.Size())
		if q.spilledBytes.Add(size) > q.spilledMost {
			q.spilledBytes.Add(-size)
			t.drop(byCycle, es[i:])
			return len(es) - i
		}
		t.flow.pair.spilled.Add(1)
		p.spills = true
		if q.spill.Push(e) != nil {
			t.flow.pair.spilled.Add(-1)
			q.spilledBytes.Add(-size)
			t.drop(byClosed, es[i:])
			return 0
		}
	}
	return 0
}

// linger gives a sink that is at work a moment to make room, before the publisher goes to sleep for
// it: falling asleep, being woken, and asking whether it may, cost more than most waits last.
func (p *Publisher) linger(t *target) bool {
	for range park.Spins(lingering) {
		park.Yield()
		if p.mayPush(t) {
			return true
		}
	}
	return false
}

// lingering is how often a publisher yields before it sleeps: a few microseconds in all.
const lingering = 16

// waited is the reason for which nothing was dropped.
const waited reason = -1

// wait blocks until the sink may have room, or returns why the messages are to be dropped.
func (p *Publisher) wait(ctx context.Context, t *target, deadline *time.Time) reason {
	left, ok := t.timeLeft(deadline)
	if !ok {
		return byTimeout
	}
	p.waiting.Store(true)
	defer p.waiting.Store(false)
	room := t.queue.main.Room()
	p.engine.waiting.join(room) // before the links are looked at again
	defer p.engine.waiting.leave(room)
	room.Join(p.waiter)
	if p.mayPush(t) || p.mustNotWait(t) {
		room.Leave(p.waiter)
		return waited
	}
	switch room.Wait(p.waiter, ctx.Done(), left) {
	case park.Cancelled:
		return byCancelled
	case park.TimedOut:
		return byTimeout
	}
	return waited
}

// timeLeft starts or reads the clock of a delivery with a timeout.
func (t *target) timeLeft(deadline *time.Time) (time.Duration, bool) {
	if t.delivery.Timeout == 0 {
		return 0, true
	}
	if deadline.IsZero() {
		*deadline = time.Now().Add(t.delivery.Timeout)
	}
	left := time.Until(*deadline)
	return left, left > 0
}

// mayPush tells whether a push could succeed, or would fail for good.
func (p *Publisher) mayPush(t *target) bool {
	if p.above(t) {
		return t.queue.main.Closed()
	}
	if t.lane != nil && t.lane.Len() > 0 {
		return !t.lane.Full()
	}
	return !t.queue.main.Full()
}

// drop counts messages as dropped and gives up the sink's hold on them.
func (t *target) drop(why reason, es []entry) {
	bump(&t.dropped[why], len(es))
	t.flow.source.engine.bury(why.String(), es)
	var home arena.Returns
	for _, e := range es {
		home.Release(e.m)
	}
	home.Flush()
}

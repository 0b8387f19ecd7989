package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/ring"
)

// Publish routes the message and queues it at each sink that wants it; the draft has then ended,
// whatever the outcome. Nil means routed: what happens to it at each sink is counted by link. An
// error means that no sink has it: ErrClosed, ErrCycle, ErrForeign, the draft's first mistake, or the
// error of a ctx that was done before Publish began. Where a sink is full Publish does what the link's
// delivery says; when it waits, ctx bounds it: what is not queued then is dropped, counted as
// cancelled. Who stops because a context is done, and has something left to publish, takes another
// context for it: see the example.
func (p *Publisher) Publish(ctx context.Context, draft message.Draft) error {
	d := arena.Draft(draft)
	if err := p.accepts(ctx, d); err != nil {
		p.endDraft(d)
		return err
	}
	if p.progress != nil {
		p.carryOn(d)
	}
	n := p.current()
	p.hits = p.hits[:0]
	if n.filters {
		p.match(draft.Properties())
	}
	sinks := len(n.always) + len(p.hits)
	if sinks == 0 {
		bump(&p.unsealed, 1)
		d.Answer(OutcomeUnwanted.severity())
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
	if t.lane == nil && !p.overflowed && t.queue.main.PushOne(e) == nil {
		return 0 // as nearly always
	}
	p.one[0] = e
	return p.offer(ctx, t, p.one[:])
}

// PublishBatch publishes the messages in order, as Publish does, with one claim on each sink's ring
// for all of them. An error means that no sink has any of them; a mistake in one draft refuses all.
func (p *Publisher) PublishBatch(ctx context.Context, batch []message.Draft) error {
	if err := p.acceptsAll(ctx, batch); err != nil {
		for _, d := range batch {
			p.endDraft(arena.Draft(d))
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
	if p.progress != nil {
		p.carryOn(d)
	}
	var hits []*target
	if n.filters {
		hits = p.hitsOf(n, i)
	}
	sinks = len(n.always) + len(hits)
	if sinks == 0 {
		d.Answer(OutcomeUnwanted.severity())
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

// endDraft ends a draft that is refused. One of the publisher's own goes back to its shard at once, which
// ends what the shard hides from others while a draft is open.
func (p *Publisher) endDraft(d arena.Draft) {
	if d.Of(p.shard) {
		d.Abort()
	} else {
		d.Discard()
	}
}

func (p *Publisher) accepts(ctx context.Context, d arena.Draft) error {
	if err := p.refusesNow(ctx); err != nil || d.Sealable(p.shard) {
		return err
	}
	if !d.Of(p.shard) {
		return ErrForeign
	}
	return d.Check()
}

func (p *Publisher) acceptsAll(ctx context.Context, batch []message.Draft) error {
	if err := p.refusesNow(ctx); err != nil {
		return err
	}
	if p.owns(batch) {
		return nil
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

// owns tells whether all drafts are the publisher's, each there once and complete: as nearly always.
func (p *Publisher) owns(batch []message.Draft) bool {
	n := 0
	for n < len(batch) && arena.Draft(batch[n]).EnlistAtOnce(p.shard) {
		n++
	}
	for _, d := range batch[:n] {
		arena.Draft(d).Delist()
	}
	return n == len(batch)
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
	if t.delivery.WhenFull == DropOldest && !p.above(t) {
		p.evict(t, es)
		return 0
	}
	n, err := p.push(t, es, false)
	if err == nil {
		return 0
	}
	return p.offerRest(ctx, t, es[n:], err)
}

// offerRest goes on with what a first push had to leave.
func (p *Publisher) offerRest(ctx context.Context, t *target, es []entry, err error) (refused int) {
	var w patience
	defer w.end(t)
	for err != nil {
		if errors.Is(err, ring.ErrClosed) {
			t.drop(byClosed, es)
			return 0
		}
		switch p.whenFull(t) {
		case drops:
			t.drop(byNewest, es)
			return 0
		case overflows:
			return p.overflow(t, es)
		}
		switch why := p.await(ctx, t, &w); why {
		case waited:
		case mustNot:
			return p.overflow(t, es)
		default:
			t.drop(why, es)
			return 0
		}
		var n int
		n, err = p.pushAgain(t, es, &w)
		es = es[n:]
	}
	return 0
}

// pushAgain pushes after a wait. Who was woken and finds that others have taken the room comes before
// those who did not wait.
func (p *Publisher) pushAgain(t *target, es []entry, w *patience) (int, error) {
	n, err := p.push(t, es, w.first)
	if err != nil && !w.first && w.woken && p.inRing(t) {
		w.first, w.kept = true, t.queue.main.Keep()
		var more int
		more, err = p.push(t, es[n:], true)
		n += more
	}
	w.vain = w.woken && n == 0
	return n, err
}

// above tells whether the publisher has messages in the overflow of the sink, on top of which its next
// ones must go.
func (p *Publisher) above(t *target) bool { return p.overflowed && t.flow.pair.overflowed.Load() > 0 }

// inRing tells whether the publisher's next message goes into the ring.
func (p *Publisher) inRing(t *target) bool { return !p.above(t) && t.laneEmpty() }

// push queues as many as there is room for: in the ring, or above it while something of the pair is
// there (see queue). Who is first may take the room that is kept.
func (p *Publisher) push(t *target, es []entry, first bool) (int, error) {
	if p.above(t) {
		return 0, t.queue.refusal()
	}
	if t.laneEmpty() {
		if first {
			return t.queue.main.PushKept(es)
		}
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
			p.engine.writeLetters(byOldest.String(), []entry{old})
			old.m.Release()
		}
	}
}

// overflow keeps messages in the sink's overflow, up to its cap, and returns how many were refused.
func (p *Publisher) overflow(t *target, es []entry) (refused int) {
	q := t.queue
	defer q.bell.Ring()
	for i, e := range es {
		size := int64(e.m.Size())
		if q.overflowBytes.Add(size) > q.overflowMax {
			q.overflowBytes.Add(-size)
			t.drop(byCycle, es[i:])
			return len(es) - i
		}
		t.flow.pair.overflowed.Add(1)
		p.overflowed = true
		if q.overflow.Push(e) != nil {
			t.flow.pair.overflowed.Add(-1)
			q.overflowBytes.Add(-size)
			t.drop(byClosed, es[i:])
			return 0
		}
	}
	return 0
}

// drop counts messages as dropped and gives up the sink's hold on them.
func (t *target) drop(why reason, es []entry) {
	bump(&t.dropped[why], len(es))
	t.flow.source.engine.writeLetters(why.String(), es)
	var home arena.Returns
	for _, e := range es {
		home.Release(e.m)
	}
	home.Flush()
	t.flow.sink.rest.WakeAll() // who waits for it to have nothing on its way
}

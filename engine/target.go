package engine

import (
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/ring"
)

// target is one sink of a publisher: made when the first message is to go there, and kept from plan
// to plan for as long as the link stays as it is. Its counters have one writer, the publisher's
// goroutine; Stats reads them. The flow takes them over when the target ends.
type target struct {
	publisher *Publisher
	flow      *flow // nil: the link is hidden from the source, and nothing goes there
	at        int   // its place in flow.targets; guarded by Engine.mu
	delivery  Delivery
	queue     *queue
	lane      *ring.Shared[entry] // the pair's, or nil
	always    bool                // its link has no filter
	since     uint64              // of one without a filter: the publisher's count when it was made
	matched   atom.Uint64         // of one with a filter
	dropped   [reasons]atom.Uint64
	stage     []entry // of the batch being published
}

// newTarget makes the publisher's target for a link. Engine.mu is held, and the publisher's count is
// settled.
func (p *Publisher) newTarget(k *link, always bool) *target {
	e := p.engine
	f := e.flowOf(k, p.module)
	t := &target{
		publisher: p, flow: f, at: len(f.targets), delivery: k.delivery, queue: k.sink.queue,
		always: always, since: p.settled.published,
	}
	f.targets = append(f.targets, t)
	if t.delivery.WhenFull == DropOldest {
		e.laneOf(f)
	}
	t.lane = f.pair.lane.Load() // there may be one from an earlier link
	return t
}

func (t *target) laneEmpty() bool { return t.lane == nil || t.lane.Len() == 0 }

// end gives the target up. Engine.mu is held, and the publisher's count is settled.
func (t *target) end() {
	f := t.flow
	if f == nil {
		return
	}
	f.counts.add(t.count())
	last := f.targets[len(f.targets)-1]
	f.targets[t.at], last.at = last, t.at
	f.targets[len(f.targets)-1] = nil
	f.targets = f.targets[:len(f.targets)-1]
}

// count returns what was counted for the target. What every message goes to is not counted message by
// message: it is what the publisher published meanwhile. Engine.mu is held.
func (t *target) count() Counts {
	c := Counts{matched: t.matched.Load()}
	if t.always {
		c.matched = t.publisher.settled.published - t.since
	}
	for r := range t.dropped {
		c.Dropped.add(reason(r), t.dropped[r].Load())
	}
	return c
}

// targets are a publisher's targets for the links of one part that have a filter, by the number that
// the part gives them: those that some message went to. It is a hash table with open addressing.
type targets struct {
	slots []bound // a power of two of them, at most half of them taken
	count int
}

type bound struct {
	number uint32
	target *target // nil: free
}

// find returns the target of a number, or nil.
func (b *targets) find(number uint32) *target {
	if b.count == 0 {
		return nil
	}
	return b.slots[b.slot(number)].target
}

// slot returns where a number is, or would be.
func (b *targets) slot(number uint32) uint32 {
	mask := uint32(len(b.slots) - 1)
	i := number & mask
	for b.slots[i].target != nil && b.slots[i].number != number {
		i = (i + 1) & mask
	}
	return i
}

// put adds the target of a number that has none.
func (b *targets) put(number uint32, t *target) {
	if 2*(b.count+1) > len(b.slots) {
		old := b.slots
		b.slots = make([]bound, max(2, 2*len(old)))
		for _, s := range old {
			if s.target != nil {
				b.slots[b.slot(s.number)] = s
			}
		}
	}
	b.slots[b.slot(number)] = bound{number, t}
	b.count++
}

// take takes the target of a number out; nil if there is none. Those behind it that would not be
// found any more move up (Knuth 6.4, algorithm R).
func (b *targets) take(number uint32) *target {
	t := b.find(number)
	if t == nil {
		return nil
	}
	mask := uint32(len(b.slots) - 1)
	free := b.slot(number)
	b.slots[free] = bound{}
	b.count--
	for i := (free + 1) & mask; b.slots[i].target != nil; i = (i + 1) & mask {
		if home := b.slots[i].number & mask; (i-home)&mask >= (i-free)&mask {
			b.slots[free], b.slots[i] = b.slots[i], bound{}
			free = i
		}
	}
	return t
}

// takeAll takes all targets out.
func (b *targets) takeAll() (all []*target) {
	for _, s := range b.slots {
		if s.target != nil {
			all = append(all, s.target)
		}
	}
	*b = targets{}
	return all
}

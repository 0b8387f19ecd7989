package engine

import (
	"slices"

	"github.com/millrace/millrace/internal/arena"
	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/park"
	"github.com/millrace/millrace/ring"
)

// entry is one message on its way along one flow.
type entry struct {
	m    arena.Message
	flow *flow
}

// queue is where messages wait for a module's handler. A pair's messages stand in up to three
// places, from the bottom up:
//
//	main      the module's ring, shared by all sources
//	lane      a ring of the pair's own, once its link was to drop the oldest
//	overflow  memory beyond the ring, for handlers that must not wait for it
//
// Order holds because both sides keep a rule. A publisher may move up from one message to the
// next, but moves down only when what its pair has above is empty. The consumer looks at the queues
// from the top down, noting how far each reaches, and then delivers from the bottom up, as far as
// noted. So when it delivers a message from above, all that the same publisher queued below before
// it was noted too, and is delivered first.
//
// Fairness: what a round notes of the lanes it takes out at once, as much of each, up to a batch, and
// the next round goes on where it ended. If it came back for them after main, eviction would have
// passed what it noted, at the more lanes the faster they are pushed to.
//
// Field ledger: overflowBytes any publisher; abandoned Engine; tidy Engine, cleared by the consumer; idle
// and rounds the consumer, read by Close; round, reach, turn, taken and overflowed the consumer only.
type queue struct {
	bell     *park.Bell
	main     *ring.Ring[entry]
	lanes    atom.Pointer[[]*lane] // copied on write, under Engine.mu
	overflow ring.Overflow[entry]

	overflowBytes atom.Int64
	overflowMax   int64
	abandoned     atom.Bool // discard what is queued
	quarantined   atom.Bool // and count it as failed
	tidy          atom.Bool // give memory back when there is nothing to do
	idle          atom.Bool
	rounds        atom.Uint64 // times the consumer was not idle

	round      bool    // of lanes and overflow under way
	reach      uint64  // how far main is delivered in this round before anything from above
	turn       int     // the lane that the next round begins with
	taken      []entry // out of lanes, to be delivered after main
	hand       []entry // the memory of taken
	overflowed []entry // noted from overflow, to be delivered after all that lanes have up to their reach

	pairs map[*Module]*pair // guarded by Engine.mu
	shut  bool              // guarded by Engine.mu
}

// lane is a pair's own ring. reach and ready are the consumer's.
type lane struct {
	ring  *ring.Shared[entry]
	reach uint64 // how far it is delivered in this round before anything from the overflow
	ready bool   // it has something that this round takes out
}

func newQueue(capacity int, overflow int64) *queue {
	bell := park.NewBell()
	q := &queue{
		bell:        bell,
		main:        ring.New[entry](capacity, bell),
		overflowMax: overflow,
		pairs:       make(map[*Module]*pair),
	}
	q.lanes.Store(&[]*lane{})
	return q
}

// pairOf returns the pair of a source with this queue's module. Engine.mu is held.
func (q *queue) pairOf(source *Module) *pair {
	p := q.pairs[source]
	if p == nil {
		p = &pair{}
		q.pairs[source] = p
	}
	return p
}

// laneOf returns the pair's own ring, made if need be. Engine.mu is held.
func (q *queue) laneOf(p *pair) *ring.Shared[entry] {
	if l := p.lane.Load(); l != nil {
		return l
	}
	l := &lane{ring: ring.NewShared[entry](q.main.Cap())}
	if q.shut {
		l.ring.Close()
	}
	lanes := append(slices.Clip(*q.lanes.Load()), l)
	// SYNC POINT: lanes. The consumer knows the lane before anyone can push to it.
	q.lanes.Store(&lanes)
	p.lane.Store(l.ring)
	return l.ring
}

// close makes every later push fail and wakes whoever waits. Engine.mu is held.
func (q *queue) close() {
	q.shut = true
	for _, l := range *q.lanes.Load() {
		l.ring.Close()
	}
	q.main.Close() // last, for it wakes everybody
}

// refusal is what a push that may not even try is told.
func (q *queue) refusal() error {
	if q.main.Closed() {
		return ring.ErrClosed
	}
	return ring.ErrFull
}

// next moves up to len(into) messages out, in order. Consumer only.
func (q *queue) next(into []entry) int {
	if !q.round && !q.note() {
		return q.main.Drain(into)
	}
	if !q.main.Reached(q.reach) {
		return q.main.DrainBefore(q.reach, into)
	}
	if n := q.nextTaken(into); n > 0 {
		return n
	}
	if !q.round {
		return q.main.Drain(into)
	}
	n, waits := q.nextAbove(into)
	if n == 0 {
		q.round = waits
		return q.main.Drain(into)
	}
	q.main.Room().WakeAll() // lanes and overflow have no line of their own
	return n
}

// note begins a round if there is anything above main: it notes how far each queue reaches, from
// the top down, and takes out what lanes have.
func (q *queue) note() bool {
	lanes := *q.lanes.Load()
	if q.overflow.Empty() && !anyReady(lanes) {
		return false
	}
	q.overflowed = q.overflow.TakeAll(q.overflowed)
	if len(q.overflowed) > 0 {
		lanes = *q.lanes.Load() // one may be new since
	}
	served := q.noteLanes(lanes)
	q.reach = q.main.Tail()
	q.takeOut(lanes, served)
	q.round = true
	return true
}

func anyReady(lanes []*lane) bool {
	return slices.ContainsFunc(lanes, func(l *lane) bool { return l.ring.Ready() })
}

// noteLanes notes how far lanes reach, beginning with the one whose turn it is: of as many as a batch
// can serve, or of all if something in the overflow goes on top of them. It returns how many have
// something.
func (q *queue) noteLanes(lanes []*lane) (ready int) {
	for i := range lanes {
		if ready == batchMax && len(q.overflowed) == 0 {
			break
		}
		l := lanes[(q.turn+i)%len(lanes)]
		l.reach = l.ring.Tail()
		if l.ready = l.ring.Ready() && ready < batchMax; l.ready {
			ready++
		}
	}
	return ready
}

// takeOut takes what was noted out of lanes: as many from each that has something, a batch at most.
func (q *queue) takeOut(lanes []*lane, ready int) {
	if ready == 0 {
		return
	}
	most := batchMax / ready
	q.taken = q.hand[:0]
	for i := 0; ready > 0 && i < len(lanes); i++ {
		at := (q.turn + i) % len(lanes)
		l := lanes[at]
		if !l.ready {
			continue
		}
		ready--
		q.takeFrom(l, most)
		if ready == 0 {
			q.turn = (at + 1) % len(lanes)
		}
	}
	q.hand = q.taken
	q.main.Room().WakeAll() // lanes have no line of their own
}

func (q *queue) takeFrom(l *lane, most int) {
	l.ready = false
	for range most {
		e, ok := l.ring.PopBefore(l.reach)
		if !ok {
			return
		}
		q.taken = append(q.taken, e)
	}
}

// nextTaken moves out what was taken out of lanes; when that was all, and nothing in the overflow waits
// for what lanes have left, the round is over.
func (q *queue) nextTaken(into []entry) int {
	n := copy(into, q.taken)
	clear(q.taken[:n])
	q.taken = q.taken[n:]
	if len(q.taken) == 0 {
		q.taken = nil
		q.round = len(q.overflowed) > 0
	}
	return n
}

func (q *queue) lanesEmpty() bool {
	for _, l := range *q.lanes.Load() {
		if l.ring.Len() > 0 {
			return false
		}
	}
	return true
}

// nextAbove moves out what the round noted above main; it waits where a publisher has claimed a
// place in a lane and not filled it yet.
func (q *queue) nextAbove(into []entry) (n int, waits bool) {
	for _, l := range *q.lanes.Load() {
		for !l.ring.Reached(l.reach) {
			if n == len(into) {
				return n, false
			}
			e, ok := l.ring.PopBefore(l.reach)
			if !ok {
				return n, true
			}
			into[n] = e
			n++
		}
	}
	for _, e := range q.overflowed[:min(len(q.overflowed), len(into)-n)] {
		e.flow.pair.overflowed.Add(-1)
		q.overflowBytes.Add(-int64(e.m.Size()))
		into[n] = e
		n++
		q.overflowed = q.overflowed[1:]
	}
	if len(q.overflowed) == 0 {
		q.overflowed = nil
	}
	return n, false
}

// ready tells whether next would make progress. Consumer only.
func (q *queue) ready() bool {
	if q.main.Ready() {
		return true
	}
	if !q.round {
		return !q.overflow.Empty() || anyReady(*q.lanes.Load()) || q.drained()
	}
	if !q.main.Reached(q.reach) {
		return false
	}
	if len(q.taken) > 0 {
		return true
	}
	for _, l := range *q.lanes.Load() {
		if !l.ring.Reached(l.reach) {
			return l.ring.Ready()
		}
	}
	return true
}

// drained tells whether nothing is in main and lanes, and nothing can be any more. Consumer only.
func (q *queue) drained() bool {
	if !q.main.Drained() {
		return false
	}
	for _, l := range *q.lanes.Load() {
		if !l.ring.Drained() {
			return false
		}
	}
	return true
}

// finished tells whether nothing is queued and nothing can be any more. Consumer only, when next
// found nothing.
func (q *queue) finished() bool {
	if q.round || !q.drained() {
		return false
	}
	q.overflowed = q.overflow.Close(q.overflowed)
	q.reach, q.round = q.main.Tail(), len(q.overflowed) > 0
	return !q.round
}

// empty tells whether nothing is queued that the consumer has not taken, at some moment during the
// call.
func (q *queue) empty() bool {
	return q.main.Len() == 0 && q.overflow.Empty() && q.lanesEmpty()
}

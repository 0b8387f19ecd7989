//go:build explore

package park

import (
	"testing"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
)

// Two ringers, each with work to announce, and a sleeper that looks for it: none of it is slept
// through, and no token is left over.
func TestExploreBell(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		b := NewBell()
		var work atom.Int64
		for _, name := range []string{"ringer 1", "ringer 2"} {
			x.Go(name, func() {
				for range 2 {
					work.Add(1)
					b.Ring()
				}
			})
		}
		x.Go("sleeper", func() {
			for done := int64(0); done < 4; done += work.Swap(0) {
				b.Arm()
				if work.Load() > 0 {
					b.Disarm()
				} else {
					b.Sleep()
				}
			}
		})
	})
}

// places are what the waiters of a line wait for.
type places struct {
	free atom.Int64
	line WaitQueue
}

func (p *places) release() {
	p.free.Add(1)
	p.line.Wake(1)
}

func (p *places) tryTake() bool {
	for {
		n := p.free.Load()
		if n == 0 {
			return false
		}
		if p.free.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// take waits for a place, with a time limit for some of the attempts.
func (p *places) take(w *Waiter, hasty int) {
	for ; !p.tryTake(); hasty-- {
		p.line.Join(w)
		switch {
		case p.free.Load() > 0:
			p.line.Leave(w)
		case hasty > 0:
			p.line.Wait(w, nil, 1)
		default:
			p.line.Wait(w, nil, 0)
		}
	}
}

// Two waiters and somebody who frees as many places as they want: both get theirs.
func TestExploreWaitQueue(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		p := &places{}
		x.Go("waiter 1", func() { p.take(NewWaiter(), 0) })
		x.Go("waiter 2", func() { p.take(NewWaiter(), 0) })
		x.Go("giver", func() { p.release(); p.release() })
		x.Finally(func() { x.Check(p.line.waiting.Load() == 0 && len(p.line.queue) == 0, "somebody is left in line") })
	})
}

// One of the waiters has no patience: a wake that meets it on its way out goes on to the other.
func TestExploreWaitQueueTimeout(t *testing.T) {
	exploretest.Bound(t, 3, exploretest.Any, func(x *explore.Run) {
		p := &places{}
		x.Go("hasty", func() { p.take(NewWaiter(), 1) })
		x.Go("patient", func() { p.take(NewWaiter(), 0) })
		x.Go("giver", func() { p.release(); p.release() })
	})
}

// Who gives up for good hands its wake on; one place serves the patient waiter.
func TestExploreWaitQueueGivesUp(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		p := &places{}
		x.Go("quitter", func() {
			w := NewWaiter()
			p.line.Join(w)
			if p.free.Load() > 0 {
				p.line.Leave(w)
			} else if p.line.Wait(w, nil, 1) == Woken {
				p.line.Wake(1)
			}
		})
		x.Go("patient", func() { p.take(NewWaiter(), 0) })
		x.Go("giver", p.release)
	})
}

// A waiter that was cancelled beforehand leaves the line, or takes its wake along and hands it on.
func TestExploreWaitQueueCancelled(t *testing.T) {
	done := make(chan struct{})
	close(done)
	exploretest.Exhaust(t, func(x *explore.Run) {
		p := &places{}
		x.Go("cancelled", func() {
			w := NewWaiter()
			p.line.Join(w)
			if outcome := p.line.Wait(w, done, 0); outcome == Woken {
				p.line.Wake(1)
			} else {
				x.Check(outcome == Cancelled, "outcome %v", outcome)
			}
		})
		x.Go("patient", func() { p.take(NewWaiter(), 0) })
		x.Go("giver", p.release)
		x.Finally(func() { x.Check(len(p.line.queue) == 0, "somebody is left in line") })
	})
}

// WakeAll wakes whoever is in line, and nobody twice.
func TestExploreWaitQueueWakeAll(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		var over atom.Bool
		var line WaitQueue
		wait := func() {
			w := NewWaiter()
			for !over.Load() {
				line.Join(w)
				if over.Load() {
					line.Leave(w)
				} else {
					line.Wait(w, nil, 0)
				}
			}
		}
		x.Go("waiter 1", wait)
		x.Go("waiter 2", wait)
		x.Go("other news", func() { line.Wake(1); over.Store(true); line.WakeAll() })
	})
}

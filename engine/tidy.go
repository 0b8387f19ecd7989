package engine

import "time"

// tidyEvery is how often an engine looks for queues whose memory is not needed.
const tidyEvery = time.Minute

// startTidying begins with the first module that receives. Engine.mu is held.
func (e *Engine) startTidying() {
	if e.tidying == nil {
		e.tidying = time.AfterFunc(tidyEvery, e.tidy)
	}
}

// stopTidying ends it for good. Engine.mu is held.
func (e *Engine) stopTidying() {
	if e.tidying != nil {
		e.tidying.Stop()
	}
}

// tidy lets the consumers of queues that are nearly empty give their memory up.
func (e *Engine) tidy() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state.Load() != running {
		return
	}
	for _, m := range e.modules {
		if m.queue != nil && m.queue.roomy() {
			m.queue.tidy.Store(true)
			m.queue.bell.Ring()
		}
	}
	e.tidying.Reset(tidyEvery)
}

// roomy tells whether the queue has memory for eight times what is in it.
func (q *queue) roomy() bool {
	slots, held := q.main.Slots(), q.main.Len()
	for _, l := range *q.lanes.Load() {
		slots, held = slots+l.ring.Slots(), held+l.ring.Len()
	}
	return slots > 8*held
}

// giveBack gives the memory of queues up that are empty, if it was asked to. Consumer only.
func (q *queue) giveBack() {
	if !q.tidy.Load() {
		return
	}
	q.tidy.Store(false)
	q.main.Trim()
	for _, l := range *q.lanes.Load() {
		l.ring.Trim()
	}
	q.hand = nil
}

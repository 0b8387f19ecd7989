package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

const (
	lookEvery = 200 * time.Millisecond // at the handlers
	slowCall  = time.Second            // from which on a call is reported
	dropsMax  = 10 * time.Second       // the least time between two lines about one link's drops
)

// watcher looks at the gateway's handlers and links, and says what somebody should know: a call that
// does not return, and messages that are dropped. It belongs to one goroutine.
type watcher struct {
	gateway *Gateway
	calls   map[string]*lastingCall
	drops   map[[2]string]*droppingLink
}

// lastingCall is a handler's call that was seen under way.
type lastingCall struct {
	module *instance
	number uint64
	since  time.Time // when it was seen first, or seen waiting for room last
	told   bool
}

// droppingLink is what was logged of a link.
type droppingLink struct {
	dropped uint64 // failed included
	failed  uint64
	told    time.Time
}

func (g *Gateway) watch(ctx context.Context) {
	w := watcher{
		gateway: g, calls: make(map[string]*lastingCall), drops: make(map[[2]string]*droppingLink),
	}
	for looks := 1; pause(ctx, lookEvery); looks++ {
		now := time.Now()
		w.modules(g.instances(), now)
		if looks%int(time.Second/lookEvery) == 0 {
			w.links(g.engine.Stats(), now)
		}
	}
}

// modules looks at what the handlers are doing, and forgets those of modules that are gone.
func (w *watcher) modules(there map[string]*instance, now time.Time) {
	for name, last := range w.calls {
		if there[name] != last.module {
			delete(w.calls, name)
		}
	}
	for _, c := range w.gateway.engine.Calls() {
		if m := there[c.Module]; m != nil {
			w.call(m, c, now)
		}
	}
}

// call looks at what a module's handler is doing.
func (w *watcher) call(m *instance, c engine.Call, now time.Time) {
	last := w.calls[c.Module]
	if last == nil {
		last = &lastingCall{}
		w.calls[c.Module] = last
	}
	if !c.Busy || c.Waiting || c.Number != last.number || m.excused() {
		*last = lastingCall{module: m, number: c.Number, since: now}
		return
	}
	lasts := now.Sub(last.since)
	if lasts >= slowCall && !last.told {
		last.told = true
		m.log.Warn("its handler has not returned", "for", lasts.Round(time.Second/10), "messagesHeld", c.Messages)
	}
	if limit := m.doc.Restart.Hang; limit > 0 && lasts >= limit {
		m.hangs(lasts, c.Messages)
	}
}

// excused tells whether the handler's call may last: because the module's life is changing, or because
// somebody outside is away.
func (in *instance) excused() bool {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	if !in.take(now) {
		return true
	}
	defer in.give()
	w, ok := in.code.(module.Waiter)
	if !ok || in.silent || len(in.stuck) > 0 {
		return false
	}
	waiting, err := ask(slowCall, w.Waiting)
	in.note("Waiting", err)
	in.silent = err != nil
	return waiting
}

// hangs puts a module whose handler does not return into quarantine.
func (in *instance) hangs(lasts time.Duration, messages int) {
	if !in.take(in.ctx) {
		return
	}
	defer in.give()
	in.quarantine(fmt.Sprintf("its handler has not returned for %v; messages held: %d",
		lasts.Round(time.Second/10), messages))
}

// links logs what links dropped: at once when one begins to, then seldom.
func (w *watcher) links(s engine.Stats, now time.Time) {
	if len(w.drops) > 2*len(s.Links) {
		clear(w.drops) // most are of links that are gone
	}
	for _, l := range s.Links {
		name := [2]string{l.Source, l.Sink}
		last, dropped := w.drops[name], l.Dropped.Total()
		if last == nil {
			last = &droppingLink{}
			w.drops[name] = last
		}
		if dropped == last.dropped || now.Sub(last.told) < dropsMax {
			continue
		}
		what, failed := "a link drops messages", l.Dropped.Failed()
		if failed > last.failed {
			what = "messages fail at the sink of a link"
		}
		w.gateway.options.Log.Warn(what, "source", l.Source, "sink", l.Sink,
			"dropped", dropped-failed-(last.dropped-last.failed), "failed", failed-last.failed,
			"reasons", l.Dropped.String())
		last.dropped, last.failed, last.told = dropped, failed, now
	}
}

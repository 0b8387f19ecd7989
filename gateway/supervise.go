package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
)

// Defaults of document.Restart.
const (
	restartsMax  = 5                      // in a row
	firstBackoff = 100 * time.Millisecond // doubled at each failure
	backoffMax   = 30 * time.Second
	healthyRun   = 10 * time.Second // after so long the count begins anew
)

// supervisor restarts a module that panicked, and puts it into quarantine when that does not help.
//
// A restart gives the module a new life: the old value is stopped and closed, a new one configured,
// opened and started. Its attached name, links and ring stay; what is sent to it meanwhile queues.
type supervisor struct {
	turn  // held while the module's life changes
	rules document.Restart
	life  sync.Mutex // held by the handler while it runs, and while the life is swapped

	// Guarded by turn.
	over        bool // no restart any more: the gateway stops, or quarantine
	failures    int  // in a row
	began       time.Time
	restarts    int
	quarantined string // why; empty: it is not

	shut     bool        // the handler is kept out: life is taken
	changed  bool        // it begins in an update
	starting bool        // who starts the module for the first time has the turn
	lost     bool        // a restart never returned the turn; the gateway's
	number   int         // of the life, guarded by life and turn: either is enough to read
	served   int         // the life that the handler was called in last; the handler's
	gone     atomic.Bool // it is in quarantine: for the handler
}

// errGone is what a handler panics with that is let in again when its module is in quarantine: nobody
// handles its messages any more, so the engine is to count them as failed.
var errGone = errors.New("the module is in quarantine")

func newSupervisor(rules document.Restart) *supervisor {
	return &supervisor{rules: rules, turn: newTurn()}
}

// next tells how long to wait before the restart that a failure calls for, or that there is none.
func (s *supervisor) next(now time.Time) (time.Duration, bool) {
	if now.Sub(s.began) > healthyRun {
		s.failures = 0
	}
	most := s.rules.Max
	if most == 0 {
		most = restartsMax
	}
	if s.rules.Never || s.failures >= most {
		return 0, false
	}
	wait := s.rules.Backoff
	if wait == 0 {
		wait = firstBackoff
	}
	for range s.failures {
		wait = min(2*wait, max(backoffMax, s.rules.Backoff))
	}
	s.failures++
	return wait, true
}

// panicked is the engine's news that the handler panicked; it runs on the handler's goroutine.
func (in *instance) panicked(p engine.Panic) {
	if err, _ := p.Value.(error); errors.Is(err, errGone) {
		return
	}
	in.host.log.Error("a handler panicked",
		"panic", p.Value, "messagesFailed", p.Messages, "stack", string(p.Stack))
	in.failed(in.served, fmt.Sprintf("panic: %v", p.Value))
}

// failed gives the module a new life after one that failed, unless it has one already.
func (in *instance) failed(life int, why string) {
	in.gateway.tasks.hold() // a restart is work: the gateway has not finished
	defer in.gateway.tasks.release()
	ctx := in.ctx
	if !in.take(ctx) {
		return
	}
	defer in.give()
	defer in.letIn()
	for !in.over && in.number == life && ctx.Err() == nil {
		wait, again := in.next(time.Now())
		if !again {
			in.quarantine(why)
			return
		}
		in.log.Warn("failed, and will be restarted", "because", why, "in", wait)
		if !pause(ctx, wait) {
			return
		}
		err := in.restart(ctx)
		if err == nil {
			in.log.Info("restarted")
			return
		}
		life, why = in.number, err.Error()
	}
}

func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// restart ends the module's life and begins another. The turn is held. The handler is kept out from
// here on, until letIn: what failed to begin takes no messages.
func (in *instance) restart(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, in.gateway.options.StopTimeout)
	defer cancel()
	if !in.shutOut(limited) {
		if ctx.Err() == nil {
			in.quarantine("its handler did not return for a restart")
		}
		return ctx.Err()
	}
	in.end()
	if in.isStuck() {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	in.number++
	in.restarts++
	in.began = time.Now()
	err := in.begin(limited)
	if ctx.Err() != nil { // whoever stops or removes it may have given up waiting for this
		in.end()
		return err
	}
	if in.isStuck() {
		return nil
	}
	return err
}

// isStuck puts a module into quarantine of which something did not return: it can neither be ended nor
// begin anew.
func (in *instance) isStuck() bool {
	if len(in.stuck) == 0 {
		return false
	}
	in.quarantine(fmt.Sprintf("%s did not return for a restart", strings.Join(in.stuck, " and ")))
	return true
}

// shutOut keeps the handler out by taking life; it gives up with ctx. The turn is held.
func (in *instance) shutOut(ctx context.Context) bool {
	for !in.shut && !in.life.TryLock() {
		if !pause(ctx, time.Millisecond) {
			return false
		}
	}
	in.shut = true
	return true
}

// letIn lets a handler in that was shut out. The turn is held.
func (in *instance) letIn() {
	if in.shut {
		in.shut = false
		in.life.Unlock()
	}
}

// end stops and closes what lives, whatever becomes of the gateway meanwhile.
func (in *instance) end() {
	ctx, cancel := context.WithTimeout(context.Background(), in.gateway.options.StopTimeout)
	defer cancel()
	in.host.cancel()
	in.stop(ctx)
	in.await(ctx)
	in.close(ctx, false)
	in.counted = sumFigures(in.counted, in.figures(ctx))
	in.opened, in.started = false, false
}

// begin makes a new module live.
func (in *instance) begin(ctx context.Context) error {
	if err := in.renew(); err != nil {
		return err
	}
	if err := in.configure(ctx); err != nil {
		return err
	}
	if err := in.open(ctx); err != nil {
		return err
	}
	return in.start(ctx)
}

// quarantine takes the module out of the traffic for good. The turn is held.
func (in *instance) quarantine(why string) {
	if in.quarantined != "" {
		return
	}
	in.over, in.quarantined = true, in.gateway.secrets.Text(why)
	in.gone.Store(true)
	in.log.Error("in quarantine: it gets no more messages", "because", why)
	in.host.cancel()
	in.host.admit(nil)
	if in.attached != nil {
		in.attached.Quarantine()
	}
}

// retire ends the supervision: no life begins any more, and the turn stays taken. A restart that is
// under way and does not return in time is reported as stuck.
func (in *instance) retire(ctx context.Context) {
	if in.starting {
		in.over = true
		return
	}
	limit, cancel := context.WithTimeout(ctx, halfOf(ctx))
	defer cancel()
	if in.lost = !in.take(limit); !in.lost {
		in.over = true
	}
}

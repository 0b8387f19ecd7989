package gateway

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/millrace/millrace/engine"
	"github.com/millrace/millrace/module"
)

// stop takes the gateway down from whatever state start left it in. A change that is under way is
// interrupted, and waited for.
//
// Nine tenths of the time go to Stop, to the tasks and to draining, the rest is kept for Close.
// One module's Stop, tasks or Close get at most half of what is left at that moment, so that a
// module that hangs leaves time for all others. Only a module.SlowCloser gets what it asks for, and
// takes it from nobody.
func (g *Gateway) stop(ctx context.Context, total time.Duration) Report {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), total)
	defer cancel()
	stuck := g.endChanges(ctx)
	drained, err := g.quiesce(ctx, total-total/10)
	g.closeAll(ctx, drained.Held)
	return g.report(ctx, drained, err, stuck)
}

// closeAll closes the modules; held lists those whose handler had not returned.
func (g *Gateway) closeAll(ctx context.Context, held []string) {
	deadline, _ := ctx.Deadline()
	isHeld := make(map[string]bool, len(held))
	for _, name := range held {
		isHeld[name] = true
	}
	for _, m := range slices.Backward(g.modules) {
		if m.lost {
			continue
		}
		began := time.Now()
		limited, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
		m.close(limited, isHeld[m.doc.Name])
		cancel()
		if _, slow := m.code.(module.SlowCloser); slow {
			deadline = deadline.Add(time.Since(began))
		}
	}
}

// quiesce stops the modules and drains the engine: afterwards nothing moves any more, except what
// is reported as stuck or held. Modules are stopped as the links lead on, sources first, and each
// when what was on its way to it has arrived: so what it makes of that elsewhere, such as a remote's
// answers, still gets through. Half of the time may be waited for that.
func (g *Gateway) quiesce(ctx context.Context, limit time.Duration) (engine.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for _, m := range g.modules {
		m.retire(ctx)
	}
	flowing, end := context.WithTimeout(ctx, halfOf(ctx))
	defer end()
	leadsOn := g.leadsOn()
	for _, stage := range stages(g.modules, g.links) {
		settleStage(flowing, stage, leadsOn)
		stopStage(ctx, stage)
	}
	return g.engine.Close(ctx)
}

func stopStage(ctx context.Context, stage []*instance) {
	for _, m := range stage {
		m.endWork()
	}
	for _, m := range stage {
		if !m.lost {
			m.stop(ctx)
		}
	}
	for _, m := range stage {
		if !m.lost {
			m.await(ctx)
		}
	}
}

// stop asks a started module to cease publishing.
func (in *instance) stop(ctx context.Context) {
	defer in.host.admit(nil)
	code, ok := in.code.(module.Stopper)
	if in.started && ok {
		in.settle(ctx, "Stop", code.Stop)
	}
}

const aTask = "a task"

// await waits for the tasks of the module.
func (in *instance) await(ctx context.Context) {
	in.settle(ctx, aTask, func(ctx context.Context) error {
		idle := in.host.tasks.idle()
		select {
		case <-idle:
			return nil // also when there is no time left
		default:
		}
		select {
		case <-idle:
			return nil
		case <-ctx.Done():
			return errStuck
		}
	})
}

// close releases what the module has opened. A module that is still busy is left alone: it was
// promised that nothing of it runs any more when Close is called.
func (in *instance) close(ctx context.Context, held bool) {
	if held {
		in.stuck = append(in.stuck, "Receive")
	}
	if !slices.Contains(in.stuck, aTask) {
		in.await(ctx) // a handler may have begun a task while the engine was draining
	}
	code, ok := in.code.(module.Closer)
	switch {
	case !in.opened || !ok:
	case len(in.stuck) > 0:
		in.host.log.Warn("not closed, because it did not stop in time", "running", in.stuck)
	default:
		ctx, cancel := lengthen(ctx, code)
		defer cancel()
		in.settle(ctx, "Close", func(context.Context) error { return code.Close() })
	}
}

// lengthen gives a module.SlowCloser the time it asks for, twice, since a step gets half of it.
func lengthen(ctx context.Context, code module.Closer) (context.Context, context.CancelFunc) {
	slow, ok := code.(module.SlowCloser)
	deadline, limited := ctx.Deadline()
	if !ok || !limited {
		return ctx, func() {}
	}
	most, err := ask(halfOf(ctx)+grace, slow.CloseTime)
	if err != nil || time.Until(deadline)/2 > most {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), 2*most)
}

// settle runs a step of stopping and keeps what becomes of it.
func (in *instance) settle(ctx context.Context, step string, run func(context.Context) error) {
	in.note(step, within(ctx, run))
}

// note keeps what became of a step.
func (in *instance) note(step string, err error) {
	switch {
	case err == nil:
	case errors.Is(err, errStuck):
		in.host.log.Error("did not stop in time", "running", step)
		in.stuck = append(in.stuck, step)
	default:
		in.host.log.Error(step+" failed", "error", err)
		in.errs = append(in.errs, in.wrap(step, err))
	}
}

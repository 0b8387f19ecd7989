package gateway

import (
	"context"
	"fmt"
	"slices"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/engine"
)

// Remove takes a module out of the running gateway: links to it go, it is stopped, what is queued for
// it is delivered while its own links still lead on, then these go, and it is closed. Its name is
// free then, in any case; the report and the error say what went wrong, and are not in Run's.
//
// Once begun it is not broken off: it takes until ctx's deadline, and StopTimeout at most (a
// module.SlowCloser may ask for more). Messages that are not delivered by then are counted as left.
// A handler cannot remove its own module (engine.ErrInHandler); a task that does is reported as stuck.
func (g *Gateway) Remove(ctx context.Context, name string) (report ModuleReport, err error) {
	if m, ok := g.engine.Module(name); ok && m.InHandler() {
		return report, fmt.Errorf("module %q: %w", name, engine.ErrInHandler)
	}
	err = g.change(ctx, func(ctx context.Context) error {
		report, err = g.remove(ctx, name)
		return err
	})
	return report, g.secrets.Error(err)
}

// Unlink takes away all links of the pair that documents made. Source may be "*", which takes away
// the links of that name and no others.
func (g *Gateway) Unlink(ctx context.Context, source, sink string) error {
	return g.change(ctx, func(context.Context) error {
		if err := g.engine.Unlink(source, sink); err != nil {
			return err
		}
		g.conclude(func() {
			g.links = without(g.links, func(l document.Link) bool {
				return l.Source == source && l.Sink == sink
			})
		})
		return nil
	})
}

// without returns what is left of a list, which stays as it is.
func without[T any](list []T, gone func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), gone)
}

// remove takes a module out. The turn is held.
func (g *Gateway) remove(ctx context.Context, name string) (ModuleReport, error) {
	in := g.instance(name)
	if in == nil {
		return ModuleReport{}, fmt.Errorf("module %q: %w", name, engine.ErrUnknown)
	}
	ctx, cancel := g.stopContext(ctx)
	defer cancel()
	if !g.isolate(in) {
		return ModuleReport{}, ErrNotRunning
	}
	in.depart(ctx)
	g.conclude(func() {
		g.links = without(g.links, func(l document.Link) bool { return l.Source == name || l.Sink == name })
	})
	g.options.Log.Info("removed", "module", name)
	report := in.report(ctx)
	return report, Report{Modules: []ModuleReport{report}}.Err()
}

// isolate takes a module off the list, and what leads to it away, but for the bus, from which only
// detaching takes it. It returns false when the gateway has stopped.
func (g *Gateway) isolate(in *instance) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.over {
		return false
	}
	g.modules = without(g.modules, func(m *instance) bool { return m == in })
	g.inHand = []*instance{in}
	if g.letters == in.doc.Name {
		g.options.Log.Warn("nobody gets dead letters any more", "module", in.doc.Name)
		g.letters = ""
		_ = g.engine.DeadLetter("") // only ends it, which cannot fail
	}
	var to engine.Change
	for _, l := range g.links {
		pair := engine.Pair{Source: l.Source, Sink: l.Sink}
		if l.Sink == in.doc.Name && !slices.Contains(to.Unlink, pair) {
			to.Unlink = append(to.Unlink, pair)
		}
	}
	if err := g.engine.Apply(to); err != nil {
		in.log.Error("the links to it stay until it is detached", "error", err)
	}
	return true
}

// depart ends the module's time in the gateway, while others run on.
func (in *instance) depart(ctx context.Context) {
	in.leave()
	in.retire(ctx)
	if in.lost {
		in.endWork()
		in.detach(ctx)
		return
	}
	if step := in.answering(ctx); step != nil { // nothing is sent to it any more, and its links still stand
		in.drain(ctx)
		in.note("Drain", await(begin(step), halfOf(ctx)+grace))
	}
	in.endWork()
	in.stop(ctx)
	in.await(ctx)
	in.drain(ctx)
	left := in.detach(ctx)
	in.errs = append(in.errs, left...)
	in.close(ctx, len(left) > 0 && !in.vacated(ctx))
}

// drain waits until nothing is queued for the module, so that what its handler sends on meanwhile
// has links to go along. On a bus others go on sending to it, and there is no such moment.
func (in *instance) drain(ctx context.Context) {
	if in.attached == nil || in.doc.Filter != nil || in.quarantined != "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, halfOf(ctx))
	defer cancel()
	_ = in.attached.AwaitIdle(ctx) // if not, detaching says what was left
}

// detach frees the module's name. It returns an error if something was left.
func (in *instance) detach(ctx context.Context) []error {
	if in.attached == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, halfOf(ctx))
	defer cancel()
	if err := in.attached.Detach(ctx); err != nil {
		return []error{in.wrap("drain", err)}
	}
	return nil
}

// vacated tells whether the handler of a detached module has returned, so that it is never called
// again; it waits for half of the time there is.
func (in *instance) vacated(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, halfOf(ctx))
	defer cancel()
	return in.shutOut(ctx)
}
